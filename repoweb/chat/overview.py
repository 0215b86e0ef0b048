"""How much there is in the chat, for its administrators."""

import sqlite3
from dataclasses import dataclass

from repoweb.chat import schema

_IS_MESSAGE = "coalesce(mdel, 0)=0"


@dataclass(frozen=True)
class Summary:
    """Numbers of messages and attachments; times are UTC, None without any."""

    messages: int
    attachments: int
    attached_bytes: int
    oldest: str | None
    newest: str | None


def summarise(db: sqlite3.Connection) -> Summary:
    """Count the messages."""
    row = db.execute(
        "SELECT count(*), count(file), coalesce(sum(length(file)), 0),"
        f" datetime(min(mtime)), datetime(max(mtime)) FROM chat WHERE {_IS_MESSAGE}"
    ).fetchone()
    return Summary(*row)


def clear(db: sqlite3.Connection) -> int:
    """Delete all messages and leave rows that tell so; returns how many there were."""
    ids = [
        row[0]
        for row in db.execute(f"SELECT msgid FROM chat WHERE {_IS_MESSAGE}").fetchall()
    ]
    db.execute("DELETE FROM chat")
    db.executemany(
        "INSERT INTO chat(mtime, mdel) VALUES(julianday('now'), ?)",
        ((msgid,) for msgid in ids),
    )
    schema.rebuild_index(db)
    return len(ids)

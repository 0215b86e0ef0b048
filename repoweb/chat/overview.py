"""How much there is in the chat, for its administrators."""

import sqlite3
from dataclasses import dataclass

from repoweb.chat import purge, schema

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


def describe_effect(db: sqlite3.Connection, rule: purge.Rule) -> str:
    """Say in a sentence how many messages there are, and how many a rule deletes."""
    total = summarise(db).messages if schema.is_ready(db) else 0
    now = f"Now {total:,} message{'' if total == 1 else 's'}"
    if rule.days <= 0:
        return f"{now}. With these values all are kept for ever, and the file grows."
    old = purge.count_old(db, rule) if total else 0
    return f"{now}; these values would delete {old:,}."


def clear(db: sqlite3.Connection) -> int:
    """Delete all messages and leave rows that tell so; returns how many there were."""
    ids = [
        row[0]
        for row in db.execute(f"SELECT msgid FROM chat WHERE {_IS_MESSAGE}").fetchall()
    ]
    db.execute("DELETE FROM chat")
    db.execute("DELETE FROM fx_chatfile")
    db.executemany(
        "INSERT INTO chat(mtime, mdel) VALUES(julianday('now'), ?)",
        ((msgid,) for msgid in ids),
    )
    schema.rebuild_index(db)
    return len(ids)

"""Full-text search over the messages, with Fossil's index."""

import re
import sqlite3
from dataclasses import dataclass

from repoweb.chat import store
from repoweb.chat.message import Message
from repoweb.chat.tables import INSIDERS, Tables

MATCH_BEGIN, MATCH_END = "\x02", "\x03"
"""Stand around a match; characters that a message hardly has, and no HTML."""

_WORD = re.compile(r"\w+")
_EXACT = re.compile(r"#(\d{1,18})")


@dataclass(frozen=True)
class Found:
    """Messages with their text, in which the matches are marked."""

    messages: list[Message]
    marked: dict[int, str]
    first: int
    last: int


def search(
    db: sqlite3.Connection, query: str, limit: int, of: Tables = INSIDERS
) -> Found:
    """Find the newest messages that match, oldest first.

    Args:
        query: words, all of which must occur; the last one may be incomplete.
            `#123` is the message with that number.
        limit: how many at the most.
    """
    exact = _EXACT.fullmatch(query.strip())
    marked: dict[int, str] = {}
    if exact:
        messages = store.from_id(db, int(exact[1]), 1, of)
        messages = [m for m in messages if m.msgid == int(exact[1])]
    else:
        marked = _matches(db, query, limit, of)
        found = (store.one(db, msgid, of) for msgid in sorted(marked))
        messages = [message for message in found if message]
    ends = f"SELECT min(msgid), max(msgid) FROM {of.messages}"
    first, last = db.execute(ends).fetchone()
    return Found(messages, marked, first or 0, last or 0)


def _matches(
    db: sqlite3.Connection, query: str, limit: int, of: Tables
) -> dict[int, str]:
    """Map the numbers of matching messages to their marked texts."""
    words = _WORD.findall(query)
    if not words:
        return {}
    pattern = " ".join(f'"{word}"' for word in words) + "*"
    rows = db.execute(
        # The join leaves out what was deleted without the index, which would fail.
        f"SELECT found.rowid, highlight({of.index}, 0, ?, ?)"
        f" FROM {of.index}(?) AS found JOIN {of.messages} ON msgid=found.rowid"
        " ORDER BY found.rowid DESC LIMIT ?",
        (MATCH_BEGIN, MATCH_END, pattern, limit),
    )
    return {row[0]: row[1] or "" for row in rows.fetchall()}

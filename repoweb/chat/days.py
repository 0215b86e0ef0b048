"""Which days have messages. Days are UTC's, written `YYYY-MM-DD`.

The rows of the chat are in the order of time, but for what a clock that was set back
leaves, so a day is looked for as in a dictionary, however many messages are kept.
"""

import sqlite3
from typing import NamedTuple

from repoweb.chat.tables import INSIDERS, Tables

SLACK = 500
"""How many rows may stand on the wrong side of a midnight and are found, though."""

_IS_MESSAGE = "coalesce(mdel, 0)=0"


class Span(NamedTuple):
    """The numbers between which the messages of a day are: `first <= msgid < end`."""

    first: int
    end: int


def span(db: sqlite3.Connection, day: str, of: Tables = INSIDERS) -> Span:
    """Find where the messages of a day are; others may be there, too."""
    first, end = (_first_since(db, moment, of) for moment in (day, f"{day} 24:00:00"))
    return Span(first - SLACK, end + SLACK)


def count(db: sqlite3.Connection, day: str, of: Tables = INSIDERS) -> int:
    """Count the messages of a day."""
    within = span(db, day, of)
    query = (
        f"SELECT count(*) FROM {of.messages} WHERE msgid>=? AND msgid<?"
        f" AND date(mtime)=? AND {_IS_MESSAGE}"
    )
    return int(db.execute(query, (*within, day)).fetchone()[0])


def day_before(db: sqlite3.Connection, day: str, of: Tables = INSIDERS) -> str | None:
    """Find the nearest day before that has messages."""
    row = db.execute(
        f"SELECT date(mtime) FROM {of.messages} WHERE msgid<? AND {_IS_MESSAGE}"
        " AND date(mtime)<? ORDER BY msgid DESC LIMIT 1",
        (_first_since(db, day, of) + SLACK, day),
    ).fetchone()
    return row[0] if row else None


def day_behind(db: sqlite3.Connection, day: str, of: Tables = INSIDERS) -> str | None:
    """Find the nearest day behind that has messages."""
    row = db.execute(
        f"SELECT date(mtime) FROM {of.messages} WHERE msgid>=? AND {_IS_MESSAGE}"
        " AND date(mtime)>? ORDER BY msgid LIMIT 1",
        (_first_since(db, f"{day} 24:00:00", of) - SLACK, day),
    ).fetchone()
    return row[0] if row else None


def _first_since(db: sqlite3.Connection, moment: str, of: Tables) -> int:
    """Find the lowest number behind all messages that are older than a moment.

    It is put together bit by bit, as long as the row there is older.
    """
    older = (
        f"SELECT mtime<julianday(:moment) FROM {of.messages} WHERE msgid>=at+bit"
        " AND mtime IS NOT NULL ORDER BY msgid LIMIT 1"
    )
    query = (
        "WITH RECURSIVE search(at, bit) AS (VALUES(0, 1<<62) UNION ALL"
        f" SELECT at+bit*coalesce(({older}), 0), bit>>1 FROM search WHERE bit>0)"
        " SELECT at+1 FROM search WHERE bit=0"
    )
    return int(db.execute(query, {"moment": moment}).fetchone()[0])

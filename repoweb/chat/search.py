"""Search over the messages, with Fossil's full-text index."""

import sqlite3
from dataclasses import dataclass, field

from repoweb.chat import store
from repoweb.chat.files import IMAGES
from repoweb.chat.message import Message
from repoweb.chat.snippets import MATCH_BEGIN, MATCH_END
from repoweb.chat.terms import Terms

_INDEXED = (
    # The join leaves out what was deleted without the index, which would fail.
    " FROM chatfts1(:pattern) AS found JOIN chat ON chat.msgid=found.rowid"
)
_ALL = " FROM chat"


@dataclass(frozen=True)
class Found:
    """Messages, oldest first; the texts of those with matching words are marked.

    Args:
        total: how many there are, besides those that were asked for.
        first, last: the lowest and the highest number of all messages.
    """

    messages: list[Message]
    total: int = 0
    first: int = 0
    last: int = 0
    marked: dict[int, str] = field(default_factory=dict)


def search(db: sqlite3.Connection, terms: Terms, limit: int, before: int = 0) -> Found:
    """Find the newest messages for which the terms hold.

    Args:
        terms: without any, nothing is found.
        limit: how many at the most.
        before: only messages with lower numbers, for the next page; 0 for all.
    """
    first, last = db.execute("SELECT min(msgid), max(msgid) FROM chat").fetchone()
    if not terms:
        return Found([], 0, first or 0, last or 0)
    source, where = _conditions(terms)
    values = {
        "pattern": terms.pattern,
        "poster": terms.poster,
        "msgid": terms.msgid,
        "limit": limit,
        "before": before,
        "begin": MATCH_BEGIN,
        "end": MATCH_END,
    }
    marks = "highlight(chatfts1, 0, :begin, :end)" if terms.pattern else "NULL"
    rows = db.execute(
        f"SELECT chat.msgid, {marks}{source} WHERE {where}"
        " AND (:before<=0 OR chat.msgid<:before)"
        " ORDER BY chat.msgid DESC LIMIT :limit",
        values,
    ).fetchall()
    count = f"SELECT count(*){source} WHERE {where}"
    return Found(
        store.some(db, [row[0] for row in rows]),
        db.execute(count, values).fetchone()[0],
        first or 0,
        last or 0,
        {row[0]: row[1] for row in rows if row[1] is not None},
    )


def _conditions(terms: Terms) -> tuple[str, str]:
    """Write what to look through, and what must hold."""
    conditions = []
    if terms.msgid:
        conditions.append("chat.msgid=:msgid")
    if terms != Terms(msgid=terms.msgid):  # as Fossil, a number alone finds any row
        conditions.append("coalesce(mdel, 0)=0")
    if terms.poster:
        conditions.append("xfrom=:poster COLLATE NOCASE")
    if terms.has:
        conditions.append("length(file)>0")
    if terms.has == "image":
        kinds = ", ".join(f"'{kind}'" for kind in sorted(IMAGES))
        conditions.append(f"fmime IN ({kinds})")
    return _INDEXED if terms.pattern else _ALL, " AND ".join(conditions)

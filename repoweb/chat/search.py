"""Search over the messages, with Fossil's full-text index."""

import sqlite3
from dataclasses import dataclass, field

from repoweb.chat import store
from repoweb.chat.files import IMAGES
from repoweb.chat.message import Message
from repoweb.chat.snippets import MATCH_BEGIN, MATCH_END
from repoweb.chat.tables import INSIDERS, Tables
from repoweb.chat.terms import Terms


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


def search(
    db: sqlite3.Connection,
    terms: Terms,
    limit: int,
    before: int = 0,
    of: Tables = INSIDERS,
) -> Found:
    """Find the newest messages for which the terms hold.

    Args:
        terms: without any, nothing is found.
        limit: how many at the most.
        before: only messages with lower numbers, for the next page; 0 for all.
    """
    ends = f"SELECT min(msgid), max(msgid) FROM {of.messages}"
    first, last = db.execute(ends).fetchone()
    if not terms:
        return Found([], 0, first or 0, last or 0)
    source, where = _source(terms, of), _conditions(terms)
    values = {
        "pattern": terms.pattern,
        "poster": terms.poster,
        "msgid": terms.msgid,
        "limit": limit,
        "before": before,
        "begin": MATCH_BEGIN,
        "end": MATCH_END,
    }
    marks = f"highlight({of.index}, 0, :begin, :end)" if terms.pattern else "NULL"
    # The index is in this order already; by the other column all would be sorted.
    order = "found.rowid" if terms.pattern else "chat.msgid"
    rows = db.execute(
        f"SELECT chat.msgid, {marks}{source} WHERE {where}"
        " AND (:before<=0 OR chat.msgid<:before)"
        f" ORDER BY {order} DESC LIMIT :limit",
        values,
    ).fetchall()
    count = f"SELECT count(*){source} WHERE {where}"
    return Found(
        store.some(db, [row[0] for row in rows], of),
        db.execute(count, values).fetchone()[0],
        first or 0,
        last or 0,
        {row[0]: row[1] for row in rows if row[1] is not None},
    )


def _source(terms: Terms, of: Tables) -> str:
    """Write what to look through."""
    if not terms.pattern:
        return f" FROM {of.messages} AS chat"
    # The join leaves out what was deleted without the index, which would fail.
    return (
        f" FROM {of.index}(:pattern) AS found"
        f" JOIN {of.messages} AS chat ON chat.msgid=found.rowid"
    )


def _conditions(terms: Terms) -> str:
    """Write what must hold."""
    conditions = []
    if terms.msgid:
        conditions.append("chat.msgid=:msgid")
    if terms != Terms(msgid=terms.msgid):  # as Fossil, a number alone finds any row
        conditions.append("coalesce(mdel, 0)=0")
    if terms.poster:
        # In rooms a mark stands before the names of guests.
        conditions.append("xfrom COLLATE NOCASE IN (:poster, '~'||:poster)")
    if terms.has:
        conditions.append("length(file)>0")
    if terms.has == "image":
        kinds = ", ".join(f"'{kind}'" for kind in sorted(IMAGES))
        conditions.append(f"fmime IN ({kinds})")
    return " AND ".join(conditions)

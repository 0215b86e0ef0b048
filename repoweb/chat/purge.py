"""Deleting old messages, as Fossil documents it.

The newest `chat-keep-count` messages always stay, others go when they are
older than `chat-keep-days`; 0 or less keeps all. Fossil's code differs from
its documentation (FOSSIL.md 7.3): it keeps one more, looks at the age of the
lowest number first, and takes 0 days for "at once".
"""

import sqlite3
from dataclasses import dataclass
from itertools import takewhile

from repoweb import settings
from repoweb.chat import schema
from repoweb.chat.settings import KEEP_COUNT, KEEP_DAYS
from repoweb.chat.tables import INSIDERS, Tables

_HIGHEST = 2**63 - 1


@dataclass(frozen=True)
class Rule:
    """How many messages stay at least, and for how many days the others do."""

    count: int
    days: float

    @classmethod
    def read(cls, db: sqlite3.Connection) -> "Rule":
        """Read the repository's rule."""
        count, days = settings.read_several(db, KEEP_COUNT, KEEP_DAYS)
        return cls(int(count), float(days))


def count_old(db: sqlite3.Connection, rule: Rule, of: Tables = INSIDERS) -> int:
    """Count the messages that a purge would delete now."""
    return len(_old(db, rule, of))


def purge(db: sqlite3.Connection, rule: Rule, of: Tables = INSIDERS) -> int:
    """Delete what is neither new nor young enough; returns how many."""
    old = _old(db, rule, of)
    for row in old:
        schema.remove_from_index(db, row["msgid"], row["xmsg"], of)
        db.execute(f"DELETE FROM {of.messages} WHERE msgid=?", (row["msgid"],))
    if old:
        schema.forget_removed(db, of)
        schema.forget_purged(db, of)
    return len(old)


def _old(db: sqlite3.Connection, rule: Rule, of: Tables) -> list[sqlite3.Row]:
    """List what goes, in the order of time, so that young messages are not read."""
    if rule.days <= 0 or not _may_be_old(db, rule, of):
        return []
    rows = db.execute(
        "SELECT msgid, xmsg, mtime<julianday('now')-? AS is_old"
        f" FROM {of.messages} WHERE msgid<? ORDER BY msgid",
        (rule.days, _first_kept(db, rule.count, of)),
    )
    return list(takewhile(lambda row: bool(row["is_old"]), rows))


def _may_be_old(db: sqlite3.Connection, rule: Rule, of: Tables) -> bool:
    """Whether the lowest message is old, and more may be there than always stay."""
    row = db.execute(
        "SELECT mtime<julianday('now')-?,"
        f" (SELECT max(msgid) FROM {of.messages})-msgid>=? FROM {of.messages}"
        " ORDER BY msgid LIMIT 1",
        (rule.days, rule.count),
    ).fetchone()
    return bool(row and row[0] and row[1])


def _first_kept(db: sqlite3.Connection, count: int, of: Tables) -> int:
    """Return the lowest number among those that stay because they are new."""
    if count <= 0:
        return _HIGHEST
    row = db.execute(
        f"SELECT msgid FROM {of.messages} WHERE coalesce(mdel, 0)=0"
        " ORDER BY msgid DESC LIMIT 1 OFFSET ?",
        (count - 1,),
    ).fetchone()
    return int(row[0]) if row else 0

"""Branches, tags and leaves: what there is of them, and when they were used last."""

import sqlite3
from dataclasses import dataclass

from repoweb.repository.ancestry import main_branch

_PUBLIC = "NOT IN (SELECT rid FROM private)"


@dataclass(frozen=True)
class Branch:
    """A branch.

    Args:
        time: of its last check-in, "YYYY-MM-DD HH:MM:SS" in UTC.
        checkins: how many there are on it.
        merged_into: another branch, into which its last check-in was merged, or "".
        hash: of its last check-in.
    """

    name: str
    time: str
    closed: bool
    checkins: int
    merged_into: str
    hash: str
    user: str


@dataclass(frozen=True)
class Tag:
    """A tag that does not propagate, and the newest that carries it."""

    name: str
    time: str
    count: int


BRANCH_ORDERS = {"time": "2 DESC, 1", "name": "1", "checkins": "4 DESC, 1"}
TAG_ORDERS = {"time": "2 DESC, 1", "name": "1", "count": "3 DESC, 1"}
"""Ways to sort, by the value of the parameter `sort`."""


def branches(db: sqlite3.Connection, order: str) -> list[Branch]:
    """List all branches; check-ins that name none are on the main one."""
    rows = db.execute(
        "WITH used AS (SELECT coalesce(x.value, :main) AS name, max(event.mtime) AS t,"
        " objid, count(*) AS n, coalesce(euser, user, '') AS user FROM event"
        " LEFT JOIN tagxref x ON x.rid=objid AND x.tagid=8 AND tagtype>0"
        f" WHERE type='ci' AND objid {_PUBLIC} GROUP BY 1)"
        " SELECT name, coalesce(datetime(t), ''),"
        "  EXISTS(SELECT 1 FROM tagxref WHERE rid=objid AND tagid=9 AND tagtype>0), n,"
        # CROSS: the children first; all branches of the file for each would take long.
        "  coalesce((SELECT value FROM plink CROSS JOIN tagxref ON tagxref.rid=cid"
        "   WHERE pid=objid AND tagid=8 AND tagtype>0 AND value<>name LIMIT 1), ''),"
        "  uuid, user FROM used JOIN blob ON blob.rid=objid"
        f" ORDER BY {BRANCH_ORDERS[order]}",
        {"main": main_branch(db)},
    )
    return [Branch(r[0], r[1], bool(r[2]), *r[3:]) for r in rows.fetchall()]


def tags(db: sqlite3.Connection, order: str) -> list[Tag]:
    """List the symbolic tags that do not propagate."""
    rows = db.execute(
        "SELECT substr(tagname, 5), coalesce(datetime(max(event.mtime)), ''), count(*)"
        " FROM tagxref JOIN tag USING(tagid) JOIN event ON objid=tagxref.rid"
        " WHERE tagname GLOB 'sym-*' AND tagtype=1"
        f" AND objid {_PUBLIC} GROUP BY 1 ORDER BY {TAG_ORDERS[order]}"
    )
    return [Tag(*row) for row in rows.fetchall()]


def leaves(
    db: sqlite3.Connection, most: int, *, opened: bool, closed: bool
) -> list[int]:
    """List the newest leaves; closed ones carry the tag `closed`."""
    is_closed = (
        "EXISTS(SELECT 1 FROM tagxref WHERE tagxref.rid=leaf.rid AND tagid=9"
        " AND tagtype>0)"
    )
    rows = db.execute(
        "SELECT leaf.rid FROM leaf JOIN event ON objid=leaf.rid"
        f" WHERE type='ci' AND leaf.rid {_PUBLIC}"
        f" AND iif({is_closed}, :closed, :opened)"
        " ORDER BY mtime DESC, objid DESC LIMIT :most",
        {"most": most, "opened": opened, "closed": closed},
    )
    return [row[0] for row in rows.fetchall()]


def branch_points(db: sqlite3.Connection, most: int) -> list[int]:
    """List the newest check-ins with which branches began."""
    return _carriers(db, "tagname='branch' AND tagtype=2", most)


def tagged(db: sqlite3.Connection, most: int) -> list[int]:
    """List the newest check-ins that have tags of their own."""
    return _carriers(db, "tagname GLOB 'sym-*' AND tagtype=1", most)


def timewarps(db: sqlite3.Connection, most: int) -> list[int]:
    """List the newest check-ins that are older than a parent, and those parents."""
    rows = db.execute(
        "SELECT DISTINCT rid FROM (SELECT c.objid AS rid FROM plink"
        "  JOIN event c ON c.objid=cid JOIN event p ON p.objid=pid"
        "   WHERE c.type='ci' AND p.mtime>c.mtime"
        " UNION SELECT p.objid FROM plink"
        "  JOIN event c ON c.objid=cid JOIN event p ON p.objid=pid"
        "   WHERE c.type='ci' AND p.mtime>c.mtime)"
        f" JOIN event ON objid=rid WHERE rid {_PUBLIC}"
        " ORDER BY mtime DESC, rid DESC LIMIT ?",
        (most,),
    )
    return [row[0] for row in rows.fetchall()]


def day_of_year(db: sqlite3.Connection, day: str) -> str | None:
    """Return month and day of a date, as MM-DD; None if it is no date."""
    row = db.execute("SELECT strftime('%m-%d', ?)", (day,)).fetchone()
    return str(row[0]) if row[0] else None


def on_day(db: sqlite3.Connection, day: str, most: int) -> list[int]:
    """List the newest check-ins on a day, given as MM-DD, of any year."""
    rows = db.execute(
        "SELECT objid FROM event WHERE type='ci' AND strftime('%m-%d', mtime)=?"
        f" AND objid {_PUBLIC} ORDER BY mtime DESC, objid DESC LIMIT ?",
        (day, most),
    )
    return [row[0] for row in rows.fetchall()]


def _carriers(db: sqlite3.Connection, condition: str, most: int) -> list[int]:
    rows = db.execute(
        "SELECT DISTINCT objid, event.mtime FROM tagxref JOIN tag USING(tagid)"
        " JOIN event ON objid=tagxref.rid"
        f" WHERE {condition} AND srcid>0 AND type='ci' AND objid {_PUBLIC}"
        " ORDER BY event.mtime DESC, objid DESC LIMIT ?",
        (most,),
    )
    return [row[0] for row in rows.fetchall()]

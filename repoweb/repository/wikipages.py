"""Wiki pages: what there is, in which version, and since when (FOSSIL.md 3.7)."""

import sqlite3
from typing import NamedTuple

ASSOCIATED = ("branch/", "checkin/", "tag/", "ticket/")
"""Beginnings of the names of pages that are about something else."""

_COLUMNS = (
    "x.rid AS rid, uuid AS hash, substr(tagname, 6) AS name,"
    " CAST(value AS INTEGER) AS size, x.mtime AS mtime,"
    " strftime('%Y-%m-%dT%H:%M:%SZ', x.mtime) AS time,"
    " coalesce((SELECT user FROM event WHERE objid=x.rid), '') AS user"
)
_PUBLIC = "x.rid NOT IN (SELECT rid FROM private)"


class PageVersion(NamedTuple):
    """A version of a page; the time is UTC, `mtime` the Julian day.

    Args:
        size: bytes; 0 means that the page was deleted.
    """

    rid: int
    hash: str
    name: str
    size: int
    mtime: float
    time: str
    user: str


def current(db: sqlite3.Connection, name: str) -> PageVersion | None:
    """Return the newest version of a page, also if that deletes it."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM tag JOIN tagxref x USING(tagid)"
        " JOIN blob ON blob.rid=x.rid"
        f" WHERE tagname='wiki-' || ? AND {_PUBLIC}"
        " ORDER BY x.mtime DESC, x.rid DESC LIMIT 1",
        (name,),
    ).fetchone()
    return PageVersion(**dict(row)) if row else None


def versions(db: sqlite3.Connection, name: str, limit: int) -> list[PageVersion]:
    """List the versions of a page, newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM tag JOIN tagxref x USING(tagid)"
        " JOIN blob ON blob.rid=x.rid"
        f" WHERE tagname='wiki-' || ? AND {_PUBLIC}"
        " ORDER BY x.mtime DESC, x.rid DESC LIMIT ?",
        (name, limit),
    ).fetchall()
    return [PageVersion(**dict(row)) for row in rows]


def rivals(db: sqlite3.Connection, name: str) -> list[tuple[PageVersion, PageVersion]]:
    """List the versions of a page that follow the same one: pairs, the newer first.

    That happens to Fossil, which does not look again before it writes, and where
    two clones are edited before they are synced.
    """
    rows = db.execute(
        "SELECT p.cid AS newer, q.cid AS older FROM tag JOIN tagxref x USING(tagid)"
        " JOIN plink p ON p.cid=x.rid JOIN plink q ON q.pid=p.pid AND q.cid<>p.cid"
        " WHERE tagname='wiki-' || ? AND (q.mtime, q.cid)<(p.mtime, p.cid)"
        f" AND {_PUBLIC} AND q.cid NOT IN (SELECT rid FROM private)",
        (name,),
    ).fetchall()
    if not rows:
        return []
    known = {version.rid: version for version in versions(db, name, -1)}
    return [(known[row["newer"]], known[row["older"]]) for row in rows]


def by_hash(db: sqlite3.Connection, prefix: str) -> PageVersion | None:
    """Find a version by the beginning of its hash."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM blob JOIN tagxref x ON x.rid=blob.rid JOIN tag"
        f" USING(tagid) WHERE uuid>=?1 AND uuid<?1 || 'g' AND {_PUBLIC}"
        " AND tagname GLOB 'wiki-*' LIMIT 2",
        (prefix.lower(),),
    ).fetchall()
    return PageVersion(**dict(rows[0])) if len(rows) == 1 else None


def every_page(db: sqlite3.Connection, *, deleted: bool = False) -> list[PageVersion]:
    """List the newest versions of all pages by name, those of deleted ones if asked."""
    rows = db.execute(
        "WITH newest AS (SELECT tagid, x.rid AS rid, max(x.mtime) AS mtime FROM tag"
        f"  JOIN tagxref x USING(tagid) WHERE tagname GLOB 'wiki-*' AND {_PUBLIC}"
        "  GROUP BY tagid)"
        f" SELECT {_COLUMNS} FROM newest JOIN tag USING(tagid)"
        " JOIN tagxref x ON x.tagid=newest.tagid AND x.rid=newest.rid"
        " JOIN blob ON blob.rid=x.rid"
        " WHERE ? OR CAST(value AS INTEGER)>0 ORDER BY lower(tagname), tagname",
        (deleted,),
    ).fetchall()
    return [PageVersion(**dict(row)) for row in rows]

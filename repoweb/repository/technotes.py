"""Technotes: each under the id that it keeps, in its versions (FOSSIL.md 3.10)."""

import re
import sqlite3
from dataclasses import dataclass

_HEX = re.compile(r"[0-9a-f]{4,64}")
_PREFIX = "event-"
_PUBLIC = "x.rid NOT IN (SELECT rid FROM private)"


@dataclass(frozen=True)
class NoteVersion:
    """A version of a technote; `mtime` is the Julian day when it was written."""

    rid: int
    hash: str
    id: str
    mtime: float
    time: str
    user: str


_SELECT = (
    "SELECT x.rid AS rid, uuid AS hash, substr(tagname, 7) AS id, x.mtime AS mtime,"
    " strftime('%Y-%m-%dT%H:%M:%SZ', x.mtime) AS time,"
    " coalesce((SELECT user FROM event WHERE objid=x.rid), '') AS user"
    " FROM tag JOIN tagxref x USING(tagid) JOIN blob ON blob.rid=x.rid"
)


def find(db: sqlite3.Connection, prefix: str) -> NoteVersion | None:
    """Find a technote by the beginning of its id, or a version by that of its hash."""
    prefix = prefix.lower()
    if not _HEX.fullmatch(prefix):
        return None
    low = _PREFIX + prefix
    rows = db.execute(
        f"{_SELECT} WHERE tagname>=? AND tagname<? || 'g' AND {_PUBLIC}"
        " ORDER BY x.mtime DESC",
        (low, low),
    ).fetchall()
    if rows and len({row["id"] for row in rows}) == 1:
        return NoteVersion(**dict(rows[0]))
    rows = db.execute(
        f"{_SELECT} WHERE uuid>=? AND uuid<? || 'g' AND tagname GLOB 'event-*'"
        f" AND {_PUBLIC} LIMIT 2",
        (prefix, prefix),
    ).fetchall()
    return NoteVersion(**dict(rows[0])) if len(rows) == 1 else None


def versions(db: sqlite3.Connection, name: str) -> list[NoteVersion]:
    """List the versions of a technote by its id in full, newest first."""
    rows = db.execute(
        f"{_SELECT} WHERE tagname=? AND {_PUBLIC} ORDER BY x.mtime DESC",
        (_PREFIX + name,),
    ).fetchall()
    return [NoteVersion(**dict(row)) for row in rows]

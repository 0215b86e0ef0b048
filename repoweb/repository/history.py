"""The history of a file: what each check-in did to it, also under older names."""

import math
import sqlite3
from collections.abc import Callable, Container, Iterator, Sequence
from typing import NamedTuple

_PUBLIC = "NOT IN (SELECT rid FROM private)"
_MOST_NAMES = 100

_COLUMNS = (
    "mid AS rid, m.uuid AS hash, coalesce(f.uuid, '') AS file, fid, mlink.pid AS old,"
    " coalesce(o.uuid, '') AS old_file,"
    " filename.name AS name, coalesce(before.name, '') AS old_name, mperm AS mode,"
    " event.mtime AS mtime, datetime(event.mtime) AS time,"
    " coalesce(euser, user, '') AS user, coalesce(ecomment, comment, '') AS comment,"
    " coalesce((SELECT value FROM tagxref t WHERE t.rid=mid AND tagid=8"
    " AND tagtype>0), '') AS branch, coalesce(f.size, 0) AS size"
)
_TABLES = (
    "mlink JOIN event ON objid=mid JOIN blob m ON m.rid=mid"
    " JOIN filename USING(fnid) LEFT JOIN blob f ON f.rid=fid"
    " LEFT JOIN blob o ON o.rid=mlink.pid"
    " LEFT JOIN filename before ON before.fnid=pfnid AND pfnid>0"
)


class Version(NamedTuple):
    """What one check-in did to a file.

    Args:
        rid, hash: of the check-in.
        file, old_file: the hashes of the content now and before, "" for none.
        fid, old: the rids of the content now and before; 0 for none.
        name, old_name: of the file, and before if it was renamed.
        mode: 0 plain, 1 executable, 2 symbolic link.
        mtime: Julian day; `time` is the same as "YYYY-MM-DD HH:MM:SS", UTC.
    """

    rid: int
    hash: str
    file: str
    fid: int
    old: int
    old_file: str
    name: str
    old_name: str
    mode: int
    mtime: float
    time: str
    user: str
    comment: str
    branch: str
    size: int

    @property
    def change(self) -> str:
        """What happened, in a word."""
        if not self.fid:
            return "deleted"
        if self.old_name:
            return "renamed"
        return "edited" if self.old > 0 else "added"


def name_exists(db: sqlite3.Connection, name: str) -> bool:
    """Whether there was ever a file with a name, in a check-in that is public."""
    row = db.execute(
        "SELECT 1 FROM filename JOIN mlink USING(fnid)"
        f" WHERE name=? AND mid {_PUBLIC} LIMIT 1",
        (name,),
    ).fetchone()
    return row is not None


def of_name(
    db: sqlite3.Connection, name: str, most: int, before: float | None = None
) -> list[Version]:
    """List what happened to files with a name, on all branches, newest first.

    Args:
        db: a reading connection.
        name: of the file.
        most: so many at most.
        before: only what is older than this Julian day.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM {_TABLES}"
        " WHERE mlink.fnid=(SELECT fnid FROM filename WHERE name=?) AND NOT isaux"
        f" AND mid {_PUBLIC} AND event.mtime<? ORDER BY event.mtime DESC LIMIT ?",
        (name, before or 1e10, most),
    )
    return [Version(**row) for row in rows.fetchall()]


def of_file(
    db: sqlite3.Connection,
    members: Container[int],
    order: Callable[[Version], float],
    name: str,
) -> Iterator[Version]:
    """Follow a file back in time, under the names that it had, newest first.

    Args:
        db: a reading connection.
        members: the check-ins that count.
        order: tells how far back a version is.
        name: of the file in the newest check-in.
    """
    nearest = -math.inf
    for _ in range(_MOST_NAMES):
        renamed = None
        for version in _of_members(db, members, order, name):
            if order(version) <= nearest:
                continue
            yield version
            if version.old_name:
                renamed = version
                break
        if renamed is None:
            return
        nearest, name = order(renamed), renamed.old_name


def on_way(db: sqlite3.Connection, way: Sequence[int], name: str) -> list[Version]:
    """List what check-ins along a way did to the file of a name, in their order."""
    order = {rid: at for at, rid in enumerate(way)}
    return _of_members(db, order, lambda version: order[version.rid], name)


def _of_members(
    db: sqlite3.Connection,
    members: Container[int],
    order: Callable[[Version], float],
    name: str,
) -> list[Version]:
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM {_TABLES}"
        " WHERE mlink.fnid=(SELECT fnid FROM filename WHERE name=?) AND NOT isaux",
        (name,),
    )
    found = [Version(**row) for row in rows.fetchall() if row["rid"] in members]
    # A renamed file has a second row that says that the old name is gone.
    return sorted(found, key=lambda version: (order(version), -version.fid))


def primary_line(db: sqlite3.Connection, checkin: int) -> dict[int, int]:
    """Number a check-in and its primary ancestors by their distance from it."""
    rows = db.execute(
        "WITH RECURSIVE line(rid) AS (SELECT ? UNION ALL"
        " SELECT pid FROM line JOIN plink ON cid=line.rid AND isprim)"
        " SELECT rid FROM line",
        (checkin,),
    )
    return {row[0]: at for at, row in enumerate(rows.fetchall())}

"""What is known of an artifact without reading its content."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Artifact:
    """An artifact and the event that it stands for; times are UTC."""

    rid: int
    hash: str
    size: int
    time: str
    user: str
    comment: str
    branch: str | None
    tags: list[str]


@dataclass(frozen=True)
class ChangedFile:
    """A file that a check-in added, changed, renamed or deleted."""

    name: str
    change: str


def artifact(db: sqlite3.Connection, rid: int) -> Artifact:
    """Describe an artifact; without an event, time and user are empty."""
    row = db.execute(
        "SELECT rid, uuid AS hash, size, coalesce(datetime(event.mtime), '') AS time,"
        " coalesce(euser, user, '') AS user, coalesce(ecomment, comment, '') AS comment"
        " FROM blob LEFT JOIN event ON objid=rid WHERE rid=?",
        (rid,),
    ).fetchone()
    tags = db.execute(
        "SELECT substr(tagname, 5) FROM tag JOIN tagxref USING(tagid)"
        " WHERE rid=? AND tagtype>0 AND tagname GLOB 'sym-*' ORDER BY tagname",
        (rid,),
    ).fetchall()
    branch = db.execute(
        "SELECT value FROM tagxref WHERE rid=? AND tagid=8 AND tagtype>0", (rid,)
    ).fetchone()
    return Artifact(
        **dict(row),
        branch=branch[0] if branch else None,
        tags=[tag[0] for tag in tags],
    )


def changed_files(db: sqlite3.Connection, rid: int) -> list[ChangedFile]:
    """List the files that a check-in changed against its primary parent."""
    rows = db.execute(
        "SELECT name, CASE WHEN fid=0 THEN 'deleted' WHEN pfnid>0 THEN 'renamed'"
        " WHEN pid<=0 THEN 'added' ELSE 'changed' END"
        " FROM mlink JOIN filename USING(fnid)"
        " WHERE mid=? AND NOT isaux ORDER BY name",
        (rid,),
    )
    return [ChangedFile(*row) for row in rows.fetchall()]

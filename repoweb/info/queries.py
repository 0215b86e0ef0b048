"""What is known of an artifact without reading its content."""

import json
import sqlite3
from typing import NamedTuple

_PRIVATE = "rid NOT IN (SELECT rid FROM private)"


class Artifact(NamedTuple):
    """An artifact and the event that it stands for; times are UTC.

    Args:
        size: bytes; negative if the content never came here.
        kind: as in `event.type`, or "" without an event.
        original: the time and the user as they were before somebody edited them.
        comment_edited: 1 if the comment is another one than at first.
    """

    rid: int
    hash: str
    size: int
    kind: str
    time: str
    user: str
    comment: str
    original_time: str
    original_user: str
    comment_edited: int


class Tag(NamedTuple):
    """A tag of an artifact.

    Args:
        propagates: to descendants.
        source: the hash of the artifact that carries it, "" if it was inherited.
    """

    name: str
    value: str
    propagates: bool
    cancelled: bool
    source: str
    origin: str


class Relative(NamedTuple):
    """A parent or child of a check-in."""

    hash: str
    role: str
    time: str
    user: str
    comment: str
    branch: str


class Change(NamedTuple):
    """A file that a check-in changed against a parent.

    Args:
        kind: "added", "edited", "deleted", "renamed", "mode" or "merged in".
        old, new: numbers of the contents; 0 if there is none.
    """

    name: str
    old_name: str
    kind: str
    old: int
    new: int
    old_hash: str
    new_hash: str
    mode: str


def artifact(db: sqlite3.Connection, rid: int) -> Artifact:
    """Describe an artifact; without an event, time and user are empty."""
    row = db.execute(
        "SELECT rid, uuid, size, coalesce(type, ''),"
        " coalesce(datetime(event.mtime), ''), coalesce(euser, user, ''),"
        " coalesce(ecomment, comment, ''),"
        " coalesce(datetime(nullif(omtime, event.mtime)), ''),"
        " iif(euser IS NULL, '', coalesce(user, '')), ecomment IS NOT NULL"
        " FROM blob LEFT JOIN event ON objid=rid WHERE rid=?",
        (rid,),
    ).fetchone()
    return Artifact(*row)


def tags(db: sqlite3.Connection, rid: int) -> list[Tag]:
    """List the tags of an artifact, cancelled ones too."""
    rows = db.execute(
        "SELECT tagname, coalesce(value, ''), tagtype=2, tagtype=0,"
        " coalesce((SELECT uuid FROM blob WHERE blob.rid=srcid), ''),"
        " coalesce((SELECT uuid FROM blob WHERE blob.rid=origid), '')"
        " FROM tagxref JOIN tag USING(tagid) WHERE rid=? ORDER BY tagname",
        (rid,),
    )
    return [
        Tag(row[0], row[1], bool(row[2]), bool(row[3]), row[4], row[5])
        for row in rows.fetchall()
    ]


def relatives(db: sqlite3.Connection, rid: int) -> list[Relative]:
    """List the parents and children of a check-in, and the cherrypicks."""
    rows = db.execute(
        "SELECT uuid, role, coalesce(datetime(event.mtime), ''),"
        " coalesce(euser, user, ''), coalesce(ecomment, comment, ''),"
        " coalesce((SELECT value FROM tagxref WHERE tagxref.rid=blob.rid AND tagid=8"
        "  AND tagtype>0), '')"
        " FROM (SELECT pid AS other, iif(isprim, 'Parent', 'Merged from') AS role,"
        "   iif(isprim, 0, 1) AS n FROM plink WHERE cid=?1"
        "  UNION ALL SELECT cid, iif(isprim, 'Child', 'Merged into'),"
        "   iif(isprim, 2, 3) FROM plink WHERE pid=?1"
        "  UNION ALL SELECT parentid, iif(isExclude, 'Backed out', 'Cherrypicked'), 4"
        "   FROM cherrypick WHERE childid=?1"
        "  UNION ALL SELECT childid,"
        "   iif(isExclude, 'Backed out by', 'Cherrypicked into'), 5"
        "   FROM cherrypick WHERE parentid=?1)"
        f" JOIN blob ON rid=other LEFT JOIN event ON objid=rid WHERE {_PRIVATE}"
        " ORDER BY n, event.mtime",
        (rid,),
    )
    return [Relative(*row) for row in rows.fetchall()]


def family(db: sqlite3.Connection, rid: int) -> list[int]:
    """List a check-in with its parents and children, newest first."""
    rows = db.execute(
        "SELECT objid FROM event WHERE objid IN (SELECT ?1"
        " UNION SELECT pid FROM plink WHERE cid=?1"
        " UNION SELECT cid FROM plink WHERE pid=?1)"
        " AND objid NOT IN (SELECT rid FROM private)"
        " ORDER BY mtime DESC, objid DESC",
        (rid,),
    )
    return [row[0] for row in rows.fetchall()]


def changes(db: sqlite3.Connection, rid: int) -> list[Change]:
    """List the files that a check-in changed against its primary parent."""
    rows = db.execute(
        "SELECT new.name, coalesce(old.name, ''), fid, pid, pfnid, mperm,"
        " coalesce(a.uuid, ''), coalesce(b.uuid, '')"
        " FROM mlink JOIN filename new USING(fnid)"
        " LEFT JOIN filename old ON old.fnid=pfnid"
        " LEFT JOIN blob a ON a.rid=pid LEFT JOIN blob b ON b.rid=fid"
        " WHERE mid=? AND NOT isaux ORDER BY new.name",
        (rid,),
    ).fetchall()
    renamed = {row[1] for row in rows if row[1]}
    return [_change(row) for row in rows if row[2] or row[0] not in renamed]


def _change(row: sqlite3.Row) -> Change:
    name, old_name, new, old, _, mode, old_hash, new_hash = row
    if not new:
        kind = "deleted"
    elif old_name:
        kind = "renamed"
    elif old < 0:
        kind = "merged in"
    elif not old:
        kind = "added"
    else:
        kind = "mode" if new == old else "edited"
    mode = {1: "executable", 2: "symbolic link"}.get(mode, "")
    return Change(name, old_name, kind, max(old, 0), new, old_hash, new_hash, mode)


def hashes(db: sqlite3.Connection, names: list[str]) -> dict[str, int]:
    """Find the numbers of many artifacts by their hashes."""
    rows = db.execute(
        "SELECT uuid, rid FROM blob WHERE uuid IN (SELECT value FROM json_each(?))",
        (json.dumps(names),),
    )
    return dict(rows.fetchall())


def symbols(found: list[Tag]) -> list[str]:
    """Pick out the symbolic names that are in force."""
    return [
        tag.name.removeprefix("sym-")
        for tag in found
        if tag.name.startswith("sym-") and not tag.cancelled
    ]


def parent(db: sqlite3.Connection, rid: int) -> int | None:
    """Return the primary parent of a check-in, if it is here and not private."""
    row = db.execute(
        "SELECT pid FROM plink JOIN blob ON rid=pid WHERE cid=? AND isprim"
        " AND pid NOT IN (SELECT rid FROM private)",
        (rid,),
    ).fetchone()
    return row[0] if row else None


def attached_file(db: sqlite3.Connection, rid: int) -> str | None:
    """Return the hash of the file that an artifact attaches, or "" if it detaches one.

    Returns:
        None if it is no attachment.
    """
    row = db.execute(
        "SELECT coalesce(src, '') FROM attachment WHERE attachid=?", (rid,)
    ).fetchone()
    return None if row is None else str(row[0])

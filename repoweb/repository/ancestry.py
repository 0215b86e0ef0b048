"""Who descends from whom: branches, their beginnings, ancestors and descendants.

The queries walk `plink` from one check-in on and stop when they have enough,
so that their cost follows what is asked for.
"""

import sqlite3

from repoweb.repository.artifacts import Rid

_LONGEST_BRANCH = 100_000
_BRANCH = 8  # tagid
_HALF_A_SECOND = 5.8e-6

_PARENTS = (
    "SELECT pid, cid, 0 AS picked FROM plink"
    " UNION ALL SELECT parentid, childid, 1 FROM cherrypick WHERE NOT isExclude"
)


def main_branch(db: sqlite3.Connection) -> str:
    """Return the branch of check-ins that name none."""
    row = db.execute("SELECT value FROM config WHERE name='main-branch'").fetchone()
    return str(row[0]) if row and row[0] else "trunk"


def branch_of(db: sqlite3.Connection, rid: int) -> str:
    """Return the branch of a check-in."""
    row = db.execute(
        "SELECT value FROM tagxref WHERE rid=? AND tagid=? AND tagtype>0",
        (rid, _BRANCH),
    ).fetchone()
    return str(row[0]) if row and row[0] is not None else main_branch(db)


def start_of_branch(db: sqlite3.Connection, rid: int) -> Rid:
    """Find the first check-in of the branch that a check-in is on."""
    return _walk(db, rid, own_branch=True)


def root_of_branch(db: sqlite3.Connection, rid: int) -> Rid:
    """Find the check-in from which the branch of a check-in diverged."""
    return _walk(db, rid, own_branch=False)


def merge_in(db: sqlite3.Connection, rid: int) -> Rid | None:
    """Find the youngest ancestor on the branch from which this one diverged."""
    parent_branch = branch_of(db, root_of_branch(db, rid))
    row = db.execute(
        "WITH RECURSIVE line(rid, mtime) AS ("
        " SELECT objid, mtime FROM event WHERE objid=?1 UNION"
        " SELECT pid, event.mtime FROM line JOIN plink ON cid=line.rid"
        "  JOIN event ON objid=pid ORDER BY 2 DESC)"
        " SELECT rid FROM line WHERE EXISTS(SELECT 1 FROM tagxref"
        "  WHERE tagid=?2 AND tagxref.rid=line.rid AND value=?3 AND tagtype>0)"
        " LIMIT 1",
        (rid, _BRANCH, parent_branch),
    ).fetchone()
    return Rid(row[0]) if row else None


def _walk(db: sqlite3.Connection, rid: int, *, own_branch: bool) -> Rid:
    """Follow the primary parents to the first of the branch, or to the one before."""
    row = db.execute(
        "WITH RECURSIVE line(pid, inside, n) AS ("
        " SELECT pid, EXISTS(SELECT 1 FROM tagxref WHERE tagid=?2 AND tagtype>0"
        "   AND value=?3 AND rid=pid), 1 FROM plink WHERE cid=?1 AND isprim"
        " UNION ALL SELECT plink.pid, EXISTS(SELECT 1 FROM tagxref WHERE tagid=?2"
        "   AND tagtype>0 AND value=?3 AND rid=plink.pid), n+1"
        "  FROM line JOIN plink ON cid=line.pid WHERE isprim AND inside"
        f" LIMIT {_LONGEST_BRANCH})"
        " SELECT pid FROM line WHERE inside>=?4 ORDER BY n DESC LIMIT 1",
        (rid, _BRANCH, branch_of(db, rid), int(own_branch)),
    ).fetchone()
    return Rid(row[0] if row else rid)


def ancestors(
    db: sqlite3.Connection,
    rid: int,
    most: int = -1,
    *,
    primary: bool = False,
    back: int = 0,
) -> list[Rid]:
    """List a check-in and its newest ancestors.

    As in Fossil the sources of cherrypicks count, but not their ancestors.

    Args:
        db: a reading connection.
        rid: of the check-in, which is the first of the list.
        most: as many at most; -1 for all.
        primary: only primary parents.
        back: a check-in; what is older than it is left out.
    """
    if primary:
        parents = "SELECT pid, cid, 0 AS picked FROM plink WHERE isprim"
    else:
        parents = _PARENTS
    rows = db.execute(
        f"WITH RECURSIVE parent(pid, cid, picked) AS ({parents}),"
        " line(rid, mtime, picked) AS ("
        " SELECT objid, mtime, 0 FROM event WHERE objid=?1 UNION"
        " SELECT pid, event.mtime, parent.picked FROM line"
        "  JOIN parent ON cid=line.rid JOIN event ON objid=pid"
        "  WHERE NOT line.picked AND (event.mtime>=coalesce("
        "   (SELECT mtime FROM event WHERE objid=?3), 0) OR pid=?3)"
        "  ORDER BY 2 DESC LIMIT ?2)"
        " SELECT DISTINCT rid FROM line",
        (rid, most, back),
    )
    return [Rid(row[0]) for row in rows.fetchall()]


def descendants(
    db: sqlite3.Connection, rid: int, most: int = -1, *, forth: int = 0
) -> list[Rid]:
    """List a check-in and its oldest descendants.

    Args:
        db: a reading connection.
        rid: of the check-in, which is the first of the list.
        most: as many at most; -1 for all.
        forth: a check-in; what is younger than it is left out.
    """
    rows = db.execute(
        "WITH RECURSIVE line(rid, mtime) AS (SELECT ?1, 0 UNION"
        " SELECT cid, plink.mtime FROM line JOIN plink ON pid=line.rid"
        "  WHERE plink.mtime<=coalesce((SELECT mtime+?4 FROM event WHERE objid=?3),"
        "   plink.mtime) ORDER BY 2)"
        " SELECT DISTINCT rid FROM line LIMIT ?2",
        (rid, most, forth, _HALF_A_SECOND),
    )
    return [Rid(row[0]) for row in rows.fetchall()]

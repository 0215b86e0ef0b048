"""Tags on artifacts: `tagxref`, what a tag changes, and how it propagates.

Source of the rules: `tag_insert` and `tag_propagate` of Fossil's src/tag.c.
"""

import heapq
import sqlite3
from dataclasses import dataclass

from repoweb.repository.artifacts import Rid
from repoweb.repository.writing.backlinks import COMMENT, Source, replace_backlinks

CANCEL, SINGLE, PROPAGATING = 0, 1, 2
ACTIONS = {"-": CANCEL, "+": SINGLE, "*": PROPAGATING}
"""The sign before the name on a T card, as `tagxref.tagtype`."""

_BGCOLOR, _COMMENT, _USER, _DATE, _PRIVATE, _BRANCH = 1, 2, 3, 4, 6, 8
_COLUMNS = {_BGCOLOR: "bgcolor", _COMMENT: "ecomment", _USER: "euser"}


@dataclass(frozen=True)
class Tag:
    """A tag to be put on an artifact.

    Args:
        kind: CANCEL, SINGLE or PROPAGATING.
        source: the artifact that says so.
        time: of that artifact, as it is written in it.
    """

    name: str
    kind: int
    value: str | None
    source: Rid
    time: str


def insert_tag(db: sqlite3.Connection, tag: Tag, target: Rid) -> int:
    """Put a tag on an artifact, unless a younger one is there; returns its number."""
    tagid = tag_id(db, tag.name)
    younger = db.execute(
        "SELECT 1 FROM tagxref WHERE tagid=? AND rid=? AND mtime>=julianday(?)",
        (tagid, target, tag.time),
    ).fetchone()
    if younger:
        return tagid
    db.execute(
        "REPLACE INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
        " VALUES(?1, ?2, ?3, ?6, ?4, julianday(?5), ?6)",
        (tagid, tag.kind, tag.source, tag.value, tag.time, target),
    )
    _affect(db, tagid, tag, target)
    (mtime,) = db.execute("SELECT julianday(?)", (tag.time,)).fetchone()
    kind = CANCEL if tag.kind == SINGLE else tag.kind
    _propagate(db, _Flow(tagid, kind, target, tag.value, mtime), target)
    return tagid


def tag_id(db: sqlite3.Connection, name: str) -> int:
    """Return the number of a tag, which is made if there is none."""
    row = db.execute("SELECT tagid FROM tag WHERE tagname=?", (name,)).fetchone()
    if row:
        return int(row[0])
    cursor = db.execute("INSERT INTO tag(tagname) VALUES(?)", (name,))
    return int(cursor.lastrowid or 0)


def inherit(db: sqlite3.Connection, parent: Rid) -> None:
    """Propagate the tags of an artifact to its new children."""
    rows = db.execute(
        "SELECT tagid, tagtype, origid, value, mtime FROM tagxref WHERE rid=?",
        (parent,),
    ).fetchall()
    for tagid, kind, origin, value, mtime in rows:
        kind = CANCEL if kind == SINGLE else kind  # noqa: PLW2901 - as Fossil does
        _propagate(db, _Flow(tagid, kind, origin, value, mtime), parent)


def add_parent(db: sqlite3.Connection, rid: Rid, parent: Rid, time: str) -> None:
    """Make an artifact the next version of another one."""
    db.execute(
        "INSERT OR IGNORE INTO plink(pid, cid, isprim, mtime, baseid)"
        " VALUES(?, ?, 1, julianday(?), NULL)",
        (parent, rid, time),
    )
    inherit(db, parent)


def _affect(db: sqlite3.Connection, tagid: int, tag: Tag, target: Rid) -> None:
    """Change what a tag says about its target."""
    value = None if tag.kind == CANCEL else tag.value
    if column := _COLUMNS.get(tagid):
        db.execute(f"UPDATE event SET {column}=? WHERE objid=?", (value, target))
    if tagid == _COMMENT and value is not None:
        replace_backlinks(db, Source(value, "", COMMENT, target, tag.time))
    elif tagid == _DATE:
        db.execute(
            "UPDATE event SET mtime=coalesce(julianday(?), omtime, mtime),"
            " omtime=coalesce(omtime, mtime) WHERE objid=?",
            (value, target),
        )
    elif tagid == _PRIVATE:
        db.execute("INSERT OR IGNORE INTO private(rid) VALUES(?)", (target,))
    elif tagid == _BRANCH:
        check_leaves(db, target)


@dataclass(frozen=True)
class _Flow:
    tagid: int
    kind: int
    origin: int
    value: str | None
    mtime: float


def _propagate(db: sqlite3.Connection, flow: _Flow, start: Rid) -> None:
    """Go down to the descendants, oldest first, and tag them or take the tag away."""
    queue: list[tuple[float, Rid]] = [(0.0, start)]
    while queue:
        _, parent = heapq.heappop(queue)
        children = db.execute(
            "SELECT cid, plink.mtime FROM plink"
            " LEFT JOIN tagxref ON cid=rid AND tagid=?1"
            " WHERE pid=?2 AND isprim AND coalesce(srcid=0 AND tagxref.mtime<?3, ?4)",
            (flow.tagid, parent, flow.mtime, flow.kind == PROPAGATING),
        ).fetchall()
        for child, mtime in children:
            heapq.heappush(queue, (mtime, child))
            _pass_on(db, flow, child)


def _pass_on(db: sqlite3.Connection, flow: _Flow, child: Rid) -> None:
    if flow.kind == PROPAGATING:
        db.execute(
            "REPLACE INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
            " VALUES(?, 2, 0, ?, ?, ?, ?)",
            (flow.tagid, flow.origin, flow.value, flow.mtime, child),
        )
    else:
        db.execute("DELETE FROM tagxref WHERE tagid=? AND rid=?", (flow.tagid, child))
    if flow.tagid == _BGCOLOR:
        value = flow.value if flow.kind == PROPAGATING else None
        db.execute("UPDATE event SET bgcolor=? WHERE objid=?", (value, child))
    elif flow.tagid == _BRANCH:
        check_leaves(db, child)


def check_leaves(db: sqlite3.Connection, rid: Rid) -> None:
    """Look anew whether a check-in and its parents are leaves of their branches."""
    rows = db.execute("SELECT pid FROM plink WHERE cid=?", (rid,)).fetchall()
    for candidate in [rid, *(row[0] for row in rows)]:
        db.execute("DELETE FROM leaf WHERE rid=?", (candidate,))
        db.execute(_ADD_LEAF, (candidate,))


_BRANCH_OF = (
    "coalesce((SELECT value FROM tagxref"
    " WHERE tagid=8 AND tagtype>0 AND rid={}), 'trunk')"
)
_ADD_LEAF = (
    "INSERT INTO leaf(rid) SELECT objid FROM event WHERE objid=?1 AND type='ci'"
    " AND NOT EXISTS(SELECT 1 FROM plink WHERE pid=?1 AND"
    f" {_BRANCH_OF.format('pid')}={_BRANCH_OF.format('cid')})"
)

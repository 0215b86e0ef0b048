"""Check-ins along a way through the graph."""

import json
import sqlite3

from repoweb.repository.ancestry import ancestors, descendants
from repoweb.repository.artifacts import Rid
from repoweb.repository.paths import shortest, straight, through_ancestor
from repoweb.timeline.filters import Filter
from repoweb.timeline.ways import Walk

_FAMILY = (
    "SELECT ?1 UNION SELECT pid FROM plink WHERE cid=?1"
    " UNION SELECT cid FROM plink WHERE pid=?1"
    " UNION SELECT parentid FROM cherrypick WHERE ?2 AND childid=?1"
    " UNION SELECT childid FROM cherrypick WHERE ?2 AND parentid=?1"
)


def along(db: sqlite3.Connection, wanted: Filter, walk: Walk) -> list[int]:
    """Follow the graph; the check-ins come in no order, and some maybe twice."""
    if walk.kind == "pd":
        return [*_derived(db, walk.start, walk.end)]
    if walk.is_between:
        way = _between(db, walk)
        return _brief(db, way) if walk.brief else way
    if walk.kind == "f":
        picks = "ncp" not in wanted.flags
        return [row[0] for row in db.execute(_FAMILY, (walk.start, picks)).fetchall()]
    return _around(db, walk, wanted.count + 1)  # the start itself does not count


def _between(db: sqlite3.Connection, walk: Walk) -> list[int]:
    if walk.kind == "from":
        return [*shortest(db, walk.start, walk.end, merges=walk.merges)]
    if walk.kind == "me":
        return [*through_ancestor(db, walk.start, walk.end)]
    way = straight(db, walk.start, walk.end, forward=walk.kind == "ft")
    return [*way] or [walk.start]


def _around(db: sqlite3.Connection, walk: Walk, most: int) -> list[int]:
    found = [walk.start]
    if "p" in walk.kind:
        found += [*ancestors(db, walk.start, most, back=walk.back), walk.back]
    if "d" in walk.kind:
        found += [*descendants(db, walk.start, most, forth=walk.forth), walk.forth]
    return found


def _derived(db: sqlite3.Connection, start: int, end: int) -> set[Rid]:
    """Find what descends from one check-in and contributes to another."""
    after = descendants(db, start, forth=end)
    return {Rid(start), *ancestors(db, end, back=start)}.intersection(after)


def _brief(db: sqlite3.Connection, way: list[int]) -> list[int]:
    """Leave out of a way what is on the same branch as the check-ins around it."""
    rows = db.execute(
        "SELECT rid, value FROM tagxref WHERE tagid=8 AND tagtype>0"
        " AND rid IN (SELECT value FROM json_each(?))",
        (json.dumps(way),),
    )
    branch = dict(rows.fetchall())
    inner = zip(way, way[1:], way[2:], strict=False)
    dull = {b for a, b, c in inner if branch.get(a) == branch.get(b) == branch.get(c)}
    return [rid for rid in way if rid not in dull]

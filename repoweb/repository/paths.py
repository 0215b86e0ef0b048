"""Ways through the graph from one check-in to another, as Fossil 2.21 finds them.

Only what is as near to the start as the end is gets read. Where several ways are
equally short, the order in which Fossil's path.c looks at links decides.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from repoweb.repository.artifacts import Rid

Links = dict[int, list[int]]

_AROUND = (
    "WITH RECURSIVE near(rid) AS (SELECT ?1 UNION"
    " SELECT CASE WHEN pid=near.rid THEN cid ELSE pid END"
    " FROM near CROSS JOIN plink ON (pid=near.rid OR cid=near.rid) AND isprim>=?2)"
    " SELECT rid FROM near"
)
_ABOVE = (
    "WITH RECURSIVE near(rid, side) AS (VALUES(?1, 0), (?2, 1) UNION"
    " SELECT pid, side FROM near CROSS JOIN plink ON cid=near.rid)"
    " SELECT rid, side FROM near"
)
_AHEAD = (
    "WITH RECURSIVE near(rid, mtime) AS (SELECT objid, mtime FROM event WHERE objid=?1"
    " UNION SELECT {to}, event.mtime FROM near JOIN plink ON {of}=near.rid"
    " JOIN event ON objid={to} ORDER BY 2 {order}) SELECT rid FROM near"
)
_TAGGED = (
    "EXISTS(SELECT 1 FROM tagxref JOIN tag USING(tagid) WHERE tagxref.rid={rid}"
    " AND tagname='sym-' || ?2 AND tagtype>0)"
)


def shortest(
    db: sqlite3.Connection, start: int, end: int, *, merges: bool
) -> list[Rid]:
    """Find the way with the fewest steps, back and forth in time.

    Args:
        db: a reading connection.
        start, end: the check-ins, which are the first and the last of the list.
        merges: also go along merges, not only from primary parents to children.

    Returns:
        Nothing if no way leads there.
    """
    near = _until(db, _AROUND, (start, int(not merges)), end)
    return _search(start, end, _links(db, near, merges=merges))


def straight(
    db: sqlite3.Connection, start: int, end: int, *, forward: bool
) -> list[Rid]:
    """Find the way with the fewest steps that leads forward, or back, in time alone.

    Returns:
        Nothing if no way leads there.
    """
    near = _until(db, _ahead(forward=forward), (start,), end)
    children, parents = _links(db, near, merges=True)
    return _search(start, end, (children if forward else parents,))


def carrier(
    db: sqlite3.Connection, start: int, tag: str, *, forward: bool, of_line: bool = True
) -> Rid | None:
    """Find the check-in with a tag that is nearest in time, behind another or before.

    Args:
        db: a reading connection.
        start: the check-in from which on it is looked for; it counts itself.
        tag: the symbolic tag, or the branch.
        forward: look among what is later.
        of_line: it must be a descendant or an ancestor.
    """
    if of_line:
        tagged = _TAGGED.format(rid="near.rid")
        query = f"{_ahead(forward=forward)} WHERE {tagged} LIMIT 1"
    else:
        query = (
            "SELECT objid FROM event WHERE type='ci'"
            f" AND mtime{'>=' if forward else '<='}"
            "(SELECT mtime FROM event WHERE objid=?1)"
            " AND objid NOT IN (SELECT rid FROM private)"
            f" AND {_TAGGED.format(rid='objid')}"
            f" ORDER BY mtime {'ASC' if forward else 'DESC'} LIMIT 1"
        )
    row = db.execute(query, (start, tag.removeprefix("tag:"))).fetchone()
    return Rid(row[0]) if row else None


def _ahead(*, forward: bool) -> str:
    """Write the query for what descends from a check-in, or precedes it, by time."""
    if forward:
        return _AHEAD.format(to="cid", of="pid", order="ASC")
    return _AHEAD.format(to="pid", of="cid", order="DESC")


def _search(start: int, end: int, links: tuple[Links, ...]) -> list[Rid]:
    """Follow links of some sorts, one step everywhere after the other."""
    came: dict[int, int] = {start: 0}
    generation = [start]
    while generation and end not in came:
        following: list[int] = []
        for rid in reversed(generation):
            for other in (other for some in links for other in some.get(rid, ())):
                if other not in came:
                    came[other] = rid
                    following.append(other)
        generation = following
    return _back(came, end) if end in came else []


def _until(
    db: sqlite3.Connection, query: str, values: tuple[int, ...], end: int
) -> list[int]:
    """Read check-ins, the nearest first, until the end is among them."""
    found = []
    with closing(db.execute(query, values)) as rows:
        for row in rows:
            found.append(row[0])
            if row[0] == end:
                break
    return found


def through_ancestor(db: sqlite3.Connection, me: int, you: int) -> list[Rid]:
    """Find the way from one check-in back to the nearest common ancestor and on.

    Returns:
        Nothing if they have no ancestor in common.
    """
    if me == you:
        return [Rid(me)]
    _, parents = _links(db, _until_met(db, me, you), merges=True)
    came: tuple[dict[int, int], dict[int, int]] = ({me: 0}, {you: 0})
    generation = [(me, 0), (you, 1)]
    while generation:
        following: list[tuple[int, int]] = []
        for rid, side in reversed(generation):
            for parent in parents.get(rid, ()):
                if parent in came[1 - side]:
                    return _joined(came, (rid, side), parent)
                if parent not in came[side]:
                    came[side][parent] = rid
                    following.append((parent, side))
        generation = following
    return []


def _until_met(db: sqlite3.Connection, me: int, you: int) -> list[int]:
    """Read ancestors of both, the nearest first, until one is of both."""
    seen: tuple[set[int], set[int]] = set(), set()
    with closing(db.execute(_ABOVE, (me, you))) as rows:
        for rid, side in rows:
            seen[side].add(rid)
            if rid in seen[1 - side]:
                break
    return [*seen[0], *seen[1]]


def _joined(
    came: tuple[dict[int, int], dict[int, int]], last: tuple[int, int], common: int
) -> list[Rid]:
    rid, side = last
    came[side][common] = rid
    mine, yours = (_back(way, common) for way in came)
    return [*mine, *reversed(yours[:-1])]


def _back(came: dict[int, int], end: int) -> list[Rid]:
    """Go back to where one came from; the list begins there."""
    way = list(_steps(came, end))
    return way[::-1]


def _steps(came: dict[int, int], rid: int) -> Iterator[Rid]:
    while rid:
        yield Rid(rid)
        rid = came[rid]


def _links(
    db: sqlite3.Connection, rids: Iterable[int], *, merges: bool
) -> tuple[Links, Links]:
    """Read the children and the parents of check-ins."""
    rows = db.execute(
        "SELECT pid, cid FROM plink WHERE isprim>=?2"
        " AND (pid IN (SELECT value FROM json_each(?1))"
        " OR cid IN (SELECT value FROM json_each(?1))) ORDER BY pid, cid",
        (json.dumps(list(rids)), int(not merges)),
    )
    children: Links = {}
    parents: Links = {}
    for pid, cid in rows.fetchall():
        children.setdefault(pid, []).append(cid)
        parents.setdefault(cid, []).append(pid)
    return children, parents

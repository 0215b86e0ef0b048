"""Which events a timeline shows, and in pages that cost the same wherever they are.

A page begins at a place, which is the time and the number of an event, and the
index on the time leads there.
"""

import json
import sqlite3
from typing import NamedTuple

from repoweb.timeline.conditions import conditions, values
from repoweb.timeline.filters import Filter, Place
from repoweb.timeline.walks import along


class Page(NamedTuple):
    """The numbers of the events of a page, newest first, and what is around it."""

    rids: list[int]
    older: Place | None = None
    newer: Place | None = None


def page(db: sqlite3.Connection, wanted: Filter) -> Page:
    """Find the events of one page."""
    if not wanted.kinds:
        return Page([])
    if wanted.around is not None and wanted.place is None:
        return _around(db, wanted)
    place = wanted.place
    upwards = place.newer if place else wanted.after is not None and not wanted.before
    found = _select(db, wanted, place, upwards=upwards)
    more = len(found) > wanted.rows
    found = found[: wanted.rows]
    if upwards:
        found.reverse()
    if not found:
        return Page([])
    last, first = Place(*found[-1]), Place(*found[0], newer=True)
    back = place is not None or wanted.after is not None or wanted.before is not None
    return Page(
        [rid for _, rid in found],
        older=last if (back if upwards else more) else None,
        newer=first if (more if upwards else back) else None,
    )


def _around(db: sqlite3.Connection, wanted: Filter) -> Page:
    """Show as much before a moment as after it."""
    middle = Place(wanted.around or 0.0, -1)
    half = (wanted.count + 1) // 2
    below = _select(db, wanted, middle, upwards=False)
    above = _select(db, wanted, middle, upwards=True)
    later, earlier = above[:half], below[: wanted.count - len(above[:half])]
    found = [*reversed(later), *earlier]
    return Page(
        [rid for _, rid in found],
        older=Place(*found[-1]) if len(below) > len(earlier) else None,
        newer=Place(*found[0], newer=True) if len(above) > len(later) else None,
    )


def _select(
    db: sqlite3.Connection, wanted: Filter, place: Place | None, *, upwards: bool
) -> list[tuple[float, int]]:
    """Read the times and numbers from a place on, one more than are shown."""
    all_of = [*conditions(wanted), *_bounds(place, upwards=upwards)]
    order = "ASC" if upwards else "DESC"
    rows = db.execute(
        f"SELECT mtime, objid FROM event WHERE {' AND '.join(all_of)}"
        f" ORDER BY mtime {order}, objid {order} LIMIT :most",
        {
            **values(wanted, along(db, wanted, wanted.walk) if wanted.walk else ()),
            "mtime": place.mtime if place else 0.0,
            "rid": place.rid if place else 0,
            "most": wanted.rows + 1,
        },
    )
    return [(row[0], row[1]) for row in rows.fetchall()]


def _bounds(place: Place | None, *, upwards: bool) -> list[str]:
    if place is None:
        return []
    if upwards:
        return ["mtime>=:mtime", "(mtime>:mtime OR objid>:rid)"]
    return ["mtime<=:mtime", "(mtime<:mtime OR objid<:rid)"]


def changed_files(
    db: sqlite3.Connection, rids: list[int]
) -> dict[int, list[tuple[str, str]]]:
    """List the files that each of some check-ins changed: how, and the name."""
    rows = db.execute(
        "SELECT mid, CASE WHEN fid=0 THEN 'deleted' WHEN pfnid>0 THEN 'renamed'"
        " WHEN pid<=0 THEN 'added' ELSE 'edited' END, name"
        " FROM mlink JOIN filename USING(fnid)"
        " WHERE mid IN (SELECT value FROM json_each(?)) AND NOT isaux ORDER BY name",
        (json.dumps(rids),),
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for rid, change, name in rows.fetchall():
        found.setdefault(rid, []).append((change, name))
    return found

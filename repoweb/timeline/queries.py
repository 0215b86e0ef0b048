"""Which events a timeline shows, and in pages that cost the same wherever they are.

A page begins at a place, which is the time and the number of an event, and the
index on the time leads there.
"""

import json
import sqlite3
from dataclasses import dataclass

from repoweb.repository.ancestry import ancestors, descendants
from repoweb.timeline.filters import Filter, Place

_HIDDEN = 5  # tagid
_TAGGED = (
    "SELECT rid FROM tag JOIN tagxref USING(tagid) WHERE tagname=:tag AND tagtype>0"
)
_RELATED = (
    f"{_TAGGED} UNION SELECT pid FROM plink WHERE cid IN ({_TAGGED})"
    f" UNION SELECT cid FROM plink WHERE pid IN ({_TAGGED})"
)


@dataclass(frozen=True)
class Page:
    """The numbers of the events of a page, newest first, and what is around it."""

    rids: list[int]
    older: Place | None = None
    newer: Place | None = None


def page(db: sqlite3.Connection, wanted: Filter) -> Page:
    """Find the events of one page."""
    if not wanted.kinds:
        return Page([])
    if wanted.walk:
        return _walk(db, wanted)
    if wanted.around is not None and wanted.place is None:
        return _around(db, wanted)
    place = wanted.place
    upwards = place.newer if place else wanted.after is not None and not wanted.before
    found = _select(db, wanted, place, upwards=upwards)
    more = len(found) > wanted.count
    found = found[: wanted.count]
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
    half = wanted.count // 2 + 1
    below = _select(db, wanted, middle, upwards=False)
    above = _select(db, wanted, middle, upwards=True)
    later, earlier = above[:half], below[: wanted.count // 2]
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
    conditions = [*_conditions(wanted), *_bounds(place, upwards=upwards)]
    order = "ASC" if upwards else "DESC"
    rows = db.execute(
        f"SELECT mtime, objid FROM event WHERE {' AND '.join(conditions)}"
        f" ORDER BY mtime {order}, objid {order} LIMIT :most",
        {
            "kinds": json.dumps(wanted.kinds),
            "user": wanted.user,
            "tag": f"sym-{wanted.tag}",
            "text": f"%{_escaped(wanted.text)}%",
            "globs": json.dumps(wanted.changed.split()),
            "after": wanted.after,
            "before": wanted.before,
            "mtime": place.mtime if place else 0.0,
            "rid": place.rid if place else 0,
            "most": wanted.count + 1,
        },
    )
    return [(row[0], row[1]) for row in rows.fetchall()]


def _bounds(place: Place | None, *, upwards: bool) -> list[str]:
    if place is None:
        return []
    if upwards:
        return ["mtime>=:mtime", "(mtime>:mtime OR objid>:rid)"]
    return ["mtime<=:mtime", "(mtime<:mtime OR objid<:rid)"]


def _conditions(wanted: Filter) -> list[str]:
    """Write the conditions on events; only those that are needed."""
    all_of = [
        (True, "type IN (SELECT value FROM json_each(:kinds))"),
        (True, "objid NOT IN (SELECT rid FROM private)"),
        (
            not wanted.hidden,
            "objid NOT IN"
            f" (SELECT rid FROM tagxref WHERE tagid={_HIDDEN} AND tagtype>0)",
        ),
        (bool(wanted.user), "coalesce(euser, user)=:user"),
        (
            bool(wanted.tag),
            f"objid IN ({_RELATED if wanted.related else _TAGGED})",
        ),
        (
            bool(wanted.text),
            "(coalesce(ecomment, comment) LIKE :text ESCAPE '\\'"
            " OR coalesce(euser, user) LIKE :text ESCAPE '\\'"
            " OR brief LIKE :text ESCAPE '\\')",
        ),
        (
            bool(wanted.changed),
            "objid IN (SELECT mid FROM mlink JOIN filename USING(fnid)"
            " JOIN json_each(:globs) AS glob ON filename.name GLOB glob.value)",
        ),
        (wanted.after is not None, "mtime>=:after"),
        (wanted.before is not None, "mtime<=:before"),
    ]
    return [condition for needed, condition in all_of if needed]


def _walk(db: sqlite3.Connection, wanted: Filter) -> Page:
    """Follow the graph from a check-in on."""
    count = wanted.count
    if wanted.walk == "f":
        found = set(_family(db, wanted.start))
    else:
        found = {wanted.start}
        if "p" in wanted.walk:
            found.update(ancestors(db, wanted.start, count))
        if "d" in wanted.walk:
            found.update(descendants(db, wanted.start, count))
    rows = db.execute(
        "SELECT objid FROM event WHERE objid IN (SELECT value FROM json_each(?))"
        " AND type='ci' AND objid NOT IN (SELECT rid FROM private)"
        " ORDER BY mtime DESC, objid DESC",
        (json.dumps(sorted(found)),),
    )
    return Page([row[0] for row in rows.fetchall()])


def _family(db: sqlite3.Connection, rid: int) -> list[int]:
    rows = db.execute(
        "SELECT ?1 UNION SELECT pid FROM plink WHERE cid=?1"
        " UNION SELECT cid FROM plink WHERE pid=?1",
        (rid,),
    )
    return [row[0] for row in rows.fetchall()]


def _escaped(text: str) -> str:
    """Take `%` and `_` of a pattern for what they are."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return text


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

"""Check-ins along a way through the graph."""

import sqlite3

from repoweb.repository.ancestry import ancestors, descendants
from repoweb.repository.paths import shortest, through_ancestor
from repoweb.timeline.filters import Filter, Walk

_ALONE = 2  # the start, which is its own first ancestor
_FAMILY = (
    "SELECT ?1 UNION SELECT pid FROM plink WHERE cid=?1"
    " UNION SELECT cid FROM plink WHERE pid=?1"
    " UNION SELECT parentid FROM cherrypick WHERE childid=?1"
    " UNION SELECT childid FROM cherrypick WHERE parentid=?1"
)


def along(db: sqlite3.Connection, wanted: Filter, walk: Walk) -> list[int]:
    """Follow the graph; the check-ins come in no order, and some maybe twice."""
    start, most = walk.start, wanted.count + 1  # the start itself does not count
    if walk.kind == "from":
        return [*shortest(db, start, walk.end, merges=walk.merges)]
    if walk.kind == "me":
        return [*through_ancestor(db, start, walk.end)]
    if walk.kind == "f":
        return [row[0] for row in db.execute(_FAMILY, (start,)).fetchall()]
    found = [start]
    if "p" in walk.kind:
        found += ancestors(db, start, most, back=walk.back)
        found += [walk.back] if walk.back and len(found) > _ALONE else []
    if "d" in walk.kind:
        found += descendants(db, start, most)
    return found

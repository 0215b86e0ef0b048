"""What a check-in says of itself, with all that was amended."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Checkin:
    """A check-in as it is shown; the time is UTC.

    Args:
        tags: names without sym-, except those of its branch.
        closed: it carries the tag `closed`.
        own_colour: whether the colour is not inherited.
        amended: Julian day of the newest tag on it, or 0.
    """

    rid: int
    hash: str
    comment: str
    user: str
    time: str
    colour: str
    branch: str
    tags: tuple[str, ...]
    closed: bool
    amended: float


def checkin(db: sqlite3.Connection, rid: int) -> Checkin | None:
    """Describe a check-in; None if it is none."""
    row = db.execute(
        "SELECT rid, uuid AS hash, coalesce(ecomment, comment, '') AS comment,"
        " coalesce(euser, user, '') AS user,"
        " strftime('%Y-%m-%d %H:%M:%S', event.mtime) AS time,"
        " coalesce(bgcolor, '') AS colour,"
        " coalesce((SELECT value FROM tagxref WHERE tagid=8 AND tagtype>0"
        "  AND rid=objid), 'trunk') AS branch,"
        " EXISTS(SELECT 1 FROM tagxref WHERE tagid=9 AND tagtype>0 AND rid=objid)"
        "  AS closed,"
        " coalesce((SELECT max(mtime) FROM tagxref WHERE rid=objid), 0.0) AS amended"
        " FROM event JOIN blob ON rid=objid WHERE type='ci' AND objid=?",
        (rid,),
    ).fetchone()
    if row is None:
        return None
    tags = db.execute(
        "SELECT substr(tagname, 5) FROM tag JOIN tagxref USING(tagid)"
        " WHERE rid=? AND tagtype>0 AND tagname GLOB 'sym-*' AND tagname<>?"
        " ORDER BY tagname",
        (rid, f"sym-{row['branch']}"),
    ).fetchall()
    return Checkin(**dict(row), tags=tuple(tag[0] for tag in tags))

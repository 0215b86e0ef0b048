"""Events as the timeline shows them, with what a picture of their graph needs.

However many events are asked for, the number of queries is the same.
"""

import json
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from repoweb.repository.ancestry import main_branch
from repoweb.repository.kinds import KINDS

_CLOSED = 9  # tagids
_HIDDEN = 5
_BRANCH = 8


class Event(NamedTuple):
    """A line of the timeline.

    Args:
        mtime: Julian day, the key of the order together with `rid`.
        time: the same as "YYYY-MM-DD HH:MM:SS", UTC.
        colour: that somebody gave to the check-in or its branch, or "".
        branch: of a check-in, else "".
        tags: its other symbolic tags.
        parents: of a check-in, the primary one first.
        picked: check-ins that were cherrypicked into it.
    """

    rid: int
    hash: str
    kind: str
    mtime: float
    time: str
    user: str
    comment: str
    brief: str
    tagid: int
    colour: str
    branch: str = ""
    tags: tuple[str, ...] = ()
    parents: tuple[int, ...] = ()
    picked: tuple[int, ...] = ()
    leaf: bool = False
    closed: bool = False

    @property
    def day(self) -> str:
        """The day, as YYYY-MM-DD."""
        return self.time[:10]

    @property
    def clock(self) -> str:
        """The time of day, as HH:MM."""
        return self.time[11:16]

    @property
    def label(self) -> str:
        """What it is, for people."""
        return KINDS.get(self.kind, "Event")

    @property
    def is_checkin(self) -> bool:
        """Whether it has a place in the graph."""
        return self.kind == "ci"

    @property
    def is_merge(self) -> bool:
        """Whether it has several parents."""
        return len(self.parents) > 1


class _Tags(NamedTuple):
    branch: str = ""
    closed: bool = False
    names: tuple[str, ...] = ()


def events(db: sqlite3.Connection, rids: Sequence[int]) -> list[Event]:
    """Read events, in the order of their numbers."""
    wanted = json.dumps(list(rids))
    rows = db.execute(
        "SELECT objid, uuid, type, mtime, coalesce(datetime(mtime), '') AS time,"
        " coalesce(euser, user, '') AS user,"
        " coalesce(ecomment, comment, '') AS comment, coalesce(brief, '') AS brief,"
        " coalesce(tagid, 0) AS tagid, coalesce(bgcolor, '') AS bgcolor,"
        " objid IN (SELECT rid FROM leaf) AS leaf"
        " FROM event JOIN blob ON rid=objid"
        " WHERE objid IN (SELECT value FROM json_each(?))",
        (wanted,),
    ).fetchall()
    tags, parents, picked = _tags(db, wanted), _parents(db, wanted), _picked(db, wanted)
    default = main_branch(db)
    found = {}
    for row in rows:
        rid, kind = row["objid"], row["type"]
        own = tags.get(rid, _Tags())
        branch = (own.branch or default) if kind == "ci" else ""
        values: list[Any] = [
            *tuple(row)[:10],
            branch,
            tuple([name for name in own.names if name != branch]),
            tuple(parents.get(rid, ())),
            tuple(picked.get(rid, ())),
            bool(row["leaf"]),
            own.closed,
        ]
        found[rid] = Event(*values)
    return [found[rid] for rid in rids if rid in found]


def _tags(db: sqlite3.Connection, wanted: str) -> dict[int, _Tags]:
    """Read the tags of events; neighbours mostly have the same ones."""
    rows = db.execute(
        f"SELECT rid, coalesce(max(iif(tagid={_BRANCH}, value, '')), ''),"
        f" max(tagid={_CLOSED}), json_group_array(tagid) FROM tagxref"
        " WHERE rid IN (SELECT value FROM json_each(?)) AND tagtype>0 GROUP BY rid",
        (wanted,),
    ).fetchall()
    names = _symbols(db, {row[3] for row in rows})
    return {
        rid: _Tags(branch, bool(closed), names[tagids])
        for rid, branch, closed, tagids in rows
    }


def _symbols(db: sqlite3.Connection, sets: set[str]) -> dict[str, tuple[str, ...]]:
    """Find the symbolic names in sets of tags, which come and stay as JSON."""
    known = {text: json.loads(text) for text in sets}
    rows = db.execute(
        "SELECT tagid, substr(tagname, 5) FROM tag WHERE tagname GLOB 'sym-*'"
        " AND tagid IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(chain.from_iterable(known.values())))),),
    )
    names: dict[int, str] = dict(rows.fetchall())
    return {
        text: tuple(sorted(names[tagid] for tagid in tagids if tagid in names))
        for text, tagids in known.items()
    }


def _parents(db: sqlite3.Connection, wanted: str) -> dict[int, list[int]]:
    rows = db.execute(
        "SELECT cid, pid FROM plink WHERE cid IN (SELECT value FROM json_each(?))"
        " AND pid NOT IN (SELECT rid FROM phantom) ORDER BY isprim DESC, pid",
        (wanted,),
    )
    return _grouped(rows.fetchall())


def _picked(db: sqlite3.Connection, wanted: str) -> dict[int, list[int]]:
    rows = db.execute(
        "SELECT childid, parentid FROM cherrypick WHERE NOT isExclude"
        " AND childid IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    return _grouped(rows.fetchall())


def _grouped(pairs: list[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found

"""What of the timeline is asked for: the parameters of the address, read once."""

import re
import sqlite3
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from flask import abort
from werkzeug.datastructures import MultiDict

from repoweb.repository import names
from repoweb.repository.globs import escape_glob
from repoweb.repository.kinds import NEEDS
from repoweb.timeline.bisect import read_bisect
from repoweb.timeline.spans import SPANS, moment, refuse, span
from repoweb.timeline.tags import NO_TAGS, Tags, read_tags
from repoweb.timeline.ways import ENDS, SECOND_NAMES, WALKS, Walk, read_walk

DEFAULT = 50
MOST = 1000
"""Rows of one page, also if all are asked for."""

_FLAGS = (
    *("unhide", "v", "ng", "rel", "mionly", "shortest"),
    *("namechng", "forks", "cherrypicks"),
    *("min", "ncp", "nd", "nowiki", "oldestfirst"),
)
_SHOWN = (
    *("y", "u", "t", "r", "tl", "rl", "ml", "ms", "s", "chng", "uf", "cf", "m", "x"),
    *("n", "n1", "bt", "ft", "sel1", "sel2", "bid", "tkt", "wiki", *_FLAGS, *SPANS),
)
"""Parameters that stay while one turns the pages."""

_TIMES = ("a", "b", "c")
_PARTS = {"n": "t", "h": "f"}
"""Kinds of events of which the beginnings alone may be asked for: new ones."""

_ALL_OF_THEM = {"uf", "df", "bt", "ft", "bid"}
"""With these all that there is counts, unless the address says how many."""

_LISTED = re.compile(r"[,\s]+")
_MOST_LISTED = 200


class Place(NamedTuple):
    """Where a page begins, behind or before an event: its time and its number."""

    mtime: float
    rid: int
    newer: bool = False

    def __str__(self) -> str:
        return f"{self.mtime!r},{self.rid}"


@dataclass(frozen=True)
class Filter:
    """Which events are shown.

    Args:
        kinds: of events that may be shown, as in `event.type`.
        count: rows of a page.
        uses: only check-ins that have a file with this content.
        flags: of the address; "namechng", "forks", "cherrypicks" are conditions.
        after, before, around: Julian days, inclusive.
        place: of a further page.
        marked: events that stand out.
        extra: check-ins that are shown besides those along a way or with a tag.
        bisect: only these check-ins, with what was found out about them.
        topic: a glob; only events that are about what has such a tag.
    """

    kinds: tuple[str, ...]
    count: int = DEFAULT
    user: str = ""
    tags: Tags = NO_TAGS
    text: str = ""
    changed: str = ""
    uses: int = 0
    flags: frozenset[str] = frozenset()
    after: float | None = None
    before: float | None = None
    around: float | None = None
    walk: Walk | None = None
    place: Place | None = None
    marked: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    bisect: dict[int, str] = field(default_factory=dict)
    topic: str = ""
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows a page has."""
        if self.walk is None:
            return self.count
        return MOST if self.walk.is_between else 2 * MOST + 1

    def address(self, **changed: str) -> str:
        """Make the address of the same timeline with other parameters."""
        wanted = {k: v for k, v in (self.asked | changed).items() if v}
        return f"/timeline?{urlencode(wanted, safe='/:,')}" if wanted else "/timeline"


def read(db: sqlite3.Connection, args: MultiDict[str, str], may: object) -> Filter:
    """Read the parameters of a request.

    Args:
        db: finds what names stand for.
        args: of the request.
        may: the predicate of the current user, for capability expressions.
    """
    allowed = tuple(k for k, needs in NEEDS.items() if may(needs))  # type: ignore[operator]
    walk = read_walk(db, args)
    low, high = span(args)
    around = _first_use(db, args["cf"]) if args.get("cf") else moment(db, args, "c")
    bisect = read_bisect(db, args["bid"]) if args.get("bid") else {}
    only_checkins = walk or bisect or {"uf", "forks"} & args.keys()
    kind = "ci" if only_checkins else args.get("y", "")
    return Filter(
        kinds=_kinds(kind, allowed),
        count=_count(args, all_of_them=bool(_ALL_OF_THEM & args.keys())),
        user=args.get("u", ""),
        tags=read_tags(db, args),
        text=args.get("s", "").strip(),
        changed=args.get("chng", "").strip(),
        uses=_artifact(db, args["uf"]) if args.get("uf") else 0,
        flags=frozenset(flag for flag in _FLAGS if flag in args),
        after=moment(db, args, "a") if low is None else low,
        before=moment(db, args, "b") if high is None else high,
        around=around,
        walk=walk,
        place=_place(args),
        marked=_marked(db, args, walk),
        extra=_extra(db, args),
        bisect=bisect,
        topic=_topic(args),
        asked={
            k: args[k] or "1"
            for k in (*_SHOWN, *_TIMES, *WALKS, *ENDS, *SECOND_NAMES)
            if k in args and (args[k] or k in _FLAGS)
        },
    )


def _kinds(asked: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    if asked in {"", "all"}:
        return allowed
    wanted = _PARTS.get(asked, asked)
    if wanted not in NEEDS:
        refuse(f"There are no events of the kind “{asked}”.")
    return (asked,) if wanted in allowed else ()


def _count(args: MultiDict[str, str], *, all_of_them: bool) -> int:
    text = args.get("n") or args.get("n1", "")
    if not text:
        return MOST if all_of_them else DEFAULT
    if text == "all":
        return MOST
    if not (text.isascii() and text.isdigit()):
        refuse(f"“{text}” is no number of rows.")
    return min(max(int(text[:9]), 1), MOST)


def _marked(
    db: sqlite3.Connection, args: MultiDict[str, str], walk: Walk | None
) -> tuple[int, ...]:
    """Name the events that stand out; a name of nothing does no harm."""
    found = [
        names.find(db, args[key]) for key in ("m", "sel1", "sel2") if args.get(key)
    ]
    ends = [walk.start, walk.end] if walk and "nd" not in args else []
    return tuple(rid for rid in (*found, *ends) if rid)


def _extra(db: sqlite3.Connection, args: MultiDict[str, str]) -> tuple[int, ...]:
    """Read the list `x`, and what is to stand out: it is shown in any case."""
    listed = _LISTED.split(args.get("x", ""))[:_MOST_LISTED]
    chosen = [args.get(key, "") for key in ("m", "sel1", "sel2")]
    found = [names.find(db, name, "ci") for name in (*listed, *chosen)]
    return tuple(rid for rid in found if rid)


def _topic(args: MultiDict[str, str]) -> str:
    """Read `tkt`, the beginning of a ticket's name, or `wiki`, the name of a page."""
    if args.get("tkt"):
        return f"tkt-{escape_glob(args['tkt'])}*"
    return f"wiki-{escape_glob(args['wiki'])}" if args.get("wiki") else ""


def _artifact(db: sqlite3.Connection, name: str) -> int:
    rid = names.by_hash(db, name)
    if rid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no file with the hash “{name}” here.")
    return rid


def _first_use(db: sqlite3.Connection, name: str) -> float:
    """Find when a file got a content first."""
    row = db.execute(
        "SELECT min(mtime) FROM mlink JOIN event ON objid=mid WHERE fid=?",
        (_artifact(db, name),),
    ).fetchone()
    if row[0] is None:
        abort(HTTPStatus.NOT_FOUND, f"No check-in has a file with the hash “{name}”.")
    return float(row[0])


def _place(args: MultiDict[str, str]) -> Place | None:
    for key, newer in (("older", False), ("newer", True)):
        text = args.get(key)
        if text:
            mtime, _, rid = text.partition(",")
            try:
                return Place(float(mtime), int(rid), newer)
            except ValueError:
                refuse(f"“{text}” is no place in the timeline.")
    return None

"""What of the timeline is asked for: the parameters of the address, read once."""

import sqlite3
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from flask import abort
from werkzeug.datastructures import MultiDict

from repoweb.repository import names
from repoweb.repository.globs import split_globs
from repoweb.repository.kinds import NEEDS
from repoweb.timeline.spans import SPANS, moment, refuse, span

DEFAULT = 50
MOST = 1000
"""Rows of one page, also if all are asked for."""

_FLAGS = (
    *("unhide", "v", "ng", "rel", "mionly", "shortest"),
    *("namechng", "forks", "cherrypicks"),
)
_SHOWN = (
    *("y", "u", "t", "r", "tl", "rl", "ml", "ms", "s", "chng", "uf", "cf", "m"),
    *("n", "n1", "bt", "sel1", "sel2", *_FLAGS, *SPANS),
)
"""Parameters that stay while one turns the pages."""

_TIMES = ("a", "b", "c")
_WALKS = {"p": "p", "d": "d", "dp": "dp", "df": "d", "f": "f"}
_WAYS = (("from", "to"), ("me", "you"))
_ENDS = tuple(key for way in _WAYS for key in way)
_STYLES = ("exact", "glob", "like", "brlist")


class Place(NamedTuple):
    """Where a page begins, behind or before an event: its time and its number."""

    mtime: float
    rid: int
    newer: bool = False

    def __str__(self) -> str:
        return f"{self.mtime!r},{self.rid}"


@dataclass(frozen=True)
class Tags:
    """Which tags a check-in must carry.

    Args:
        text: the tag, or what those must match.
        style: "exact", "glob", "like", or "brlist" for one of several.
        parents: also what the graph has before those check-ins.
        children: and behind them.
    """

    text: str = ""
    style: str = "exact"
    parents: bool = False
    children: bool = False

    @property
    def patterns(self) -> list[str]:
        """What names of tags are compared with."""
        found = [self.text] if self.style == "exact" else split_globs(self.text)
        return [f"sym-{pattern}" for pattern in found]


class Walk(NamedTuple):
    """A way through the graph.

    Args:
        kind: "p" ancestors, "d" descendants, "dp" both, "f" the family of `start`;
            "from" the way from `start` to `end`, "me" that by their ancestor.
        back: ancestors end here.
        merges: ways may also go along merges.
    """

    kind: str
    start: int
    end: int = 0
    back: int = 0
    merges: bool = False

    @property
    def is_between(self) -> bool:
        """Whether it leads from one check-in to another."""
        return self.end > 0


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
    """

    kinds: tuple[str, ...]
    count: int = DEFAULT
    user: str = ""
    tags: Tags = Tags()
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
    walk = _walk(db, args)
    low, high = span(args)
    around = _first_use(db, args["cf"]) if args.get("cf") else moment(db, args, "c")
    kind = "ci" if walk or "uf" in args or "forks" in args else args.get("y", "")
    return Filter(
        kinds=_kinds(kind, allowed),
        count=_count(args, all_of_them=bool({"uf", "df", "bt"} & args.keys())),
        user=args.get("u", ""),
        tags=_tags(args),
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
        asked={
            k: args[k] or "1"
            for k in (*_SHOWN, *_TIMES, *_WALKS, *_ENDS)
            if k in args and (args[k] or k in _FLAGS)
        },
    )


def _kinds(asked: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    if asked in {"", "all"}:
        return allowed
    wanted = "t" if asked == "n" else asked
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


def _tags(args: MultiDict[str, str]) -> Tags:
    """Read `t` and `r`, and the lists `tl`, `rl` and `ml`."""
    key = next((key for key in ("r", "t", "tl", "rl", "ml") if args.get(key)), "t")
    text = args.get(key, "")
    style = args.get("ms", "").lower()
    if len(key) > 1 and not style:
        style = "glob" if set("*[?") & set(text) else "brlist"
    if style not in {*_STYLES, ""}:
        refuse(f"Tags are not compared in the way “{style}”.")
    only_parents = key == "ml" or "mionly" in args
    related = only_parents or key in {"r", "rl"} or "rel" in args
    return Tags(text, style or "exact", related, related and not only_parents)


def _walk(db: sqlite3.Connection, args: MultiDict[str, str]) -> Walk | None:
    for one, other in _WAYS:
        if args.get(one) and args.get(other):
            ends = _checkin(db, args[one]), _checkin(db, args[other])
            return Walk(one, *ends, merges="shortest" in args)
    key = next((key for key in _WALKS if args.get(key)), "")
    if not key:
        return None
    back = _checkin(db, args["bt"]) if args.get("bt") else 0
    return Walk(_WALKS[key], _checkin(db, args[key]), back=back)


def _marked(
    db: sqlite3.Connection, args: MultiDict[str, str], walk: Walk | None
) -> tuple[int, ...]:
    """Name the events that stand out; a name of nothing does no harm."""
    found = [
        names.find(db, args[key]) for key in ("m", "sel1", "sel2") if args.get(key)
    ]
    ends = [walk.start, walk.end] if walk else []
    return tuple(rid for rid in (*found, *ends) if rid)


def _checkin(db: sqlite3.Connection, name: str) -> int:
    rid = names.find(db, name, "ci")
    if rid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no check-in called “{name}” here.")
    return rid


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

"""What of the timeline is asked for: the parameters of the address, read once."""

import re
import sqlite3
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlencode

from flask import abort
from werkzeug.datastructures import MultiDict

from repoweb.repository import names
from repoweb.repository.events import NEEDS
from repoweb.repository.times import compact_date, is_date, round_up

DEFAULT = 50
MOST = 1000
"""Rows of one page, also if all are asked for."""

_SHOWN = ("y", "u", "t", "r", "s", "chng", "ym", "year", "unhide", "v", "ng", "n")
"""Parameters that stay while one turns the pages."""

_PART = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_TIMES = ("a", "b", "c")
_WALKS = ("p", "d", "dp", "f")


@dataclass(frozen=True)
class Place:
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
        tag: only what carries it.
        related: also what is next to that in the graph.
        after, before, around: Julian days, inclusive.
        walk: "p" ancestors, "d" descendants, "dp" both, "f" the family of `start`.
        place: of a further page.
    """

    kinds: tuple[str, ...]
    count: int = DEFAULT
    user: str = ""
    tag: str = ""
    related: bool = False
    text: str = ""
    changed: str = ""
    after: float | None = None
    before: float | None = None
    around: float | None = None
    walk: str = ""
    start: int = 0
    hidden: bool = False
    place: Place | None = None
    asked: dict[str, str] = field(default_factory=dict)

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
    walk = next((key for key in _WALKS if args.get(key)), "")
    tag = args.get("r") or args.get("t", "")
    low, high = _span(db, args)
    return Filter(
        kinds=_kinds(args.get("y", ""), allowed, walk=bool(walk)),
        count=_count(args.get("n", "")),
        user=args.get("u", ""),
        tag=tag,
        related="r" in args,
        text=args.get("s", "").strip(),
        changed=args.get("chng", "").strip(),
        after=_moment(db, args, "a") if low is None else low,
        before=_moment(db, args, "b") if high is None else high,
        around=_moment(db, args, "c"),
        walk=walk,
        start=_checkin(db, args[walk]) if walk else 0,
        hidden="unhide" in args,
        place=_place(args),
        asked={
            k: args[k] or "1"
            for k in (*_SHOWN, *_TIMES, *_WALKS)
            if k in args and (args[k] or k in {"unhide", "v", "ng"})
        },
    )


def _kinds(asked: str, allowed: tuple[str, ...], *, walk: bool) -> tuple[str, ...]:
    if walk:
        return tuple(kind for kind in allowed if kind == "ci")
    if asked in {"", "all"}:
        return allowed
    wanted = "t" if asked == "n" else asked
    if wanted not in NEEDS:
        _refuse(f"There are no events of the kind “{asked}”.")
    return tuple(kind for kind in allowed if kind == wanted)


def _count(text: str) -> int:
    if not text:
        return DEFAULT
    if text == "all":
        return MOST
    if not (text.isascii() and text.isdigit()):
        _refuse(f"“{text}” is no number of rows.")
    return min(max(int(text[:9]), 1), MOST)


def _span(
    db: sqlite3.Connection, args: MultiDict[str, str]
) -> tuple[float | None, float | None]:
    """Read `ym=YYYYMM` or `year=YYYY` as two moments."""
    digits = (args.get("ym") or args.get("year") or "").replace("-", "")
    if not digits:
        return None, None
    if not (digits.isascii() and digits.isdigit() and len(digits) in {4, 6}):
        _refuse(f"“{digits}” is no month and no year.")
    step = "+1 year" if len(digits) == 4 else "+1 month"  # noqa: PLR2004 - YYYY
    first = f"{digits[:4]}-{digits[4:] or '01'}-01"
    low, high = db.execute(
        "SELECT julianday(?1), julianday(?1, ?2, '-0.001 seconds')", (first, step)
    ).fetchone()
    if low is None:
        _refuse(f"“{digits}” is no month and no year.")
    return low, high


def _moment(
    db: sqlite3.Connection, args: MultiDict[str, str], key: str
) -> float | None:
    """Read a time, or the name of an event as its time."""
    text = args.get(key, "")
    if not text:
        return None
    if _PART.fullmatch(text):
        text = f"{text}-01-01"[:10]
    date = compact_date(text) or (text if is_date(text) else "")
    if date:
        shown = round_up(date) if key == "b" else date
        row = db.execute("SELECT julianday(?)", (shown,)).fetchone()
    else:
        row = db.execute(
            "SELECT mtime FROM event WHERE objid=?", (names.find(db, text),)
        ).fetchone()
    if row is None or row[0] is None:
        _refuse(f"“{text}” is no time, and no event has that name.")
    return float(row[0])


def _checkin(db: sqlite3.Connection, name: str) -> int:
    rid = names.find(db, name, "ci")
    if rid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no check-in called “{name}” here.")
    return rid


def _place(args: MultiDict[str, str]) -> Place | None:
    for key, newer in (("older", False), ("newer", True)):
        text = args.get(key)
        if text:
            mtime, _, rid = text.partition(",")
            try:
                return Place(float(mtime), int(rid), newer)
            except ValueError:
                _refuse(f"“{text}” is no place in the timeline.")
    return None


def _refuse(reason: str) -> NoReturn:
    abort(HTTPStatus.BAD_REQUEST, reason)

"""Which way through the graph a timeline is asked for."""

import sqlite3
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn

from flask import abort
from werkzeug.datastructures import MultiDict

from repoweb.repository import names
from repoweb.repository.artifacts import Rid
from repoweb.repository.paths import carrier
from repoweb.timeline.spans import refuse

WALKS = ("p", "d", "dp", "df", "f")
ENDS = ("from", "to", "me", "you")
SECOND_NAMES = ("p2", "d2", "dp2", "to2")
"""Parameters with the name of a check-in for the case that there is none of the first
name."""


@dataclass(frozen=True)
class Walk:
    """A way through the graph.

    Args:
        kind: "p" ancestors, "d" descendants, "dp" both, "f" the family of `start`;
            "from" the way from `start` to `end`, "ft" and "bt" that forward or back
            in time alone, "me" that by their ancestor, "pd" what descends from
            `start` and leads to `end`.
        back: ancestors end here.
        forth: descendants end here.
        merges: ways may also go along merges.
        brief: of what lies between two of the same branch nothing is shown.
    """

    kind: str
    start: int
    end: int = 0
    back: int = 0
    forth: int = 0
    merges: bool = False
    brief: bool = False

    @property
    def is_between(self) -> bool:
        """Whether it leads from one check-in to another."""
        return self.end > 0


def read_walk(db: sqlite3.Connection, args: MultiDict[str, str]) -> Walk | None:
    """Read the parameters that name a way, or the check-ins around another."""
    merges, brief = "shortest" in args, "min" in args
    if args.get("from") and (args.get("to") or args.get("to2")):
        start, end = _checkin(db, args, "from"), _checkin(db, args, "to")
        return Walk("from", start, end, merges=merges, brief=brief)
    if args.get("me") and args.get("you"):
        ends = _checkin(db, args, "me"), _checkin(db, args, "you")
        return Walk("me", *ends, brief=brief)
    for key in ("ft", "bt"):
        if args.get("from") and args.get(key):
            start = _checkin(db, args, "from")
            return Walk(key, start, _straight(db, start, args[key], key), brief=brief)
    return _read_around(db, args)


def _read_around(db: sqlite3.Connection, args: MultiDict[str, str]) -> Walk | None:
    asked = [key for key in WALKS if args.get(key) or args.get(f"{key}2")]
    if not asked:
        return None
    start = _checkin(db, args, asked[0])
    if asked[:2] == ["p", "d"] and (first := _checkin(db, args, "d")) != start:
        if args.get("bt") or args.get("ft"):
            refuse("With both p= and d=, bt= and ft= have no meaning.")
        return Walk("pd", first, start)
    kind = {"df": "d"}.get(asked[0], "dp" if asked[:2] == ["p", "d"] else asked[0])
    back = _bound(db, start, args, "bt") if "p" in kind else 0
    forth = _bound(db, start, args, "ft") if "d" in kind else 0
    return Walk(kind, start, back=back, forth=forth)


def _checkin(db: sqlite3.Connection, args: MultiDict[str, str], key: str) -> Rid:
    """Find the check-in of a parameter, or that of its second one, as `p2` of `p`."""
    asked = [args[name] for name in (key, f"{key}2") if args.get(name)]
    found = (names.find(db, name, "ci") for name in asked)
    return next((rid for rid in found if rid), None) or _nothing(asked[0])


def _nothing(name: str) -> NoReturn:
    abort(HTTPStatus.NOT_FOUND, f"There is no check-in called “{name}” here.")


def _bound(
    db: sqlite3.Connection, start: int, args: MultiDict[str, str], key: str
) -> int:
    """Find the check-in at which a walk ends: that with a tag which is the nearest."""
    name = args.get(key, "")
    if not name:
        return 0
    near = carrier(db, start, name, forward=key == "ft", of_line=False)
    return near or _checkin(db, args, key)


def _straight(db: sqlite3.Connection, start: int, name: str, key: str) -> Rid:
    """Find the nearest descendant or ancestor with a tag or a name."""
    forward = key == "ft"
    tagged = carrier(db, start, name, forward=forward)
    return tagged or names.find(db, name, "ci") or _nothing(name)

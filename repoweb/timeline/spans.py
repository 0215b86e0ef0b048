"""Times that a timeline is asked for: moments, and spans such as a month or a week."""

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import NoReturn

from flask import abort
from werkzeug.datastructures import MultiDict

from repoweb.repository import names
from repoweb.repository.times import compact_date, is_date, round_up

Span = tuple[float | None, float | None]

_SECOND = 1 / 86_400
_PART = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_MONTH = re.compile(r"([0-9]{4})-?([0-9]{2})", re.ASCII)
_WEEK = re.compile(r"([0-9]{4})(?:-|-?W)?([0-9]{2})")
_DAYS = re.compile(
    r"([0-9]{4}-?[0-9]{2}-?[0-9]{2})(?:[-/]([0-9]{4}-?[0-9]{2}-?[0-9]{2}))?"
)
_NUMBER = re.compile(r"[0-9]{1,5}")
_JULIAN = 1_721_424.5  # Julian day of the day before 0001-01-01


def span(args: MultiDict[str, str]) -> Span:
    """Read `ym=YYYYMM`, `yw=YYYYWW`, `ymd=YYYYMMDD`, `days=N` or `year=YYYY`.

    Returns:
        The first and the last moment as Julian days, or None for no bound.
    """
    key = next((key for key in SPANS if args.get(key)), "")
    if not key:
        return None, None
    try:
        first, behind = SPANS[key](args[key])
        return _julian(first), _julian(behind) - 0.001 * _SECOND
    except (ValueError, OverflowError):
        refuse(f"“{args[key]}” is no month, year, week or day.")


Bounds = tuple[date, date]
"""The first day, and the one behind the last."""


def _year(text: str) -> Bounds:
    number = _today().year if text == "0" else int(_found(r"[0-9]{4}", text)[0])
    return date(number, 1, 1), date(number + 1, 1, 1)


def _month(text: str) -> Bounds:
    if len(text) <= len("YYYY"):
        return _year(text)
    found = _found(_MONTH, text)
    first = date(int(found[1]), int(found[2]), 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _week(text: str) -> Bounds:
    """Read a week, which begins on a Monday; the first of a year begins its week 1."""
    found = _WEEK.fullmatch(text)
    if found:
        new_year = date(int(found[1]), 1, 1)
        late = -new_year.weekday() % 7 + 7 * (int(found[2]) - 1)
        monday = new_year + timedelta(days=late)
    else:
        first, _ = _days(text)
        monday = first - timedelta(days=first.weekday())
    return monday, monday + timedelta(days=7)


def _days(text: str) -> Bounds:
    """Read a day, or two with a line between them."""
    if text == "now":
        return _today(), _today() + timedelta(days=1)
    found = _found(_DAYS, text.removesuffix("z"))
    one, other = (_day(part or found[1]) for part in found.groups())
    return min(one, other), max(one, other) + timedelta(days=1)


def _day(text: str) -> date:
    return datetime.strptime(text.replace("-", ""), "%Y%m%d").replace(tzinfo=UTC).date()


def _last_days(text: str) -> Bounds:
    days = timedelta(days=max(int(_found(_NUMBER, text)[0]), 1))
    return _today() - days, _today() + timedelta(days=1)


SPANS: dict[str, Callable[[str], Bounds]] = {
    "ym": _month,
    "yw": _week,
    "ymd": _days,
    "days": _last_days,
    "year": _year,
}
"""Parameters that name a span, with what reads them; the first of them counts."""


def _found(pattern: str | re.Pattern[str], text: str) -> re.Match[str]:
    found = re.fullmatch(pattern, text)
    if not found:
        raise ValueError(text)
    return found


def _julian(day: date) -> float:
    return day.toordinal() + _JULIAN


def _today() -> date:
    return datetime.now(UTC).date()


def moment(db: sqlite3.Connection, args: MultiDict[str, str], key: str) -> float | None:
    """Read a time, or the name of an event as its time.

    As in Fossil, what is less than a second off the bounds `a` and `b` counts.
    """
    text = args.get(key, "")
    if not text:
        return None
    if _PART.fullmatch(text):
        text = f"{text}-01-01"[:10]
    day = compact_date(text) or (text if is_date(text) else "")
    if day:
        shown = round_up(day) if key == "b" else day
        row = db.execute("SELECT julianday(?)", (shown,)).fetchone()
    else:
        row = db.execute(
            "SELECT mtime FROM event WHERE objid=?", (names.find(db, text),)
        ).fetchone()
    if row is None or row[0] is None:
        refuse(f"“{text}” is no time, and no event has that name.")
    return float(row[0]) + {"a": -_SECOND, "b": _SECOND}.get(key, 0.0)


def refuse(reason: str) -> NoReturn:
    """Answer that the address makes no sense."""
    abort(HTTPStatus.BAD_REQUEST, reason)

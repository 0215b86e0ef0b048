"""The messages of one day, to be read, linked to and printed. Days are UTC's."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from werkzeug.exceptions import NotFound

from repoweb.chat import days, store
from repoweb.chat.page import emptiness
from repoweb.chat.purge import Rule
from repoweb.chat.render import Form, Renderer
from repoweb.chat.tables import INSIDERS, Tables

MOST_SHOWN = 2000
"""Of a day with more messages, only the newest are shown."""

REFRESH_SECONDS = 60

_RELATIVE = {"today": 0, "yesterday": 1}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Day:
    """A day with messages, as a link shows it."""

    date: str
    count: int


def day_context(
    db: sqlite3.Connection,
    renderer: Renderer,
    form: Form,
    name: str,
    of: Tables = INSIDERS,
) -> dict[str, Any]:
    """Collect what the page of a day shows.

    Args:
        name: `YYYY-MM-DD`, "today" or "yesterday"; for others there is no page.
    """
    now = datetime.now(UTC)
    day = _parse(name, now.date())
    messages = store.of_day(db, day.isoformat(), MOST_SHOWN, of)
    this = days.count(db, day.isoformat(), of)
    before = days.day_before(db, day.isoformat(), of)
    behind = days.day_behind(db, day.isoformat(), of)
    is_empty = not (this or before or behind)
    return {
        "day": day,
        "count": this,
        "rows": renderer.rows(db, messages, form),
        "left_out": this - len(messages),
        "emptiness": emptiness(db, Rule.read(db), of) if is_empty else "",
        "before": [Day(before, days.count(db, before, of))] if before else [],
        "behind": [Day(behind, days.count(db, behind, of))] if behind else [],
        "seconds": REFRESH_SECONDS if day == now.date() else 0,
        "now": now,
    }


def _parse(name: str, today: date) -> date:
    if name in _RELATIVE:
        return today - timedelta(days=_RELATIVE[name])
    if not _DAY.fullmatch(name):  # other forms of ISO 8601 would be second names
        raise _no_day(name)
    try:
        return date.fromisoformat(name)
    except ValueError as error:
        raise _no_day(name) from error


def _no_day(name: str) -> NotFound:
    return NotFound(f"“{name[:40]}” is no day. Write it as 2026-11-20.")

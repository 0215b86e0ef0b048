"""Who did how much, and when: events counted by some property of them."""

import json
import sqlite3
from dataclasses import dataclass

MOST = 500
"""Rows of a report by file, of which there may be very many."""

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True)
class View:
    """A way to count.

    Args:
        label: what the rows are.
        key: the SQL that an event is counted by.
        order: of the rows.
        link: the parameters of the timeline that shows a row, or "".
    """

    label: str
    key: str
    order: str = "1"
    link: str = ""


VIEWS = {
    "byyear": View("Year", "strftime('%Y', mtime)", "1 DESC", "year={}"),
    "bymonth": View("Month", "strftime('%Y-%m', mtime)", "1 DESC", "ym={}"),
    "byweek": View("Week", "strftime('%Y-%W', mtime)", "1 DESC"),
    "byday": View("Day", "date(mtime)", "1 DESC", "c={}"),
    "byweekday": View("Day of the week", "strftime('%w', mtime)"),
    "byhour": View("Hour (UTC)", "strftime('%H', mtime)"),
    "byuser": View("User", "coalesce(euser, user, '')", "2 DESC, 1", "u={}"),
    "byfile": View("File", "", "2 DESC, 1", "chng={}"),
    "lastchng": View("User", "", "2 DESC, 1", "u={}"),
}
"""By Fossil's name of the view."""


@dataclass(frozen=True)
class Row:
    """How many events there are with one value of the key; or the last one's time."""

    label: str
    count: int
    link: str = ""
    text: str = ""


def report(
    db: sqlite3.Connection, view: str, kinds: tuple[str, ...], user: str, year: str
) -> list[Row]:
    """Count events.

    Args:
        db: a reading connection.
        view: a key of VIEWS.
        kinds: of events that count.
        user: only his; "" for all.
        year: only of it; "" for all.
    """
    values = {"kinds": json.dumps(kinds), "user": user, "year": year}
    if view == "lastchng":
        return _last_changes(db, values)
    chosen = VIEWS[view]
    source = f"SELECT {chosen.key} AS key FROM event WHERE {_CONDITIONS}"
    if view == "byfile":
        source = (
            "SELECT filename.name AS key FROM event JOIN mlink ON mid=objid"
            f" JOIN filename USING(fnid) WHERE NOT isaux AND {_CONDITIONS}"
        )
    rows = db.execute(
        f"SELECT key, count(*) FROM ({source}) GROUP BY 1"
        f" ORDER BY {chosen.order} LIMIT {MOST}",
        values,
    )
    return [_row(view, *row) for row in rows.fetchall()]


_CONDITIONS = (
    "type IN (SELECT value FROM json_each(:kinds))"
    " AND objid NOT IN (SELECT rid FROM private)"
    " AND (:user='' OR coalesce(euser, user)=:user)"
    " AND (:year='' OR strftime('%Y', event.mtime)=:year)"
)


def _row(view: str, key: str | None, count: int) -> Row:
    name = key or ""
    label = _DAYS[int(name)] if view == "byweekday" and name.isdigit() else name
    return Row(label or "(none)", count, VIEWS[view].link and name)


def _last_changes(db: sqlite3.Connection, values: dict[str, str]) -> list[Row]:
    rows = db.execute(
        "SELECT coalesce(euser, user, '') AS user, max(mtime) AS t,"
        " datetime(max(mtime)),"
        " CAST(julianday('now')-max(mtime) AS INTEGER) FROM event"
        f" WHERE {_CONDITIONS} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}",
        values,
    )
    return [Row(r[0] or "(none)", max(r[3], 0), r[0], r[2]) for r in rows.fetchall()]

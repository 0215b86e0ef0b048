"""The archive of a room: its days, which are those of UTC, and its months."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.store import MICRO

DAY_SECONDS = 86_400
_DAY = DAY_SECONDS * MICRO
_KEPT = (
    " FROM fx_chatroompost AS post JOIN {} AS message ON message.msgid=post.msgid"
    " WHERE post.room=?"
)


@dataclass(frozen=True)
class Day:
    """A day, and how many messages it has."""

    date: date
    count: int


@dataclass(frozen=True)
class Neighbours:
    """The nearest days with messages before and behind a span of time."""

    before: date | None
    behind: date | None


def begin_of(day: date) -> int:
    """Return the beginning of a day of UTC, in microseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * MICRO


def end_of(day: date) -> int:
    """Return the end of a day, which is the beginning of the next one."""
    return begin_of(day) + _DAY


def today() -> date:
    """Return the day that it is in UTC."""
    return datetime.now(UTC).date()


def days_of_month(db: sqlite3.Connection, room: Room, day: date) -> list[Day]:
    """List the days with messages in the month of a day, and how many they have."""
    first = day.replace(day=1)
    span = (begin_of(first), begin_of(_next_month(first)))
    rows = db.execute(
        f"SELECT post.at/{_DAY}, count(*){_KEPT.format(room.tables.messages)}"
        " AND post.at>=? AND post.at<? GROUP BY 1 ORDER BY 1",
        (room.id, *span),
    ).fetchall()
    return [Day(_date(row[0] * _DAY), row[1]) for row in rows]


def neighbours(db: sqlite3.Connection, room: Room, begin: int, end: int) -> Neighbours:
    """Find the nearest days with messages outside of a span of time.

    Args:
        begin, end: microseconds since 1970.
    """
    query = f"SELECT post.at{_KEPT.format(room.tables.messages)}"
    before = db.execute(
        f"{query} AND post.at<? ORDER BY post.at DESC LIMIT 1", (room.id, begin)
    ).fetchone()
    behind = db.execute(
        f"{query} AND post.at>=? ORDER BY post.at LIMIT 1", (room.id, end)
    ).fetchone()
    return Neighbours(
        _date(before[0]) if before else None, _date(behind[0]) if behind else None
    )


def months_beside(db: sqlite3.Connection, room: Room, day: date) -> Neighbours:
    """Find the nearest days with messages in other months than that of a day."""
    first = day.replace(day=1)
    return neighbours(db, room, begin_of(first), begin_of(_next_month(first)))


def newest_day(db: sqlite3.Connection, room: Room) -> date:
    """Return the last day with messages; today without any."""
    return neighbours(db, room, end_of(today()), end_of(today())).before or today()


def _next_month(first: date) -> date:
    if (first.year, first.month) == (date.max.year, 12):
        return date.max
    return (first + timedelta(days=31)).replace(day=1)


def _date(at: int) -> date:
    return datetime.fromtimestamp(at // MICRO, UTC).date()

"""Which rooms there are."""

import sqlite3
from dataclasses import astuple
from typing import Any

from repoweb.chat.rooms import schema
from repoweb.chat.rooms.room import COLUMNS, Room, Rules
from repoweb.errors import RepowebError
from repoweb.repository.script import statements
from repoweb.settings import read_text, write_text

HOUR = 3600
LAST = "fx-chatroom-last"
"""The `config` row with the number of the newest room that ever was."""

_COLUMNS = ", ".join(COLUMNS)
_SELECT = f"SELECT id, posts, {_COLUMNS} FROM fx_chatroom"
_FLAGS = frozenset({"listed", "is_open", "nicknames", "strict"})


class NameTaken(RepowebError):
    """Another room has this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already a room called {name}.")


def all_rooms(db: sqlite3.Connection) -> list[Room]:
    """List the rooms by their subjects."""
    return _rooms(db, "ORDER BY lower(subject), id")


def listed(db: sqlite3.Connection) -> list[Room]:
    """List those rooms that everybody may know of."""
    return _rooms(db, "WHERE listed ORDER BY lower(subject), id")


def find(db: sqlite3.Connection, name: str) -> Room | None:
    """Find a room by its name."""
    found = _rooms(db, "WHERE name=?", (name,))
    return found[0] if found else None


def by_id(db: sqlite3.Connection, number: int) -> Room | None:
    """Find a room by its number."""
    found = _rooms(db, "WHERE id=?", (number,))
    return found[0] if found else None


def are_any(db: sqlite3.Connection) -> bool:
    """Whether there is a room at all."""
    try:
        return db.execute("SELECT 1 FROM fx_chatroom LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:  # the file cannot be written, so has no tables
        return False


def count(db: sqlite3.Connection) -> int:
    """Count the rooms."""
    return int(db.execute("SELECT count(*) FROM fx_chatroom").fetchone()[0])


def count_made(db: sqlite3.Connection, made_by: str) -> int:
    """Count the rooms that somebody made within the last hour."""
    query = (
        "SELECT count(*) FROM fx_chatroom WHERE made_by=? AND made_at>strftime('%s')-?"
    )
    return int(db.execute(query, (made_by, HOUR)).fetchone()[0])


def create(db: sqlite3.Connection, rules: Rules, made_by: str) -> Room:
    """Make a room and its tables.

    Args:
        made_by: a login, or the address of a guest.

    Raises:
        NameTaken: by another room.
    """
    marks = ", ".join("?" * len(COLUMNS))
    number = _next_number(db)
    try:
        db.execute(
            f"INSERT INTO fx_chatroom(id, {_COLUMNS}, made_by, made_at)"
            f" VALUES(?, {marks}, ?, CAST(strftime('%s') AS INTEGER))",
            (number, *astuple(rules), made_by),
        )
    except sqlite3.IntegrityError as error:
        raise NameTaken(rules.name) from error
    schema.make_tables(db, schema.tables_of(number))
    return Room(number, rules, 0)


def make_tables(db: sqlite3.Connection) -> None:
    """Make the tables of all rooms together, if a server has not made them yet."""
    for statement in statements(schema.ROOMS):
        db.execute(statement)


def change(db: sqlite3.Connection, number: int, rules: Rules) -> None:
    """Give a room other rules.

    Raises:
        NameTaken: by another room.
    """
    assignments = ", ".join(f"{name}=?" for name in COLUMNS)
    try:
        db.execute(
            f"UPDATE fx_chatroom SET {assignments} WHERE id=?",
            (*astuple(rules), number),
        )
    except sqlite3.IntegrityError as error:
        raise NameTaken(rules.name) from error


def delete(db: sqlite3.Connection, number: int) -> None:
    """Delete a room with all its messages."""
    schema.drop_tables(db, schema.tables_of(number))
    db.execute("DELETE FROM fx_chatroompost WHERE room=?", (number,))
    db.execute("DELETE FROM fx_chatroom WHERE id=?", (number,))


def _next_number(db: sqlite3.Connection) -> int:
    """Take a number that no room ever had: others may still wait in a deleted one."""
    number = int(read_text(db, LAST) or 0) + 1
    write_text(db, LAST, str(number))
    return number


def _rooms(
    db: sqlite3.Connection, rest: str, values: tuple[str | int, ...] = ()
) -> list[Room]:
    rows = db.execute(f"{_SELECT} {rest}", values).fetchall()
    return [_room(row) for row in rows]


def _room(row: sqlite3.Row) -> Room:
    values: dict[str, Any] = {
        name: bool(row[name]) if name in _FLAGS else row[name] for name in COLUMNS
    }
    return Room(row["id"], Rules(**values), row["posts"])

"""Typed reading and writing of Fossil's `config` table."""

import math
import sqlite3

from repoweb.errors import RepowebError
from repoweb.plugin import Setting, Value
from repoweb.repository.connection import recall

TRUE_WORDS = ("on", "yes", "true", "1")
FALSE_WORDS = ("off", "no", "false", "0")
"""What Fossil reads as a boolean, in any case."""


class BadSetting(RepowebError):
    """A value does not fit its setting; says what would."""


def read(db: sqlite3.Connection, setting: Setting) -> Value:
    """Return the value in its type; an unreadable row counts as the default."""
    return _value(setting, read_text(db, setting.name))


def _value(setting: Setting, text: str | None) -> Value:
    if text is None:
        return setting.default
    try:
        return parse(setting, text)
    except BadSetting:
        return setting.default


def read_several(db: sqlite3.Connection, *settings: Setting) -> list[Value]:
    """Return several values in their types, with one query."""
    names = tuple(setting.name for setting in settings)

    def find(db: sqlite3.Connection) -> dict[str, str]:
        marks = ",".join("?" * len(names))
        query = f"SELECT name, value FROM config WHERE name IN ({marks})"
        rows = db.execute(query, names).fetchall()
        return {row[0]: str(row[1]) for row in rows if row[1] is not None}

    texts = recall(db, ("config", names), find)
    return [_value(setting, texts.get(setting.name)) for setting in settings]


def read_text(db: sqlite3.Connection, name: str) -> str | None:
    """Return a `config` row as it stands, or None."""

    def find(db: sqlite3.Connection) -> str | None:
        row = db.execute("SELECT value FROM config WHERE name=?", (name,)).fetchone()
        return None if row is None or row[0] is None else str(row[0])

    return recall(db, ("config", name), find)


def write(db: sqlite3.Connection, setting: Setting, text: str) -> Value:
    """Check a value that somebody typed and store it.

    Raises:
        BadSetting: nothing was stored.
    """
    value = parse(setting, text)
    write_text(db, setting.name, to_text(value))
    return value


def write_text(db: sqlite3.Connection, name: str, text: str) -> None:
    """Store a `config` row as it stands."""
    db.execute(
        "REPLACE INTO config(name, value, mtime)"
        " VALUES(?, ?, CAST(strftime('%s') AS INTEGER))",
        (name, text),
    )


def unset(db: sqlite3.Connection, name: str) -> None:
    """Remove a row, so that the default counts again."""
    db.execute("DELETE FROM config WHERE name=?", (name,))


def to_text(value: Value) -> str:
    """Write a value as Fossil stores it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def parse(setting: Setting, text: str) -> Value:
    """Read a text as a value of the setting.

    Raises:
        BadSetting: not of its type, out of its limits, none of its choices.
    """
    if isinstance(setting.default, str):
        return _parse_text(setting, text)
    word = text.strip().lower()
    if isinstance(setting.default, bool):
        return _parse_boolean(word)
    return _parse_number(setting, word)


def _parse_text(setting: Setting, text: str) -> str:
    value = text.replace("\r\n", "\n") if setting.lines > 1 else text.strip()
    names = [name for name, _ in setting.choices]
    if names and value not in names:
        message = f"one of {', '.join(names)}"
        raise BadSetting(message)
    if "\0" in value:
        message = "a text without NUL characters"
        raise BadSetting(message)
    return value


def _parse_boolean(word: str) -> bool:
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    message = "on or off"
    raise BadSetting(message)


def _parse_number(setting: Setting, word: str) -> int | float:
    kind = type(setting.default)
    try:
        value = int(word) if kind is int else float(word)
    except ValueError:
        value = math.nan
    low = -math.inf if setting.minimum is None else setting.minimum
    high = math.inf if setting.maximum is None else setting.maximum
    if not low <= value <= high or math.isinf(value):
        raise BadSetting(_describe_limits(setting))
    return value


def _describe_limits(setting: Setting) -> str:
    noun = "a whole number" if isinstance(setting.default, int) else "a number"
    if setting.minimum is not None and setting.maximum is not None:
        return f"{noun} from {setting.minimum:,} to {setting.maximum:,}"
    if setting.minimum is not None:
        return f"{noun} of at least {setting.minimum:,}"
    if setting.maximum is not None:
        return f"{noun} of at most {setting.maximum:,}"
    return noun

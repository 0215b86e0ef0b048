"""Running the SQL of a report, which a user wrote: only reading, and not for long.

What may be read is what Fossil's `report_query_authorizer` allows (src/report.c).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from repoweb.errors import RepowebError

SECONDS = 3.0
MOST_ROWS = 5_000
LONGEST_VALUE = 4_000_000  # bytes
_EVERY = 2_000  # steps of SQLite's machine between two looks at the clock

_TABLES = {
    *("backlink", "blob", "event", "filename", "json_each", "json_tree", "mlink"),
    *("plink", "tag", "tagxref", "ticket", "ticketchng", "unversioned"),
}
_ACTIONS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_FUNCTION,
}
_PRIVATE = "private_"
_BUILT_IN = ("pragma_", "sqlite_", "dbstat")
Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


class BadReport(RepowebError):
    """The SQL of a report cannot be run; says why."""


@dataclass(frozen=True)
class Rights:
    """What a report may see.

    Args:
        user: the value of the SQL function user().
        private: columns called private_… too.
        hidden: tables called fx_… that it may not see.
    """

    user: str
    private: bool
    hidden: frozenset[str]


@dataclass(frozen=True)
class Result:
    """The rows of a report; `cut` if there were more."""

    columns: list[str]
    rows: list[tuple[object, ...]]
    cut: bool


def run(db: sqlite3.Connection, sql: str, rights: Rights) -> Result:
    """Run a SELECT.

    Raises:
        BadReport: it is something else, wrong, or takes too long.
    """
    names = db.execute("SELECT lower(name) FROM sqlite_schema").fetchall()
    guard = _Guard(rights, frozenset(row[0] for row in names))
    with _limited(db, guard):
        try:
            cursor = db.execute(sql)
            columns = [column[0] for column in cursor.description or []]
            rows = [tuple(row) for row in cursor.fetchmany(MOST_ROWS + 1)]
            cursor.close()
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            raise BadReport(guard.problem or _explain(error)) from error
    if not columns:
        message = "There is no SELECT in it."
        raise BadReport(message)
    return Result(columns, rows[:MOST_ROWS], len(rows) > MOST_ROWS)


def _explain(error: Exception) -> str:
    if "interrupted" in str(error):
        return f"It takes longer than {SECONDS:g} seconds."
    return f"SQLite says: {error}."


class _Guard:
    """Remembers why something was not allowed."""

    def __init__(self, rights: Rights, real: frozenset[str]) -> None:
        self._rights = rights
        self._real = real
        self.problem = ""

    def __call__(
        self, action: int, first: str | None, second: str | None, *_: str | None
    ) -> int:
        if self.problem:
            return sqlite3.SQLITE_DENY
        if action in _ACTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            return self._read((first or "").lower(), (second or "").lower())
        self.problem = "Only SELECT statements are allowed."
        return sqlite3.SQLITE_DENY

    def _read(self, table: str, column: str) -> int:
        if not table:
            return sqlite3.SQLITE_IGNORE
        allowed = table in _TABLES or table.startswith("fx_")
        if not column and table not in self._real and not table.startswith(_BUILT_IN):
            return sqlite3.SQLITE_OK  # the rows of a WITH are counted
        if not allowed or table in self._rights.hidden:
            self.problem = f"The table {table} must not be read."
            return sqlite3.SQLITE_DENY
        if column.startswith(_PRIVATE) and not self._rights.private:
            return sqlite3.SQLITE_IGNORE
        return sqlite3.SQLITE_OK

    @property
    def user(self) -> str:
        """Who asks."""
        return self._rights.user


@contextmanager
def _limited(db: sqlite3.Connection, guard: _Guard) -> Iterator[None]:
    """Limit what is read, how long and how much, until the end of the block."""
    deadline = monotonic() + SECONDS
    longest = db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    db.create_function("user", 0, lambda: guard.user)
    db.create_function("cgi", -1, lambda *values: values[1] if values[1:] else None)
    db.set_authorizer(guard)
    db.set_progress_handler(lambda: monotonic() > deadline, _EVERY)
    try:
        yield
    finally:
        db.set_authorizer(None)
        db.set_progress_handler(None, 0)
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)

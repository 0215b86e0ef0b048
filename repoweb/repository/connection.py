"""SQLite connections to a repository, set up as Fossil sets up its own."""

import sqlite3
import sys
import threading
from dataclasses import dataclass, field
from operator import methodcaller
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from repoweb.repository.cache import ByteCache
from repoweb.repository.recall import Find, Found, Memory
from repoweb.waiting import idle

BUSY_SECONDS = 10.0
"""How long a statement waits for another program's lock."""

COMMIT_SECONDS = 0.05
"""How long a reading statement waits for a commit of this process."""

CACHED_STATEMENTS = 256

CACHED_BYTES = 24 * 1024 * 1024
"""How much of the content of artifacts is kept, and as much of what it means."""

_LENIENT = methodcaller("decode", "utf-8", "replace")
"""Reads a text; old chats hold UTF-8 that was cut in the middle of a character."""

Connection = TypeVar("Connection", bound=sqlite3.Connection)


class Commits:
    """The commits of this process to one file, to which its readers give way."""

    def __init__(self) -> None:
        self.count = 0
        self.none = threading.Event()
        self.none.set()


@dataclass(frozen=True)
class Caches:
    """What the readers of one file share, by hash: it never changes."""

    contents: ByteCache[bytes] = field(default_factory=lambda: ByteCache(CACHED_BYTES))
    meanings: ByteCache[Any] = field(default_factory=lambda: ByteCache(CACHED_BYTES))


class Reader(sqlite3.Connection):
    """A reading connection, which lets the commits of this process go first.

    A commit into a rollback journal needs the file for itself. A statement that
    meets it sleeps in SQLite for whole milliseconds; here it waits for the end.
    """

    commits: Commits
    caches: Caches
    remembers = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - sqlite3's
        super().__init__(*args, **kwargs)
        self._memory = Memory()

    def remember(self) -> None:
        """Let `recall` keep what it finds, until this connection is given back."""
        commits = self.commits.count  # first: one that comes now is not overlooked
        version = self.execute("PRAGMA data_version").fetchone()[0]
        self._memory.open(version, commits)
        self.remembers = True

    def recall(self, key: object, find: Find[Found]) -> Found:
        """Find something, unless it was found before in the same state of the file."""
        return self._memory.recall(self, self.commits.count, key, find)

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401
        """Run a statement as soon as nobody here commits.

        Not inside of a transaction, nor for long while a cursor may be open:
        those hold the very lock that the commit waits for.
        """
        if not self.in_transaction and not self.commits.none.is_set():
            with idle():
                self.commits.none.wait(COMMIT_SECONDS)
        return super().execute(sql, values)


class Writer(sqlite3.Connection):
    """A writing connection, which knows what follows from the schema alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - sqlite3's
        super().__init__(*args, **kwargs)
        self._memory = Memory()

    def recall(self, key: object, find: Find[Found]) -> Found:
        """Find something, unless it was found before with the same schema.

        Its own changes give the schema another number, those of others the data.
        """
        schema = self.execute("PRAGMA schema_version").fetchone()[0]
        self._memory.open(self.execute("PRAGMA data_version").fetchone()[0], schema)
        return self._memory.recall(self, schema, key, find)

    def roll_back(self, statement: str = "ROLLBACK") -> None:
        """Undo changes; the number of a schema that was undone is given again."""
        self._memory = Memory()
        self.execute(statement)


def connect_reader(path: Path, commits: Commits, caches: Caches) -> Reader:
    """Open the existing file for reading, in autocommit mode.

    It is an ordinary connection with `query_only` on and not a mode=ro one,
    because only a connection that may write can roll back the journal that a
    killed writer left behind.

    Args:
        path: of the repository.
        commits: of this process.
        caches: of the readers of this file.
    """
    db = _connect(path, Reader)
    db.commits = commits
    db.caches = caches
    return _configured(db, write=False)


def connect_writer(path: Path) -> Writer:
    """Open the existing file for writing, in autocommit mode."""
    return _configured(_connect(path, Writer), write=True)


def _connect(path: Path, factory: type[Connection]) -> Connection:
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=factory,
        cached_statements=CACHED_STATEMENTS,
    )


def _configured(db: Connection, *, write: bool) -> Connection:
    try:
        _configure(db, write=write)
    except BaseException:
        db.close()
        raise
    return db


def _configure(db: sqlite3.Connection, *, write: bool) -> None:
    db.row_factory = sqlite3.Row
    db.text_factory = _LENIENT
    db.execute("PRAGMA trusted_schema=OFF")
    db.execute("PRAGMA temp_store=MEMORY")
    db.execute("PRAGMA secure_delete=ON" if write else "PRAGMA query_only=ON")
    if sys.version_info >= (3, 12):  # Fossil does not fire triggers of the file
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


def recall(db: sqlite3.Connection, key: object, find: Find[Found]) -> Found:
    """Find something that others may have asked for in the same state of the file.

    Args:
        key: names what is found; nothing else may be found under it.
        find: finds it. It must not depend on the time.
    """
    if isinstance(db, Reader) and db.remembers:
        return db.recall(key, find)
    return find(db)


def recall_of_schema(db: sqlite3.Connection, key: object, find: Find[Found]) -> Found:
    """Find, as `recall` does, something that depends on nothing but the schema."""
    return db.recall(key, find) if isinstance(db, Writer) else recall(db, key, find)

"""SQLite connections to a repository, set up as Fossil sets up its own."""

import sqlite3
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from repoweb.repository.cache import ByteCache

BUSY_SECONDS = 10.0
"""How long a statement waits for another program's lock."""

COMMIT_SECONDS = 0.05
"""How long a reading statement waits for a commit of this process."""

CACHED_STATEMENTS = 256

CACHED_BYTES = 24 * 1024 * 1024
"""How much of the content of artifacts is kept, and as much of what it means."""

Connection = TypeVar("Connection", bound=sqlite3.Connection)


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

    no_commit: threading.Event
    caches: Caches

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401
        """Run a statement as soon as nobody here commits.

        Not inside of a transaction, nor for long while a cursor may be open:
        those hold the very lock that the commit waits for.
        """
        if not self.in_transaction:
            self.no_commit.wait(COMMIT_SECONDS)
        return super().execute(sql, values)


def connect_reader(
    path: Path, no_commit: threading.Event, caches: Caches
) -> sqlite3.Connection:
    """Open the existing file for reading, in autocommit mode.

    It is an ordinary connection with `query_only` on and not a mode=ro one,
    because only a connection that may write can roll back the journal that a
    killed writer left behind.

    Args:
        path: of the repository.
        no_commit: is set while nobody in this process commits.
        caches: of the readers of this file.
    """
    db = _connect(path, Reader)
    db.no_commit = no_commit
    db.caches = caches
    return _configured(db, write=False)


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open the existing file for writing, in autocommit mode."""
    return _configured(_connect(path, sqlite3.Connection), write=True)


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


def _configured(db: sqlite3.Connection, *, write: bool) -> sqlite3.Connection:
    try:
        _configure(db, write=write)
    except BaseException:
        db.close()
        raise
    return db


def _configure(db: sqlite3.Connection, *, write: bool) -> None:
    db.row_factory = sqlite3.Row
    db.text_factory = _lenient_text
    db.execute("PRAGMA trusted_schema=OFF")
    db.execute("PRAGMA temp_store=MEMORY")
    db.execute("PRAGMA secure_delete=ON" if write else "PRAGMA query_only=ON")
    if sys.version_info >= (3, 12):  # Fossil does not fire triggers of the file
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


def _lenient_text(raw: bytes) -> str:
    """Decode text; old chats hold UTF-8 that was cut in the middle of a character."""
    return raw.decode("utf-8", "replace")

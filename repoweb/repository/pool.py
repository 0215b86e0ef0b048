"""The connections to one file: idle readers and the writer."""

import logging
import sqlite3
import threading
from pathlib import Path

from repoweb.repository.connection import connect
from repoweb.repository.errors import explain
from repoweb.repository.recognise import check_file, check_schema

log = logging.getLogger(__name__)

Identity = tuple[int, int]
"""(device, inode): another pair means that another file lies at the path."""


class Pool:
    """Connections to the file that lay at the path when the pool was made.

    There are as many readers as are taken at once, and one writer. Once closed,
    a pool closes each connection that comes back.

    Raises:
        RepositoryError: the file is not a usable Fossil repository.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self.path = path
        self.identity = identity
        self.open_connections = 0
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._closed = False
        check_file(path)
        self.give(self._checked())

    def take(self) -> sqlite3.Connection:
        """Take an idle reader, or open another one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._open(write=False)

    def give(self, db: sqlite3.Connection) -> None:
        """Give a reader back; a transaction left open is a fault and is ended."""
        if db.in_transaction:
            log.error("%s: a read transaction was left open", self.path)
            db.rollback()
        with self._lock:
            if not self._closed:
                self._idle.append(db)
                return
        self._close(db)

    def writer(self) -> sqlite3.Connection:
        """Return the writing connection; the caller holds the repository's lock."""
        if self._writer is None:
            self._writer = self._open(write=True)
        return self._writer

    def close(self) -> None:
        """Close what is idle now, and what is taken when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            writer, self._writer = self._writer, None
        for db in [*idle, *([writer] if writer else [])]:
            self._close(db)

    def _checked(self) -> sqlite3.Connection:
        db = self._open(write=False)
        try:
            check_schema(db, self.path)
        except BaseException as error:
            self._close(db)
            if isinstance(error, sqlite3.Error):
                raise explain(error, self.path) or error from error
            raise
        return db

    def _open(self, *, write: bool) -> sqlite3.Connection:
        try:
            db = connect(self.path, write=write)
        except sqlite3.Error as error:
            raise explain(error, self.path) or error from error
        with self._lock:
            self.open_connections += 1
        return db

    def _close(self, db: sqlite3.Connection) -> None:
        db.close()
        with self._lock:
            self.open_connections -= 1

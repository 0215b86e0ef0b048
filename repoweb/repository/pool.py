"""The connections to one file: idle readers and the writer."""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from repoweb.repository import connection
from repoweb.repository.connection import Connection
from repoweb.repository.errors import (
    RepositoryBusy,
    RepositoryError,
    RepositoryMissing,
    RepositoryReadOnly,
    explain,
)
from repoweb.repository.recognise import check_file, check_schema

log = logging.getLogger(__name__)

_REPLACED = "the file was replaced; try again"

Identity = tuple[int, int]
"""(device, inode): another pair means that another file lies at the path."""


class Pool:
    """Connections to the file that lay at the path when the pool was made.

    There are as many readers as are taken at once, and one writer, whose taker
    holds the repository's lock. Once closed, a pool closes each connection that
    comes back.

    Raises:
        RepositoryError: the file is not a usable Fossil repository.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self.path = path
        self.identity = identity
        self.open_connections = 0
        self._lock = threading.Lock()
        self._given_back = threading.Condition(self._lock)
        self._taken = 0
        self._commits = connection.Commits()
        self._caches = connection.Caches()
        self._idle: list[connection.Reader] = []
        self._idle_writer: connection.Writer | None = None
        self.abandoned = False
        self._closed = False
        check_file(path)
        self._idle.append(self._checked())

    def take(self) -> connection.Reader:
        """Take an idle reader, or open another one."""
        with self._lock:
            self._taken += 1
            if self._idle:
                return self._idle.pop()
        return self._open_taken(self._new_reader)

    def give(self, db: connection.Reader) -> None:
        """Give a reader back; a transaction left open is a fault and is ended."""
        if db.in_transaction:
            log.error("%s: a read transaction was left open", self.path)
            db.rollback()
        db.remembers = False
        with self._lock:
            self._back()
            if not self._closed:
                self._idle.append(db)
                return
        self._close(db)

    def take_writer(self) -> connection.Writer:
        """Take the writing connection."""
        with self._lock:
            self._taken += 1
            db, self._idle_writer = self._idle_writer, None
        return db or self._open_taken(self._new_writer)

    def give_writer(self, db: connection.Writer) -> None:
        """Give the writing connection back."""
        with self._lock:
            self._back()
            if not self._closed:
                self._idle_writer = db
                return
        self._close(db)

    @contextmanager
    def committing(self, db: sqlite3.Connection) -> Iterator[None]:
        """Let readers wait until the end, if the journal mode makes them anyway."""
        if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            self._commits.none.clear()
        try:
            yield
        finally:
            self._commits.count += 1
            self._commits.none.set()

    def close(self) -> None:
        """Close what is idle now, and what is taken when it comes back."""
        with self._lock:
            self._closed = True
            idle = [*self._idle, *([self._idle_writer] if self._idle_writer else [])]
            self._idle, self._idle_writer = [], None
        for db in idle:
            self._close(db)

    def abandon(self) -> None:
        """Close, after another file has come to the path, once all is given back.

        What the write-ahead log still holds goes into the file that it belongs
        to; SQLite would else read it over the new one. For the same reason no
        connection to the old file may be left when the new one is opened.

        Raises:
            RepositoryBusy: somebody has not finished with the old file.
        """
        with self._given_back:
            if not self._given_back.wait_for(self._all_back, connection.BUSY_SECONDS):
                raise RepositoryBusy(self.path, _REPLACED)
            for db in self._idle[-1:]:
                self._empty_log(db)
            self.abandoned = True
        self.close()

    def _all_back(self) -> bool:
        return not self._taken

    def _empty_log(self, db: sqlite3.Connection) -> None:
        try:
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise explain(error, self.path) or error from error
        if busy:
            raise RepositoryBusy(self.path, _REPLACED)

    def _back(self) -> None:
        self._taken -= 1
        self._given_back.notify_all()

    def _checked(self) -> connection.Reader:
        db = self._open(self._new_reader)
        try:
            check_schema(db, self.path)
        except BaseException as error:
            self._close(db)
            if isinstance(error, sqlite3.Error):
                raise self._unreadable(error) or error from error
            raise
        return db

    def _unreadable(self, error: sqlite3.Error) -> RepositoryError | None:
        """Say why not even reading works; in WAL mode it needs files beside."""
        found = explain(error, self.path)
        beside = isinstance(found, RepositoryReadOnly | RepositoryMissing)
        if beside and not os.access(self.path.parent, os.W_OK):
            reason = (
                "cannot be read, for its folder, where its journal is, is read-only"
            )
            return RepositoryReadOnly(self.path, reason)
        return found

    def _new_reader(self) -> connection.Reader:
        return connection.connect_reader(self.path, self._commits, self._caches)

    def _new_writer(self) -> connection.Writer:
        return connection.connect_writer(self.path)

    def _open_taken(self, connect: Callable[[], Connection]) -> Connection:
        try:
            return self._open(connect)
        except BaseException:
            with self._lock:
                self._back()
            raise

    def _open(self, connect: Callable[[], Connection]) -> Connection:
        try:
            db = connect()
        except sqlite3.Error as error:
            raise explain(error, self.path) or error from error
        with self._lock:
            self.open_connections += 1
        return db

    def _close(self, db: sqlite3.Connection) -> None:
        db.close()
        with self._lock:
            self.open_connections -= 1

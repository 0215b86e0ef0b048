"""The repository: readers, one writer, and a watch on the file's identity."""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from repoweb.repository.connection import Reader
from repoweb.repository.errors import RepositoryError, RepositoryMissing, explain
from repoweb.repository.pool import Identity, Pool
from repoweb.repository.writer import Writer

log = logging.getLogger(__name__)


class Repository:
    """A Fossil repository file that many threads read and one at a time writes.

    When another file is moved to the path, the connections to the old one are
    dropped before the next use: in WAL mode a write through one of them would
    spoil the new file (SERVING.md, 4).

    Raises:
        RepositoryError: the file cannot be used; the subclass says why.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).absolute()
        self._pool_lock = threading.Lock()
        self._pool = Pool(self.path, self.identity())
        self._writer = Writer(self.path, self._current_pool, self.identity)
        self._before_close: list[Callable[[], None]] = []

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Borrow a read-only connection in autocommit mode.

        Raises:
            RepositoryError: the file is gone, locked, damaged, …
        """
        pool = self._current_pool()
        db = pool.take()
        try:
            yield db
        except sqlite3.Error as error:
            raise explain(error, self.path) or error from error
        finally:
            pool.give(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction: committed at the end, rolled back on any error.

        Raises:
            RepositoryBusy: the lock was not to be had for 10 seconds.
            RepositoryError: the file is read-only, the disk is full, …
        """
        with self._writer.transaction() as db:
            yield db

    def identity(self) -> Identity:
        """Tell which file lies at the path now.

        Raises:
            RepositoryMissing: none, or it may not be looked at.
        """
        status = self.status()
        return status.st_dev, status.st_ino

    @property
    def current_identity(self) -> Identity:
        """Which file lay at the path when a reader last looked at it."""
        return self._pool.identity

    def status(self) -> os.stat_result:
        """Tell what the system knows of the file at the path.

        Raises:
            RepositoryMissing: there is none, or it may not be looked at.
        """
        try:
            return self.path.stat()
        except FileNotFoundError:
            raise RepositoryMissing(self.path, "no such file") from None
        except OSError as error:
            reason = f"cannot be opened: {error.strerror}"
            raise RepositoryMissing(self.path, reason) from error

    def is_writable(self) -> bool:
        """Whether the permissions of the file and its folder allow writing."""
        return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)

    @property
    def open_connections(self) -> int:
        """How many SQLite connections are open to the current file."""
        return self._pool.open_connections

    def before_close(self, callback: Callable[[], None]) -> None:
        """Have something called first when this is closed, which gives back its own."""
        self._before_close.append(callback)

    def close(self) -> None:
        """Close every connection; those still borrowed follow when given back."""
        for callback in self._before_close:
            callback()
        try:
            if self._is_moved():
                self._pool.abandon()
        except RepositoryError as error:
            log.warning("%s", error)
        self._pool.close()

    def _is_moved(self) -> bool:
        try:
            return self.identity() != self._pool.identity
        except RepositoryMissing:
            return True

    def _current_pool(self) -> Pool:
        identity = self.identity()
        with self._pool_lock:
            if identity != self._pool.identity or self._pool.abandoned:
                self._pool.abandon()
                self._pool = Pool(self.path, identity)
            return self._pool

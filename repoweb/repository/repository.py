"""The repository: readers, one writer, and a watch on the file's identity."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repoweb.repository.connection import BUSY_SECONDS
from repoweb.repository.errors import RepositoryBusy, RepositoryMissing, explain
from repoweb.repository.pool import Identity, Pool


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
        self._write_lock = threading.Lock()
        self._writing_thread: int | None = None
        self._pool = Pool(self.path, self.identity())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Borrow a read-only connection in autocommit mode."""
        pool = self._current_pool()
        db = pool.take()
        try:
            yield db
        finally:
            pool.give(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction: committed at the end, rolled back on any error.

        Raises:
            RepositoryBusy: the lock was not to be had within 10 seconds.
            RepositoryError: the file is read-only, the disk is full, …
        """
        with self._write_turn():
            pool = self._current_pool()
            db = pool.writer()
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                self._require_same_file(pool)
                db.execute("COMMIT")
            except BaseException as error:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise explain(error, self.path) or error from error
                raise

    def identity(self) -> Identity:
        """Tell which file lies at the path now.

        Raises:
            RepositoryMissing: none, or it may not be looked at.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            raise RepositoryMissing(self.path, "no such file") from None
        except OSError as error:
            reason = f"cannot be opened: {error.strerror}"
            raise RepositoryMissing(self.path, reason) from error
        return status.st_dev, status.st_ino

    def is_writable(self) -> bool:
        """Whether the permissions of the file and its folder allow writing."""
        return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)

    @property
    def open_connections(self) -> int:
        """How many SQLite connections are open to the current file."""
        return self._pool.open_connections

    def close(self) -> None:
        """Close every connection; those still borrowed follow when given back."""
        self._pool.close()

    def _current_pool(self) -> Pool:
        identity = self.identity()
        with self._pool_lock:
            if identity != self._pool.identity:
                self._pool.close()
                self._pool = Pool(self.path, identity)
            return self._pool

    @contextmanager
    def _write_turn(self) -> Iterator[None]:
        """Queue writers in this process, for SQLite's own waiting is a lottery."""
        if self._writing_thread == threading.get_ident():
            message = "writing() within writing()"
            raise RuntimeError(message)
        if not self._write_lock.acquire(timeout=BUSY_SECONDS):
            raise RepositoryBusy(self.path, "locked by another writer")
        self._writing_thread = threading.get_ident()
        try:
            yield
        finally:
            self._writing_thread = None
            self._write_lock.release()

    def _require_same_file(self, pool: Pool) -> None:
        if self.identity() != pool.identity:
            raise RepositoryBusy(self.path, "the file was replaced; try again")

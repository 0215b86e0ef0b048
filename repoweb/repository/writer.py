"""Writing: one thread at a time, and one commit for all that came meanwhile.

A commit waits for the disk. Threads that want to write while another one is
at it queue up, and write one after the other in the same transaction, each in
a savepoint of its own; the last of them commits for all. None returns before
its change is on the disk.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from repoweb.repository import connection
from repoweb.repository.errors import RepositoryBusy, explain
from repoweb.repository.pool import Identity, Pool
from repoweb.waiting import idle

MOST_MEMBERS = 64
MOST_SECONDS = 0.05
"""How large a shared transaction may grow before it is committed."""


class _Batch:
    """A transaction that several threads share."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.db = pool.take_writer()
        try:
            self.db.execute("BEGIN IMMEDIATE")
        except BaseException:
            pool.give_writer(self.db)
            raise
        self._begun = monotonic()
        self._members = 0
        self._done = threading.Event()
        self._error: Exception | None = None

    def grow(self) -> bool:
        """Count one more member; whether there is room for another."""
        self._members += 1
        young = monotonic() - self._begun < MOST_SECONDS
        return young and self._members < MOST_MEMBERS and self.db.in_transaction

    def end(self, error: Exception | None) -> None:
        """Let the members know how the commit went."""
        self._error = error
        try:
            self.pool.give_writer(self.db)
        finally:
            self._done.set()

    def settle(self) -> None:
        """Wait for the commit, for whoever failed too: he may speak of what he saw."""
        with idle():
            self._done.wait()

    def wait(self) -> None:
        """Wait for the commit; raises what went wrong with it."""
        self.settle()
        if self._error is not None:
            raise self._error


class Writer:
    """The queue of those who want to write to one repository file."""

    def __init__(
        self,
        path: Path,
        current_pool: Callable[[], Pool],
        identity: Callable[[], Identity],
    ) -> None:
        self._path = path
        self._current_pool = current_pool
        self._identity = identity
        self._mutex = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._thread: int | None = None
        self._busy = False
        self._batch: _Batch | None = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write; what was done is on the disk afterwards, or none of it is.

        Raises:
            RepositoryBusy: the turn or the lock was not to be had for 10 seconds.
            RepositoryError: the file is read-only, the disk is full, …
        """
        self._wait_for_turn()
        batch: _Batch | None = None
        try:
            with self._explained():
                batch = self._batch = self._batch or _Batch(self._current_pool())
                with _savepoint(batch.db):
                    yield batch.db
        finally:
            self._end_turn(batch)
            if batch is not None:
                batch.settle()
        batch.wait()

    def _wait_for_turn(self) -> None:
        if self._thread == threading.get_ident():
            message = "writing() within writing()"
            raise RuntimeError(message)
        turn = threading.Event()
        with self._mutex:
            if self._busy:
                self._queue.append(turn)
            else:
                self._busy = True
                turn.set()
        with idle():
            has_turn = turn.wait(connection.BUSY_SECONDS)
        if not has_turn:
            self._give_up(turn)
        self._thread = threading.get_ident()

    def _give_up(self, turn: threading.Event) -> None:
        with self._mutex:
            if turn in self._queue:  # else it was handed over at the last moment
                self._queue.remove(turn)
                raise RepositoryBusy(self._path, "locked by another writer")

    def _end_turn(self, batch: _Batch | None) -> None:
        """Leave the transaction to the next in the queue, or commit it."""
        self._thread = None
        if batch is not None and batch.grow() and self._pass_on():
            return
        self._batch = None
        if batch is not None:
            batch.end(self._commit(batch))
        if not self._pass_on():
            self._rest()

    def _pass_on(self) -> bool:
        with self._mutex:
            if self._queue:
                self._queue.popleft().set()
                return True
            return False

    def _rest(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._busy = False

    def _commit(self, batch: _Batch) -> Exception | None:
        """Commit, or say why that failed. A file that was replaced gets nothing."""
        try:
            with self._explained():
                if not batch.db.in_transaction:  # SQLite rolled it back by itself
                    return RepositoryBusy(self._path, "the change was rolled back")
                if self._identity() != batch.pool.identity:
                    return RepositoryBusy(
                        self._path, "the file was replaced; try again"
                    )
                with batch.pool.committing(batch.db), idle():
                    batch.db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - every member gets it raised
            return error
        finally:
            if batch.db.in_transaction:
                batch.db.roll_back()
        return None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self._path) or error from error


@contextmanager
def _savepoint(db: connection.Writer) -> Iterator[None]:
    """Undo only what is done within, if that fails."""
    db.execute("SAVEPOINT turn")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.roll_back("ROLLBACK TO turn")
            db.execute("RELEASE turn")
        raise
    db.execute("RELEASE turn")

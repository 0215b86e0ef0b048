"""Noticing commits, of whatever program, for next to no work when there are none."""

import os
import sqlite3
import time
from pathlib import Path

from repoweb.repository.errors import RepositoryError
from repoweb.repository.pool import Identity
from repoweb.repository.repository import Repository

ALERT_SECONDS = 1.0
"""How long after a change of the files SQLite itself is asked on each look: what is
written to a write-ahead log may become visible a moment later."""

Traces = tuple[int, ...]


class FileReplaced(RepositoryError):
    """Another file lies at the path than the one that was watched."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "the file was replaced")


class Watch:
    """Looks at one file through one connection, which was opened after `identity`.

    Size and time of the file and of its log tell cheaply that nothing has been
    written. When they changed, and in any case once a second, `PRAGMA data_version`
    is asked, which tells for certain but has to lock the file.
    """

    def __init__(
        self, repository: Repository, identity: Identity, db: sqlite3.Connection
    ) -> None:
        self._repository = repository
        self._db = db
        self._path, self._log = str(repository.path), f"{repository.path}-wal"
        self._identity = identity
        self._traces: Traces = ()
        self._version = -1
        self._alert_until = 0.0
        self._next = 0.0

    def has_changed(self) -> bool:
        """Whether somebody has committed since the last look; at first always.

        Raises:
            RepositoryMissing: there is no file at the path.
            FileReplaced: there is another one, which needs another watch.
        """
        now, traces = time.monotonic(), self._look()
        if traces != self._traces:
            self._traces, self._alert_until = traces, now + ALERT_SECONDS
        elif self._alert_until <= now < self._next:
            return False
        self._next = now + ALERT_SECONDS
        before, self._version = self._version, self._ask()
        return self._version != before

    def _ask(self) -> int:
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def _look(self) -> Traces:
        # Plain functions on plain strings: nothing else runs so often.
        try:
            status = os.stat(self._path)  # noqa: PTH116
        except OSError:
            status = self._repository.status()  # says what is wrong
        if (status.st_dev, status.st_ino) != self._identity:
            raise FileReplaced(self._repository.path)
        try:
            log = os.stat(self._log)  # noqa: PTH116
        except OSError:
            return status.st_size, status.st_mtime_ns
        return status.st_size, status.st_mtime_ns, log.st_size, log.st_mtime_ns

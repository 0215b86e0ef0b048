"""Noticing commits, of whatever program, for next to no work when there are none."""

import sqlite3
import time
from pathlib import Path

from repoweb.repository.repository import Repository

ALERT_SECONDS = 1.0
"""How long after a change of the files SQLite itself is asked on each look: what is
written to a write-ahead log may become visible a moment later."""

Traces = tuple[int, ...]


class Watch:
    """Looks at one file through one connection; another file needs another watch.

    Size and time of the file and of its log tell cheaply that nothing has been
    written. When they changed, and in any case once a second, `PRAGMA data_version`
    is asked, which tells for certain but has to lock the file.
    """

    def __init__(self, repository: Repository, db: sqlite3.Connection) -> None:
        self._repository = repository
        self._db = db
        self._log = Path(f"{repository.path}-wal")
        self._traces: Traces = ()
        self._version = -1
        self._alert_until = 0.0
        self._next = 0.0

    def has_changed(self) -> bool:
        """Whether somebody has committed since the last look; at first always.

        Raises:
            RepositoryMissing: there is no file at the path.
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
        status = self._repository.status()
        main = (status.st_ino, status.st_size, status.st_mtime_ns)
        try:
            log = self._log.stat()
        except OSError:
            return main
        return (*main, log.st_size, log.st_mtime_ns)

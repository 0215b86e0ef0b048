"""The thread that finds out when there is something to look at.

It runs only while somebody waits. When this process has written it is told, and
what other processes have written it sees within 40 ms.
"""

import logging
import sqlite3
import threading
import time
from contextlib import suppress
from typing import Protocol

from repoweb.chat import robot, schema
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository
from repoweb.repository.watch import FileReplaced, Watch

log = logging.getLogger(__name__)

TICK_SECONDS = 0.04
LINGER_SECONDS = 5.0
"""How long the thread stays when nobody waits any more."""

LOOK_SECONDS = 15.0
"""How long it takes at most until a session is seen that ended by its age."""

CLOSE_SECONDS = 1.0
"""How long its end is waited for."""

ROBOT_REST_SECONDS = 10.0
"""How long the robot is left alone when it could not write."""


class Crowded(Protocol):
    """A hub, as the watcher knows it: its length is how many wait there."""

    def __len__(self) -> int: ...

    def look(self, db: sqlite3.Connection) -> None:
        """Release whoever has something to get, after something was committed."""


class Bell:
    """What `threading.Event` does, for a third of its work: it is waited for often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        """End the waiting, or the next one."""
        with suppress(RuntimeError):  # it has been rung already
            self._lock.release()

    def is_rung(self) -> bool:
        """Whether the next waiting ends at once."""
        return not self._lock.locked()

    def wait(self, seconds: float) -> bool:
        """Wait for the bell, and silence it; False if it was not rung in time."""
        return self._lock.acquire(timeout=seconds)


class Watcher:
    """Watches a repository for those who wait at its hubs."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._hubs: tuple[Crowded, ...] = ()
        self._lock = threading.Lock()
        self._wake = Bell()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._late = False
        self._robot_rests_until = 0.0
        repository.before_close(self.close)

    # -- any thread ------------------------------------------------------

    def attach(self, hub: Crowded) -> None:
        """Look for a hub, too."""
        with self._lock:
            self._hubs = (*self._hubs, hub)

    def detach(self, hub: Crowded) -> None:
        """Look for a hub no longer."""
        with self._lock:
            self._hubs = tuple(other for other in self._hubs if other is not hub)

    def wake(self) -> None:
        """See at once what this process has just written."""
        self._wake.ring()

    def look_again(self) -> None:
        """Look even if nothing was written: somebody came who has missed something."""
        self._late = True
        self._wake.ring()

    def begin(self) -> None:
        """Run, now that somebody waits."""
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._run, name="chat-hub", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """End the thread, or leave it alone if another program holds it up."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._wake.ring()
        if thread is not None:
            thread.join(CLOSE_SECONDS)

    # -- its own thread --------------------------------------------------

    def _run(self) -> None:
        """Watch whatever file lies at the path, until nobody waits any more."""
        complaint = ""
        while not self._retires():
            try:
                self._make_ready()
                self._watch()
                self._let_robot_speak()
                complaint = ""
            except Exception as error:  # without this thread nobody is ever released
                if str(error) != complaint:
                    is_known = isinstance(error, RepositoryError)
                    log.warning(
                        "the chat cannot be watched: %s", error, exc_info=not is_known
                    )
                complaint = str(error)
                self._sleep()

    def _make_ready(self) -> None:
        """Make the tables, which are not there in another file at the path."""
        with self._repository.reading() as db:
            ready = schema.is_ready(db)
        if not ready:
            with self._repository.writing() as db:
                schema.make_ready(db)

    def _watch(self) -> None:
        """Watch one file, for as long as there is nothing to be written."""
        identity = self._repository.identity()
        with suppress(FileReplaced), self._repository.reading() as db:
            watch, next_look = Watch(self._repository, identity, db), 0.0
            while True:
                is_due = time.monotonic() >= next_look
                if watch.has_changed() or self._late or is_due:
                    if not schema.is_ready(db):
                        return
                    self._late = False
                    for hub in self._hubs:
                        hub.look(db)
                    next_look = time.monotonic() + LOOK_SECONDS
                    if robot.is_due(db) and self._robot_may_try():
                        return
                if not self._sleep():
                    return

    def _robot_may_try(self) -> bool:
        return time.monotonic() >= self._robot_rests_until

    def _let_robot_speak(self) -> None:
        """Announce events; if that fails, who waits is released all the same."""
        if not self._robot_may_try():
            return
        try:
            robot.catch_up(self._repository)
        except RepositoryError as error:
            log.warning("the timeline robot cannot speak: %s", error)
            self._robot_rests_until = time.monotonic() + ROBOT_REST_SECONDS

    def _sleep(self) -> bool:
        """Wait for the next look; False if nobody has waited for a while."""
        somebody_waits = self._somebody_waits()
        woken = self._wake.wait(TICK_SECONDS if somebody_waits else LINGER_SECONDS)
        return (woken or somebody_waits) and not self._closed

    def _somebody_waits(self) -> bool:
        return any(map(len, self._hubs))

    def _retires(self) -> bool:
        with self._lock:
            if self._closed or not (self._somebody_waits() or self._wake.is_rung()):
                self._thread = None
                return True
            return False

"""The hub: who waits for messages, and releasing them when there are some.

Requests register with their cursor. One thread, which runs only while somebody
waits, looks at SQLite's `data_version`: at once when this process has written
(`announce`), else every 40 ms, for what other processes have written.
"""

import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from repoweb.accounts.authentication import refresh
from repoweb.accounts.user import User
from repoweb.chat import robot, schema, store
from repoweb.chat.answers import listing, permission_error
from repoweb.chat.fossil_json import string
from repoweb.chat.presence import Presence
from repoweb.chat.render import SEEING, Form, Renderer
from repoweb.chat.waiter import PollWaiter
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository
from repoweb.web.hanging import TooManyWaiting

log = logging.getLogger(__name__)

TICK_SECONDS = 0.04
LINGER_SECONDS = 5.0
"""How long the thread stays when nobody waits any more."""

ROBOT_REST_SECONDS = 10.0
"""How long the robot is left alone when it could not write."""

CHAT = "C"
Key = TypeVar("Key")
Answers = dict[PollWaiter, bytes]


class Hub:
    """All who wait for a message of one repository's chat."""

    def __init__(
        self, repository: Repository, renderer: Renderer, version: str
    ) -> None:
        self._repository = repository
        self._renderer = renderer
        self._version = f'"ver":{string(version)}'
        self._presence = Presence()
        self._lock = threading.Lock()
        self._waiting: dict[int, set[PollWaiter]] = {}
        self._owners: Counter[str] = Counter()
        self._users: Counter[User] = Counter()
        self._latest = 0
        self._robot_rests_until = 0.0
        self._late = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    # -- any thread ------------------------------------------------------

    def __len__(self) -> int:
        with self._lock:
            return self._users.total()

    def present(self) -> list[tuple[str, int]]:
        """List who waits, and with how many requests."""
        with self._lock:
            return self._presence.waiting()

    def about(self) -> str:
        """Write what each answer says beside its messages: `nc`, `who` and `ver`."""
        with self._lock:
            return f"{self._presence.told()},{self._version}"

    def listens(self, login: str) -> None:
        """Count somebody as here who listens, though he was answered at once."""
        with self._lock:
            self._presence.touch(login)

    def check_room(self, waiter: PollWaiter) -> None:
        """Refuse one who has too many requests waiting already.

        Raises:
            TooManyWaiting: names the limit.
        """
        with self._lock:
            if self._owners[waiter.owner] >= waiter.limit:
                message = f"At most {waiter.limit} requests may wait at once."
                raise TooManyWaiting(message)

    def announce(self) -> None:
        """Look for messages at once, because this process has just written one."""
        self._wake.set()

    def add(self, waiter: PollWaiter) -> None:
        """Let somebody wait; what came since he looked, the thread finds."""
        with self._lock:
            if not self._waiting or waiter.cursor < self._latest:
                self._late = True
                self._wake.set()
            self._waiting.setdefault(waiter.cursor, set()).add(waiter)
            self._owners[waiter.owner] += 1
            self._users[waiter.user] += 1
            self._presence.join(waiter.user.name)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._run, name="chat-hub", daemon=True
                )
                self._thread.start()

    def discard(self, waiter: PollWaiter) -> None:
        """Forget somebody who waits, if he still does."""
        with self._lock:
            self._remove(waiter)

    def close(self) -> None:
        """End the thread; nobody is released."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join()

    def _remove(self, waiter: PollWaiter) -> bool:
        """Take a waiter out, under the lock; False if he is not there any more."""
        group = self._waiting.get(waiter.cursor, set())
        if waiter not in group:
            return False
        group.remove(waiter)
        if not group:
            del self._waiting[waiter.cursor]
        _count_down(self._owners, waiter.owner)
        _count_down(self._users, waiter.user)
        self._presence.leave(waiter.user.name)
        return True

    # -- the hub's thread ------------------------------------------------

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
        """Watch one file, for as long as there is nothing to be written.

        `data_version` is only good for one connection, which is kept meanwhile.
        """
        identity = self._repository.identity()
        with self._repository.reading() as db:
            seen = None
            while self._repository.identity() == identity:
                version = db.execute("PRAGMA data_version").fetchone()[0]
                if version != seen or self._late:
                    seen = version
                    if not schema.is_ready(db):
                        return
                    self._look(db)
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
        somebody_waits = bool(self._waiting)
        woken = self._wake.wait(TICK_SECONDS if somebody_waits else LINGER_SECONDS)
        self._wake.clear()
        return (woken or somebody_waits) and not self._closed

    def _retires(self) -> bool:
        with self._lock:
            if self._closed or not (self._waiting or self._wake.is_set()):
                self._thread = None
                return True
            return False

    def _look(self, db: sqlite3.Connection) -> None:
        """Release whoever has a message to get, and whoever may no longer wait."""
        latest = store.last_id(db)
        with self._lock:
            self._late = False
            self._latest = latest
            users = list(self._users)
            behind = [
                waiter
                for cursor, group in self._waiting.items()
                if cursor < latest
                for waiter in group
            ]
        fresh = {user: refresh(db, user) for user in users}
        answers = self._errors(fresh) | self._messages(db, behind, fresh)
        self._release(answers)

    def _errors(self, fresh: Mapping[User, User]) -> Answers:
        """Make the answers for those who were locked out while they waited."""
        if all(user.may(CHAT) for user in fresh.values()):
            return {}
        with self._lock:
            waiters = [w for group in self._waiting.values() for w in group]
        return {
            waiter: permission_error(
                waiter.form.base, logged_in=bool(now.login), in_list=True
            )
            for waiter in waiters
            if (now := fresh.get(waiter.user)) and not now.may(CHAT)
        }

    def _messages(
        self,
        db: sqlite3.Connection,
        behind: list[PollWaiter],
        fresh: Mapping[User, User],
    ) -> Answers:
        """Make the answers with messages: one query and rendering for a group."""
        made: dict[tuple[int, Form], bytes] = {}
        about = self.about()
        answers: Answers = {}
        for waiter in behind:
            user = fresh[waiter.user]
            if not user.may(CHAT):
                continue
            form = replace(waiter.form, seeing=user.letters & SEEING)
            group = (waiter.cursor, form)
            if group not in made:
                messages = store.after(db, waiter.cursor)
                records = self._renderer.messages(db, messages, form)
                made[group] = listing(records, about)
            answers[waiter] = made[group]
        return answers

    def _release(self, answers: Answers) -> None:
        with self._lock:
            released = [w for w in answers if self._remove(w)]
        for waiter in released:
            if waiter.answer is not None:
                _answer(waiter.answer, answers[waiter])


def _answer(answer: Callable[[bytes], None], body: bytes) -> None:
    """Hand over a body; one who cannot take it holds up nobody else."""
    try:
        answer(body)
    except Exception:
        log.exception("a waiting request cannot be answered")


def _count_down(counter: Counter[Key], key: Key) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]

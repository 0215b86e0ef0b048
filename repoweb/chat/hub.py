"""The hub: who waits for messages, and releasing them when there are some."""

import logging
import sqlite3
from collections.abc import Iterable

from repoweb.accounts.refreshing import Refresher
from repoweb.accounts.user import User
from repoweb.chat import store
from repoweb.chat.answers import permission_error
from repoweb.chat.crowd import Crowd, Group
from repoweb.chat.fossil_json import string
from repoweb.chat.releases import Releases
from repoweb.chat.render import Renderer
from repoweb.chat.tables import INSIDERS
from repoweb.chat.waiter import Waiter
from repoweb.chat.watcher import Watcher

log = logging.getLogger(__name__)

CHAT = "C"


class Hub:
    """All who wait for a message of one repository's chat."""

    tables = INSIDERS

    def __init__(self, watcher: Watcher, renderer: Renderer, version: str) -> None:
        self._renderer = renderer
        self._version = f'"ver":{string(version)}'
        self._crowd = Crowd()
        self._watcher = watcher
        watcher.attach(self)
        self._refresher = Refresher()
        self._latest = 0

    # -- any thread ------------------------------------------------------

    def __len__(self) -> int:
        return len(self._crowd)

    def present(self) -> list[tuple[str, int]]:
        """List who waits, and with how many requests."""
        return self._crowd.waiting()

    def about(self) -> str:
        """Write what each answer says beside its messages: `nc`, `who` and `ver`."""
        return f"{self._crowd.told()},{self._version}"

    def listens(self, login: str) -> None:
        """Count somebody as here who listens, though he was answered at once."""
        self._crowd.listens(login)

    def check_room(self, waiter: Waiter) -> None:
        """Refuse one who has too many requests waiting already.

        Raises:
            TooManyWaiting: names the limit.
        """
        self._crowd.check_room(waiter)

    def announce(self) -> None:
        """Look for messages at once, because this process has just written one."""
        self._watcher.wake()

    def add(self, waiter: Waiter) -> None:
        """Let somebody wait; what came since he looked, the thread finds.

        Raises:
            TooManyWaiting: others of his came in since there was room.
        """
        is_first = not len(self._crowd)
        self._crowd.add(waiter)
        if is_first or waiter.cursor != self._latest:
            self._watcher.look_again()
        self._watcher.begin()

    def subscribes(self, login: str, seconds: float) -> None:
        """Count somebody as here for so long at most, who listens at another server."""
        self._crowd.subscribes(login, seconds)

    def unsubscribes(self, login: str) -> None:
        """Count him no more."""
        self._crowd.unsubscribes(login)

    def discard(self, waiter: Waiter) -> None:
        """Forget somebody who waits, if he still does."""
        self._crowd.discard(waiter)

    def close(self) -> None:
        """End the watcher's thread; nobody is released."""
        self._watcher.close()

    # -- the watcher's thread --------------------------------------------

    def look(self, db: sqlite3.Connection) -> None:
        """Release whoever has a message to get, and whoever may no longer wait."""
        self._latest = latest = self._last(db)  # first: who comes now sees it
        groups = self._crowd.groups()
        users = self._refresher.refresh(db, {group.user for group in groups})
        releases = self._releases(db, latest)
        for group in groups:
            user = users[group.user]
            if self._may_listen(user):
                self._release(group, user, releases)
            else:
                self._refuse(group, user)

    def _last(self, db: sqlite3.Connection) -> int:
        return store.last_id(db)

    def _may_listen(self, user: User) -> bool:
        return user.may(CHAT)

    def _releases(self, db: sqlite3.Connection, latest: int) -> Releases:
        return Releases(db, self._renderer, latest, self.about(), self.tables)

    def _release(self, group: Group, user: User, releases: Releases) -> None:
        release = releases.find(group, user)
        if release is None:
            return
        if group.is_stream:
            _answer(self._crowd.move(group, release.cursor), release.body)
        else:
            _answer(self._crowd.take(group), release.body)

    def _refuse(self, group: Group, user: User) -> None:
        """Tell those who were locked out while they waited."""
        error = permission_error(
            group.form.base, logged_in=bool(user.login), in_list=True
        )
        for waiter in self._crowd.take(group):
            waiter.end(error)


def _answer(waiters: Iterable[Waiter], body: bytes) -> None:
    """Hand over a body; one who cannot take it holds up nobody else."""
    for waiter in waiters:
        if waiter.answer is None:
            continue
        try:
            waiter.answer(waiter.own(body))
        except Exception:
            log.exception("a waiting request cannot be answered")

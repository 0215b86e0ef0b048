"""All who wait, in groups that get the same answer, and how many one may be."""

import threading
from collections import Counter
from typing import TypeVar

from repoweb.accounts.user import User
from repoweb.chat.presence import Presence
from repoweb.chat.render import Form
from repoweb.chat.waiter import Waiter
from repoweb.web.hanging import TooManyWaiting

Key = tuple[int, Form, User, bool]
Counted = TypeVar("Counted")


class Group:
    """Those of one user who wait at the same cursor for the same form."""

    __slots__ = ("cursor", "form", "is_stream", "user", "waiters")

    def __init__(self, waiter: Waiter) -> None:
        self.cursor = waiter.cursor
        self.form = waiter.form
        self.user = waiter.user
        self.is_stream = waiter.is_stream
        self.waiters: set[Waiter] = set()

    @property
    def key(self) -> Key:
        """What makes it different from other groups."""
        return self.cursor, self.form, self.user, self.is_stream


class Crowd:
    """The groups. Any thread may call any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[Key, Group] = {}
        self._group_of: dict[Waiter, Group] = {}
        self._owners: Counter[str] = Counter()
        self._presence = Presence()

    def __len__(self) -> int:
        return len(self._group_of)

    def check_room(self, waiter: Waiter) -> None:
        """Refuse one who has too many requests waiting already.

        Raises:
            TooManyWaiting: names the limit.
        """
        if self._owners[waiter.owner] >= waiter.limit:
            message = f"At most {waiter.limit} requests may wait at once."
            raise TooManyWaiting(message)

    def add(self, waiter: Waiter) -> None:
        """Let somebody wait.

        Raises:
            TooManyWaiting: others of his came in since there was room.
        """
        with self._lock:
            self.check_room(waiter)
            new = Group(waiter)
            group = self._groups.setdefault(new.key, new)
            group.waiters.add(waiter)
            self._group_of[waiter] = group
            self._owners[waiter.owner] += 1
            self._presence.join(waiter.user.name)

    def discard(self, waiter: Waiter) -> None:
        """Forget somebody who waits, if he still does."""
        with self._lock:
            group = self._group_of.pop(waiter, None)
            if group is None:
                return
            group.waiters.remove(waiter)
            if not group.waiters:
                del self._groups[group.key]
            _count_down(self._owners, waiter.owner)
            self._presence.leave(waiter.user.name)

    def groups(self) -> list[Group]:
        """List the groups that there are now."""
        with self._lock:
            return list(self._groups.values())

    def take(self, group: Group) -> set[Waiter]:
        """Take a whole group out, to be answered."""
        with self._lock:
            if not group.waiters:
                return set()
            del self._groups[group.key]
            taken, group.waiters = group.waiters, set()
            for waiter in taken:
                del self._group_of[waiter]
                _count_down(self._owners, waiter.owner)
            self._presence.leave(group.user.name, len(taken))
            return taken

    def move(self, group: Group, cursor: int) -> list[Waiter]:
        """Let a group of streams wait at another cursor; lists its members."""
        with self._lock:
            members = list(group.waiters)
            if not members:
                return []
            del self._groups[group.key]
            group.cursor = cursor
            other = self._groups.setdefault(group.key, group)
            if other is not group:
                other.waiters |= group.waiters
                group.waiters = set()
                self._group_of.update(dict.fromkeys(members, other))
            return members

    def waiting(self) -> list[tuple[str, int]]:
        """List the logins of those who wait, and with how many requests."""
        with self._lock:
            return self._presence.waiting()

    def told(self) -> str:
        """Write who is here, as fields of an answer."""
        with self._lock:
            return self._presence.told()

    def listens(self, login: str) -> None:
        """Count somebody as here who listens, though he was answered at once."""
        with self._lock:
            self._presence.touch(login)


def _count_down(counter: Counter[Counted], key: Counted) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]

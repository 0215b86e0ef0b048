"""Who is here: the logins that listen, by requests that wait and streams."""

import json
import time
from collections import Counter

GRACE_SECONDS = 2.0
"""How long somebody counts who listens no more: between two polls nobody left."""


class Presence:
    """Counts who listens. Its owner sees to it that one thread at a time uses it.

    A join, a leaving and a look cost the same however many are here; the text for
    the answers is made anew only when the set of logins has changed.
    """

    def __init__(self) -> None:
        self._requests: Counter[str] = Counter()
        self._left: dict[str, float] = {}  # oldest first
        self._here: set[str] = set()
        self._told: str | None = None

    def join(self, login: str, count: int = 1) -> None:
        """Count requests that begin to wait."""
        self._requests[login] += count
        self._left.pop(login, None)
        self._see(login)

    def leave(self, login: str, count: int = 1) -> None:
        """Count requests that wait no more."""
        self._requests[login] -= count
        if not self._requests[login]:
            del self._requests[login]
            self.touch(login)

    def touch(self, login: str) -> None:
        """Let somebody count for a while who was just answered at once."""
        if login not in self._requests:
            self._left.pop(login, None)  # or it would keep its place among the old
            self._left[login] = time.monotonic()
            self._see(login)

    def waiting(self) -> list[tuple[str, int]]:
        """List who waits now, and with how many requests."""
        return sorted(self._requests.items())

    def logins(self) -> list[str]:
        """List who is here, sorted."""
        self._forget()
        return sorted(self._here)

    def told(self) -> str:
        """Write the fields `nc` and `who` of an answer, as JSON without braces."""
        self._forget()
        if self._told is None:
            names = json.dumps(sorted(self._here), ensure_ascii=False)
            self._told = f'"nc":{len(self._here)},"who":{names}'
        return self._told

    def _see(self, login: str) -> None:
        if login not in self._here:
            self._here.add(login)
            self._told = None

    def _forget(self) -> None:
        """Take out those whose time of grace is over."""
        end = time.monotonic() - GRACE_SECONDS
        while self._left:
            login, since = next(iter(self._left.items()))
            if since > end:
                return
            del self._left[login]
            self._here.discard(login)
            self._told = None

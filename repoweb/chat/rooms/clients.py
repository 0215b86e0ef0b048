"""The clients of Chaton that are in a room, by the numbers that they were given.

Source: `Client tracking` of Chaton's chaton-viewer. A client is here while a request
of its waits, and for some seconds afterwards; a request with the number of one
that waits already takes its place, under a new number.
"""

import secrets
import threading
import time
from dataclasses import dataclass

GONE_SECONDS = 10.0
"""A client that has not come back for so long has gone."""

MOST_IN_A_ROOM = 20_000
_MOST_CID = 0x10000000


class TooManyClients(Exception):
    """There is no room for another client."""


@dataclass
class _Client:
    since: float
    waiting: bool = False


class Clients:
    """Counts the clients of each room. All threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: dict[int, dict[int, _Client]] = {}

    def enter(self, room: int) -> int:
        """Give a new client its number.

        Raises:
            TooManyClients: there are too many in this room.
        """
        with self._lock:
            return self._new(room, waiting=False)

    def come(self, room: int, cid: int, *, strict: bool) -> int | None:
        """Let a client wait; returns its number, which may be a new one.

        Args:
            cid: as the client tells it.
            strict: an unknown number gets no new one, but None.

        Raises:
            TooManyClients: there are too many in this room.
        """
        with self._lock:
            self._sweep(room)
            client = self._rooms.get(room, {}).get(cid)
            if client is None:
                return None if strict else self._new(room, waiting=True)
            if client.waiting:  # the same number twice: the first one is given up
                del self._rooms[room][cid]
                return self._new(room, waiting=True)
            client.waiting = True
            return cid

    def go(self, room: int, cid: int) -> None:
        """Let a client that got its answer, or left, count for some seconds more."""
        with self._lock:
            client = self._rooms.get(room, {}).get(cid)
            if client is not None:
                client.waiting, client.since = False, time.monotonic()

    def is_here(self, room: int, cid: int) -> bool:
        """Whether a client has this number now."""
        with self._lock:
            return cid in self._rooms.get(room, {})

    def count(self, room: int) -> int:
        """Count the clients that are in a room."""
        with self._lock:
            self._sweep(room)
            return len(self._rooms.get(room, {}))

    def _new(self, room: int, *, waiting: bool) -> int:
        self._sweep(room)
        clients = self._rooms.setdefault(room, {})
        if len(clients) >= MOST_IN_A_ROOM:
            raise TooManyClients
        cid = secrets.randbelow(_MOST_CID)
        while cid in clients:
            cid = secrets.randbelow(_MOST_CID)
        clients[cid] = _Client(time.monotonic(), waiting)
        return cid

    def _sweep(self, room: int) -> None:
        end = time.monotonic() - GONE_SECONDS
        clients = self._rooms.get(room, {})
        gone = [c for c, client in clients.items() if not _is_here(client, end)]
        for cid in gone:
            del clients[cid]
        if not clients:
            self._rooms.pop(room, None)


def _is_here(client: _Client, end: float) -> bool:
    return client.waiting or client.since > end

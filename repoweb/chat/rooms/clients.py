"""Who is in a room: Chaton's clients by the numbers they were given, and browsers.

Source: `Client tracking` of Chaton's chaton-viewer. A client is here while a request
of its waits, and for some seconds afterwards; a request with the number of one
that waits already takes its place, under a new number.
"""

import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from repoweb.web.hanging import TooManyWaiting

GONE_SECONDS = 10.0
"""A client that has not come back for so long has gone."""

Name = int | str
"""A number that Chaton's client was given, or what a browser's cookie says."""

_MOST_CID = 0x10000000


@dataclass(frozen=True)
class Place:
    """Where a client comes from, and how many may come from there.

    Args:
        room: its number.
        address: the network address.
        limit: how many clients of this address may be in the room.
    """

    room: int
    address: str
    limit: int


@dataclass
class _Client:
    address: str
    since: float
    waiting: int = 0


@dataclass
class _Attendance:
    clients: dict[Name, _Client] = field(default_factory=dict)
    addresses: Counter[str] = field(default_factory=Counter)


class Clients:
    """Counts who is in each room. All threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: dict[int, _Attendance] = {}

    def enter(self, place: Place) -> int:
        """Give a new client of Chaton its number.

        Raises:
            TooManyWaiting: there are too many from this address.
        """
        with self._lock:
            return self._new(place)

    def come(self, place: Place, cid: int, *, strict: bool) -> int | None:
        """Let a client of Chaton wait; returns its number, which may be a new one.

        Args:
            cid: as the client tells it.
            strict: an unknown number gets no new one, but None.

        Raises:
            TooManyWaiting: there are too many from this address.
        """
        with self._lock:
            here = self._swept(place.room)
            client = here.clients.get(cid)
            if client is None and strict:
                return None
            if client is not None and client.waiting:
                _remove(here, cid)  # the same number twice: the first is given up
            if client is None or client.waiting:
                cid = self._new(place)
                client = self._rooms[place.room].clients[cid]
            client.waiting = 1
            return cid

    def see(self, place: Place, name: str, waiting: int = 0) -> None:
        """Count a browser that asks, or waits, unless there are too many of them."""
        with self._lock:
            here = self._swept(place.room)
            self._rooms[place.room] = here
            if name not in here.clients:
                if here.addresses[place.address] >= place.limit:
                    return
                _add(here, place, name)
            here.clients[name].waiting += waiting
            here.clients[name].since = time.monotonic()

    def go(self, room: int, name: Name) -> None:
        """Let one that got its answer, or left, count for some seconds more."""
        with self._lock:
            here = self._rooms.get(room)
            client = here.clients.get(name) if here else None
            if client is not None:
                client.waiting = max(0, client.waiting - 1)
                client.since = time.monotonic()

    def count(self, room: int) -> int:
        """Count who is in a room."""
        with self._lock:
            return len(self._swept(room).clients)

    def _new(self, place: Place) -> int:
        here = self._swept(place.room)
        self._rooms[place.room] = here
        if here.addresses[place.address] >= place.limit:
            message = "Too many clients of your address are in this room."
            raise TooManyWaiting(message)
        cid = secrets.randbelow(_MOST_CID)
        while cid in here.clients:
            cid = secrets.randbelow(_MOST_CID)
        _add(here, place, cid)
        return cid

    def _swept(self, room: int) -> _Attendance:
        here = self._rooms.get(room, _Attendance())
        end = time.monotonic() - GONE_SECONDS
        gone = [n for n, c in here.clients.items() if not c.waiting and c.since <= end]
        for name in gone:
            _remove(here, name)
        if not here.clients:
            self._rooms.pop(room, None)
        return here


def _add(here: _Attendance, place: Place, name: Name) -> None:
    here.clients[name] = _Client(place.address, time.monotonic())
    here.addresses[place.address] += 1


def _remove(here: _Attendance, name: Name) -> None:
    address = here.clients.pop(name).address
    here.addresses[address] -= 1
    if not here.addresses[address]:
        del here.addresses[address]

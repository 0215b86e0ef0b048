"""What the loop asks for events: `select.epoll`, or `select.poll` elsewhere."""

import math
import os
import select
import socket
from collections.abc import Iterable
from typing import Protocol

IN, OUT = select.POLLIN, select.POLLOUT
HANG_UP = 0x2000
"""The client will send no more (EPOLLRDHUP of Linux)."""
GONE = HANG_UP | select.POLLHUP | select.POLLERR | select.POLLNVAL


class Poller(Protocol):
    """The part of `select.epoll` that the loop uses; the flags are those of Linux."""

    def register(self, fd: int, flags: int, /) -> None:
        """Begin to watch a descriptor."""

    def modify(self, fd: int, flags: int, /) -> None:
        """Watch it for other events."""

    def unregister(self, fd: int, /) -> None:
        """Stop watching it."""

    def poll(self, timeout: float | None, /) -> Iterable[tuple[int, int]]:
        """Wait for events, for so many seconds at most; None is for ever."""

    def close(self) -> None:
        """Give its own descriptor back."""


class PlainPoller:
    """`select.poll` in the form of `select.epoll`: it works on any Unix.

    It looks at every socket on every turn, which is good for hundreds. Where the
    system cannot tell by itself that a client has hung up, the end of its input
    tells; input that comes instead is left alone.
    """

    def __init__(self) -> None:
        self._poll = select.poll()
        self._flags: dict[int, int] = {}

    def register(self, fd: int, flags: int) -> None:
        """Begin to watch a descriptor."""
        self._flags[fd] = flags
        self._poll.register(fd, _plain(flags))

    def modify(self, fd: int, flags: int) -> None:
        """Watch it for other events."""
        self._flags[fd] = flags
        self._poll.modify(fd, _plain(flags))

    def unregister(self, fd: int) -> None:
        """Stop watching it."""
        del self._flags[fd]
        self._poll.unregister(fd)

    def poll(self, timeout: float | None) -> list[tuple[int, int]]:
        """Wait for events, for so many seconds at most; None is for ever."""
        milliseconds = None if timeout is None else math.ceil(timeout * 1000)
        found = self._poll.poll(milliseconds)
        events = [(fd, self._translate(fd, flags)) for fd, flags in found]
        return [event for event in events if event[1]]

    def close(self) -> None:
        """There is nothing to give back."""

    def _translate(self, fd: int, flags: int) -> int:
        """Turn input on a descriptor that is watched for hang-up into what it is."""
        wanted = self._flags[fd]
        if not flags & IN or wanted & IN or not wanted & HANG_UP:
            return flags
        if _has_ended(fd):
            return flags & ~IN | HANG_UP
        self._poll.modify(fd, wanted & OUT)  # or it would be told again and again
        return flags & ~IN


def _plain(flags: int) -> int:
    return flags & OUT | (IN if flags & (IN | HANG_UP) else 0)


def _has_ended(fd: int) -> bool:
    with socket.socket(fileno=os.dup(fd)) as copy:
        try:
            return not copy.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True


def best_poller() -> Poller:
    """Make the poller that suits this system best."""
    return select.epoll() if hasattr(select, "epoll") else PlainPoller()

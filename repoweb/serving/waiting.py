"""What the server needs to know of something that waits, and nothing more."""

from collections.abc import Callable, Iterator
from typing import Protocol

PARK_KEY = "repoweb.park"
"""Key of the WSGI environment: a callable that takes a `Waiter` and returns the
body of a response that will wait, or None if no more can wait here."""


class Waiter(Protocol):
    """A request that waits for a body. A feature makes it; a server runs it.

    Once started, it ends by `answer`, `expire` or `leave`, whichever comes first; a
    waiter that has just answered may be told to expire or leave all the same. If its
    client has gone before, it is never started. `start`, `expire` and `leave` are
    called in the server's loop, which they must not hold up; what fails there costs
    this client its connection, and nobody else anything.

    A waiter that has an attribute `pulse`, some bytes, is a stream: each `answer` is
    sent as a piece of one body that goes on, and an empty one ends it, as the empty
    chunk does in HTTP. The pulse is sent now and then, to find out who has gone. Who
    takes the pieces too slowly loses the connection, and `leave` is called.
    """

    seconds: float
    """How long it may wait."""

    def start(self, answer: Callable[[bytes], None]) -> None:
        """Begin to wait: `answer` gets the body once, from any thread, even now."""

    def expire(self) -> bytes:
        """End the waiting without an event; returns the body that says so."""

    def leave(self) -> None:
        """Stop waiting: the client has gone, `answer` is not called any more."""


def pulse_of(waiter: Waiter) -> bytes | None:
    """Return what keeps a stream alive; None for who gets one answer only."""
    return getattr(waiter, "pulse", None)


class Parked(BaseException):
    """Raised through waitress's task by a body that waits; not an error."""

    def __init__(self, waiter: Waiter) -> None:
        super().__init__()
        self.waiter = waiter


class ParkedBody:
    """The body of a response that waits: to iterate it frees the thread."""

    def __init__(self, waiter: Waiter) -> None:
        self._waiter = waiter

    def __iter__(self) -> Iterator[bytes]:
        """Leave the task.

        Raises:
            Parked: always; the task and the channel catch it.
        """
        raise Parked(self._waiter)

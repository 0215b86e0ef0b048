"""Responses that wait: on a thread of their own, or parked by the server."""

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Protocol

from flask import Response, request

from repoweb.errors import RepowebError

PARK_KEY = "repoweb.park"
"""Key of the WSGI environment by which a server offers to take a waiter."""

LONGEST_BLOCKING = 20.0
"""Seconds that a waiter may hold a thread where the server cannot park it."""


class Waiter(Protocol):
    """Something that waits for the body of an answer.

    One with an attribute `pulse` is a stream: it answers again and again, until it
    answers with an empty body; the server sends the pulse now and then.
    """

    seconds: float

    def start(self, answer: Callable[[bytes], None]) -> None:
        """Begin to wait: `answer` gets the body once, from any thread, even now."""

    def expire(self) -> bytes:
        """End the waiting without an event; returns the body that says so."""

    def leave(self) -> None:
        """Stop waiting, without an answer."""


class TooManyWaiting(RepowebError):
    """Nobody more can wait here; try again in a moment."""


def hang(waiter: Waiter, mimetype: str) -> Response:
    """Answer when the waiter has something to say.

    Raises:
        TooManyWaiting: the server has no room for another one.
    """
    park: Callable[[Waiter], Iterable[bytes] | None] | None
    park = request.environ.get(PARK_KEY)
    body = _block(waiter) if park is None else park(waiter)
    if body is None:
        message = "The server has no room for more waiting requests."
        raise TooManyWaiting(message)
    return Response(body, mimetype=mimetype, direct_passthrough=True)


def _block(waiter: Waiter) -> Iterator[bytes]:
    """Wait on the thread that iterates, as any WSGI server can."""
    answers: SimpleQueue[bytes] = SimpleQueue()
    end = monotonic() + min(waiter.seconds, LONGEST_BLOCKING)
    goes_on = True
    waiter.start(answers.put)
    try:
        while goes_on:
            body = answers.get(timeout=max(0.0, end - monotonic()))
            goes_on = bool(body) and hasattr(waiter, "pulse")
            yield body
    except Empty:
        yield waiter.expire()
    finally:
        waiter.leave()

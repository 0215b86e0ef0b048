"""A request that waits: what it takes to answer it later, once or again and again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from repoweb.serving.accesslog import Visit, is_on
from repoweb.serving.head import PreparedHead
from repoweb.serving.timers import Timer
from repoweb.serving.waiting import Waiter

if TYPE_CHECKING:
    from repoweb.serving.channel import Channel

log = logging.getLogger(__name__)

LAST_CHUNK = b"0\r\n\r\n"


class Ticket:
    """One waiting request; when it has left, it keeps nothing alive."""

    __slots__ = ("channel", "status", "timer", "visit", "waiter")

    def __init__(self, task: Any, waiter: Waiter) -> None:  # noqa: ANN401
        self.visit = Visit.of(task) if is_on() else None
        self.status: str = task.status
        self.channel: Channel | None = task.channel
        self.waiter: Waiter | None = waiter
        self.timer: Timer | None = None

    def clear(self) -> None:
        """Let go of everything, because the request waits no more."""
        self.channel = self.waiter = self.timer = None

    def finish(
        self, channel: "Channel", body: bytes, now: float, *, ending: bool
    ) -> int:
        """Send what is last, and return the size of the whole body.

        Args:
            channel: its connection, which the ticket has let go already.
            body: the only piece, or the last one.
            now: the Unix time.
            ending: whether the server is about to end.
        """
        raise NotImplementedError

    def note(self, size: int) -> None:
        """Write the line of the access log."""
        if self.visit is not None:
            self.visit.log(self.status, size)


class PollTicket(Ticket):
    """A request with one answer, whose length is known then."""

    __slots__ = ("close", "head")

    def __init__(self, task: Any, waiter: Waiter) -> None:  # noqa: ANN401
        super().__init__(task, waiter)
        self.head = PreparedHead.of(task)
        self.close: bool = task.close_on_finish

    def finish(
        self, channel: "Channel", body: bytes, now: float, *, ending: bool
    ) -> int:
        """Send the answer."""
        ending = ending and not self.close
        head = self.head.complete(len(body), now, close=ending)
        channel.answer(head + body, close=self.close or ending)
        return len(body)


class StreamTicket(Ticket):
    """A request whose answer goes on; its connection ends with it.

    Args:
        head: the whole head of the answer, sent when the request is parked.
        chunked: HTTP/1.1 marks the pieces; before, the connection's end is the end.
        turn: when in a round its pulse is due.
        sent: bytes of the body so far.
        most_unsent: how many bytes may wait for the client to take them.
        clogged: runs while the client does not take what it gets.
    """

    __slots__ = ("chunked", "clogged", "head", "most_unsent", "sent", "turn")

    def __init__(self, task: Any, waiter: Waiter) -> None:  # noqa: ANN401
        super().__init__(task, waiter)
        if not task.has_body:
            message = f"an answer of status {task.status} cannot go on"
            raise ValueError(message)
        self.head: bytes = task.build_response_header()
        self.chunked: bool = task.chunked_response
        self.turn = 0
        self.sent = 0
        self.most_unsent = 0
        self.clogged: Timer | None = None

    def finish(
        self,
        channel: "Channel",
        body: bytes,
        now: float,  # noqa: ARG002 - the head has been sent
        *,
        ending: bool,  # noqa: ARG002 - so does the connection, at any rate
    ) -> int:
        """Send the last piece and the end."""
        channel.answer(chunk(body) + LAST_CHUNK if self.chunked else body, close=True)
        return self.sent + len(body)


def chunk(piece: bytes) -> bytes:
    """Write a piece of a body of unknown length (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""


@contextmanager
def closing_if_it_fails(channel: "Channel") -> Iterator[None]:
    """Close the connection of one for whom something fails; the others go on."""
    try:
        yield
    except Exception:  # of a feature's waiter, or for lack of memory or files
        log.exception("a waiting request failed")
        channel.handle_close()

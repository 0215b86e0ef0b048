"""The lot: all requests that wait. It belongs to the loop's thread."""

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from repoweb.serving.accesslog import Visit, is_on
from repoweb.serving.head import PreparedHead
from repoweb.serving.loop import EpollLoop
from repoweb.serving.waiting import ParkedBody, Waiter

if TYPE_CHECKING:
    from repoweb.serving.channel import Channel

log = logging.getLogger(__name__)

_MOST_HEADS = 256


class Ticket:
    """One waiting request; when it has left, it keeps nothing alive."""

    __slots__ = ("channel", "close", "head", "status", "timer", "visit", "waiter")

    def __init__(self, task: Any, waiter: Waiter) -> None:  # noqa: ANN401
        self.visit = Visit.of(task) if is_on() else None
        self.head = PreparedHead.of(task)
        self.status: str = task.status
        self.close: bool = task.close_on_finish
        self.channel: Channel | None = task.channel
        self.waiter: Waiter | None = waiter
        self.timer: Any = None


class Lot:
    """Parks requests, answers each once, and notices who has left."""

    def __init__(self, loop: EpollLoop, limit: int) -> None:
        self._loop = loop
        self._limit = limit
        self._tickets: set[Ticket] = set()
        self._answered: deque[tuple[Ticket, bytes]] = deque()
        self._heads: dict[PreparedHead, PreparedHead] = {}
        self._sending = False
        self.draining = False

    # -- any thread ------------------------------------------------------

    def __len__(self) -> int:
        return len(self._tickets)

    def offer(self, waiter: Waiter) -> ParkedBody | None:
        """Give the application a body that waits, unless no more can wait here."""
        return ParkedBody(waiter) if len(self._tickets) < self._limit else None

    def enter(self, task: Any, waiter: Waiter) -> None:  # noqa: ANN401
        """Let a task, which leaves its thread now, wait for its answer."""
        ticket, channel = Ticket(task, waiter), task.channel
        self._loop.call_soon(lambda: self._park(ticket, channel, waiter))

    def _put(self, ticket: Ticket, body: bytes) -> None:
        """Take an answer."""
        self._answered.append((ticket, body))
        if not self._sending:
            self._sending = True
            self._loop.call_soon(self._send_answers)

    # -- the loop's thread -----------------------------------------------

    def leave(self, ticket: Ticket) -> None:
        """Forget a request whose client has gone."""
        taken = self._take(ticket)
        if taken is not None:
            channel, waiter = taken
            with _closing_if_it_fails(channel):
                waiter.leave()

    def drain(self) -> None:
        """Answer all that wait, and from now on each that wants to wait."""
        self.draining = True
        self._send_answers()
        for ticket in list(self._tickets):
            self._expire(ticket)

    def _park(self, ticket: Ticket, channel: "Channel", waiter: Waiter) -> None:
        """Let a request wait: registered first, so that no event can be missed."""
        if not channel.connected:
            channel.drop_requests()
            return
        ticket.head = self._shared(ticket.head)
        seconds = 0 if self.draining else waiter.seconds
        ticket.timer = self._loop.timers.later(seconds, lambda: self._expire(ticket))
        channel.parked = ticket
        self._tickets.add(ticket)
        self._loop.touch(channel)
        with _closing_if_it_fails(channel):
            waiter.start(lambda body: self._put(ticket, body))

    def _send_answers(self) -> None:
        """Answer all for whom there is a body; the log must not hold them up."""
        self._sending = False  # first, so that a later answer calls again
        now, sent = time.time(), []
        while self._answered:
            ticket, body = self._answered.popleft()
            taken = self._take(ticket)
            if taken is not None:
                channel, _ = taken
                with _closing_if_it_fails(channel):
                    self._send(ticket, channel, body, now)
                    sent.append((ticket, len(body)))
        for ticket, size in sent:
            _note(ticket, size)

    def _expire(self, ticket: Ticket) -> None:
        taken = self._take(ticket)
        if taken is not None:
            channel, waiter = taken
            with _closing_if_it_fails(channel):
                body = waiter.expire()
                self._send(ticket, channel, body, time.time())
                _note(ticket, len(body))

    def _send(
        self, ticket: Ticket, channel: "Channel", body: bytes, now: float
    ) -> None:
        ending = self.draining and not ticket.close
        head = ticket.head.complete(len(body), now, close=ending)
        channel.answer(head + body, close=ticket.close or ending)

    def _take(self, ticket: Ticket) -> "tuple[Channel, Waiter] | None":
        """Take a ticket out of the lot and empty it; None if it had left already."""
        channel, waiter = ticket.channel, ticket.waiter
        if channel is None or waiter is None or ticket not in self._tickets:
            return None
        self._tickets.remove(ticket)
        self._loop.timers.cancel(ticket.timer)
        ticket.channel = ticket.waiter = ticket.timer = None
        channel.parked = None
        return channel, waiter

    def _shared(self, head: PreparedHead) -> PreparedHead:
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        return self._heads.setdefault(head, head)


@contextmanager
def _closing_if_it_fails(channel: "Channel") -> Iterator[None]:
    """Close the connection of one for whom something fails; the others go on."""
    try:
        yield
    except Exception:  # of a feature's waiter, or for lack of memory or files
        log.exception("a waiting request failed")
        channel.handle_close()


def _note(ticket: Ticket, size: int) -> None:
    if ticket.visit is not None:
        ticket.visit.log(ticket.status, size)

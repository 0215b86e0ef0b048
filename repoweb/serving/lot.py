"""The lot: all requests that wait. It belongs to the loop's thread."""

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from repoweb.serving.accesslog import Visit, is_on
from repoweb.serving.head import PreparedHead
from repoweb.serving.loop import EpollLoop
from repoweb.serving.waiting import Waiter

if TYPE_CHECKING:
    from repoweb.serving.channel import Channel

_MOST_HEADS = 256


class Ticket:
    """One waiting request; when it has left, it keeps nothing alive."""

    __slots__ = ("channel", "close", "head", "status", "timer", "visit", "waiter")

    def __init__(self, channel: "Channel", task: Any, waiter: Waiter) -> None:  # noqa: ANN401
        self.visit = Visit.of(task) if is_on() else None
        self.head = PreparedHead.of(task)
        self.status: str = task.status
        self.close: bool = task.close_on_finish
        self.channel: Channel | None = channel
        self.waiter: Waiter | None = waiter
        self.timer: Any = None


class Lot:
    """Parks requests, answers each once, and notices who has left.

    `answered` may be filled by any thread; everything else belongs to the loop.
    """

    def __init__(self, loop: EpollLoop, limit: int) -> None:
        self._loop = loop
        self._limit = limit
        self._tickets: set[Ticket] = set()
        self._answered: deque[tuple[Ticket, bytes]] = deque()
        self._heads: dict[PreparedHead, PreparedHead] = {}
        self._sending = False
        self.draining = False

    def __len__(self) -> int:
        return len(self._tickets)

    @property
    def has_room(self) -> bool:
        """Whether one more request may wait. Any thread may ask."""
        return len(self._tickets) < self._limit

    def park(self, ticket: Ticket) -> None:
        """Let a request wait: registered first, so that no event can be missed."""
        channel, waiter = ticket.channel, ticket.waiter
        if channel is None or waiter is None or not channel.connected:
            return
        ticket.head = self._shared(ticket.head)
        seconds = 0 if self.draining else waiter.seconds
        ticket.timer = self._loop.timers.later(seconds, lambda: self._expire(ticket))
        channel.parked = ticket
        self._tickets.add(ticket)
        waiter.start(lambda body: self._put(ticket, body))

    def leave(self, ticket: Ticket) -> None:
        """Forget a request whose client has gone."""
        waiter = ticket.waiter
        if self._remove(ticket) and waiter is not None:
            waiter.leave()

    def drain(self) -> None:
        """Answer all that wait, and from now on each that wants to wait."""
        self.draining = True
        for ticket in list(self._tickets):
            self._expire(ticket)

    def _put(self, ticket: Ticket, body: bytes) -> None:
        """Take an answer, from any thread."""
        self._answered.append((ticket, body))
        if not self._sending:
            self._sending = True
            self._loop.call_soon(self._send_answers)

    def _send_answers(self) -> None:
        """Answer all for whom there is a body; the log must not hold them up."""
        self._sending = False  # first, so that a later answer calls again
        now, sent = time.time(), []
        while self._answered:
            ticket, body = self._answered.popleft()
            if self._remove(ticket):
                sent.append((ticket, len(body)))
                self._send(ticket, body, now)
        for ticket, size in sent:
            if ticket.visit is not None:
                ticket.visit.log(ticket.status, size)

    def _expire(self, ticket: Ticket) -> None:
        waiter = ticket.waiter
        if waiter is not None and self._remove(ticket):
            body = waiter.expire()
            self._send(ticket, body, time.time())
            if ticket.visit is not None:
                ticket.visit.log(ticket.status, len(body))

    def _send(self, ticket: Ticket, body: bytes, now: float) -> None:
        channel, ticket.channel = ticket.channel, None
        if channel is None:
            return
        head = ticket.head.complete(len(body), now, close=self.draining)
        channel.answer(head + body, close=ticket.close or self.draining)

    def _remove(self, ticket: Ticket) -> bool:
        """Take a ticket out of the lot; False if it had left already."""
        if ticket not in self._tickets:
            return False
        self._tickets.remove(ticket)
        self._loop.timers.cancel(ticket.timer)
        ticket.waiter = ticket.timer = None
        if ticket.channel is not None:
            ticket.channel.parked = None
        return True

    def _shared(self, head: PreparedHead) -> PreparedHead:
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        return self._heads.setdefault(head, head)

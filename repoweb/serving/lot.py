"""The lot: all requests that wait. It belongs to the loop's thread."""

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from repoweb.serving.head import PreparedHead
from repoweb.serving.loop import Loop
from repoweb.serving.streams import Streams
from repoweb.serving.ticket import (
    PollTicket,
    StreamTicket,
    Ticket,
    closing_if_it_fails,
)
from repoweb.serving.waiting import ParkedBody, Waiter, pulse_of

if TYPE_CHECKING:
    from repoweb.serving.channel import Channel

_MOST_HEADS = 256


class Lot:
    """Parks requests, answers each, and notices who has left."""

    def __init__(self, loop: Loop, limit: int) -> None:
        self._loop = loop
        self._limit = limit
        self._tickets: set[Ticket] = set()
        self._streams = Streams(loop.timers)
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
        kind = PollTicket if pulse_of(waiter) is None else StreamTicket
        ticket, channel = kind(task, waiter), task.channel
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
            with closing_if_it_fails(channel):
                waiter.leave()
            if isinstance(ticket, StreamTicket):
                ticket.note(ticket.sent)

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
        is_full = len(self._tickets) >= self._limit  # since there was an offer
        seconds = 0 if self.draining or is_full else waiter.seconds
        ticket.timer = self._loop.timers.later(seconds, lambda: self._expire(ticket))
        channel.parked = ticket
        self._tickets.add(ticket)
        self._loop.touch(channel)
        with closing_if_it_fails(channel):
            if isinstance(ticket, StreamTicket):
                self._streams.begin(ticket, channel)
            elif isinstance(ticket, PollTicket):
                ticket.head = self._shared(ticket.head)
            waiter.start(lambda body: self._put(ticket, body))

    def _send_answers(self) -> None:
        """Answer all for whom there is a body; the log must not hold them up."""
        self._sending = False  # first, so that a later answer calls again
        now, ended = time.time(), []
        while self._answered:
            ticket, body = self._answered.popleft()
            if body and isinstance(ticket, StreamTicket):
                self._streams.push(ticket, body)
                continue
            taken = self._take(ticket)
            if taken is not None:
                channel, _ = taken
                with closing_if_it_fails(channel):
                    size = ticket.finish(channel, body, now, ending=self.draining)
                    ended.append((ticket, size))
        for ticket, size in ended:
            ticket.note(size)

    def _expire(self, ticket: Ticket) -> None:
        taken = self._take(ticket)
        if taken is not None:
            channel, waiter = taken
            with closing_if_it_fails(channel):
                body, now = waiter.expire(), time.time()
                ticket.note(ticket.finish(channel, body, now, ending=self.draining))

    def _take(self, ticket: Ticket) -> "tuple[Channel, Waiter] | None":
        """Take a ticket out of the lot and empty it; None if it had left already."""
        channel, waiter, timer = ticket.channel, ticket.waiter, ticket.timer
        if channel is None or waiter is None or ticket not in self._tickets:
            return None
        self._tickets.remove(ticket)
        if timer is not None:
            self._loop.timers.cancel(timer)
        if isinstance(ticket, StreamTicket):
            self._streams.end(ticket)
        ticket.clear()
        channel.parked = None
        return channel, waiter

    def _shared(self, head: PreparedHead) -> PreparedHead:
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        return self._heads.setdefault(head, head)

"""The streams among the waiting requests. They belong to the loop's thread."""

import time
from typing import TYPE_CHECKING

from repoweb.serving.ticket import StreamTicket, chunk, closing_if_it_fails
from repoweb.serving.timers import Timer, Timers
from repoweb.serving.waiting import pulse_of

if TYPE_CHECKING:
    from repoweb.serving.channel import Channel

PULSE_SECONDS = 15.0
"""How often each stream gets its pulse, so that proxies and we see who has gone."""

MOST_UNSENT = 64 * 1024
"""Bytes behind the first piece that may wait for a client to take them."""

PATIENCE_SECONDS = 20.0
"""How long a client may take nothing at all of what waits for it."""

_TURNS = 15


class Streams:
    """Sends pieces, and parts with clients that do not take them."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._turns: list[set[StreamTicket]] = [set() for _ in range(_TURNS)]
        self._turn = 0
        self._pulse: Timer | None = None
        self._last_piece, self._last_chunk = b"", b""

    def __len__(self) -> int:
        return sum(map(len, self._turns))

    def begin(self, ticket: StreamTicket, channel: "Channel") -> None:
        """Send the head."""
        ticket.turn = self._turn
        self._turns[self._turn].add(ticket)
        self._note_unsent(ticket, channel, channel.push(ticket.head))
        if self._pulse is None:
            self._pulse = self._next_turn()

    def end(self, ticket: StreamTicket) -> None:
        """Forget a stream."""
        self._turns[ticket.turn].discard(ticket)
        if ticket.clogged is not None:
            self._timers.cancel(ticket.clogged)
            ticket.clogged = None

    def push(self, ticket: StreamTicket, piece: bytes) -> None:
        """Send a piece, unless the stream has ended."""
        channel = ticket.channel
        if channel is None:
            return
        if not ticket.sent:
            ticket.most_unsent = MOST_UNSENT + len(piece)  # it may be a long history
        ticket.sent += len(piece)
        with closing_if_it_fails(channel):
            unsent = channel.push(self._chunk(piece) if ticket.chunked else piece)
            if unsent:
                self._note_unsent(ticket, channel, unsent)

    def _chunk(self, piece: bytes) -> bytes:
        """Make a chunk once of a piece that many get."""
        if piece is not self._last_piece:
            self._last_piece, self._last_chunk = piece, chunk(piece)
        return self._last_chunk

    def _note_unsent(
        self, ticket: StreamTicket, channel: "Channel", unsent: int
    ) -> None:
        if unsent > ticket.most_unsent > 0:
            channel.handle_close()
        elif unsent and ticket.clogged is None:
            self._look_later(ticket, PATIENCE_SECONDS)

    def _look_later(self, ticket: StreamTicket, seconds: float) -> None:
        ticket.clogged = self._timers.later(seconds, lambda: self._look(ticket))

    def _look(self, ticket: StreamTicket) -> None:
        """See whether a client that had bytes to take has taken any."""
        ticket.clogged, channel = None, ticket.channel
        if channel is None or not channel.total_outbufs_len:
            return
        rest = channel.last_activity + PATIENCE_SECONDS - time.time()
        if rest <= 0:
            channel.handle_close()
        else:
            self._look_later(ticket, rest)

    def _next_turn(self) -> Timer:
        return self._timers.later(PULSE_SECONDS / _TURNS, self._beat)

    def _beat(self) -> None:
        """Send the pulse to those whose turn it is: never to all at once."""
        self._pulse = self._next_turn() if len(self) else None
        self._turn = (self._turn + 1) % _TURNS
        for ticket in list(self._turns[self._turn]):
            pulse = pulse_of(ticket.waiter) if ticket.waiter else None
            if pulse:
                self.push(ticket, pulse)

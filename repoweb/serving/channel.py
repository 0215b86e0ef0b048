"""A connection: waitress's channel on our loop, which can be parked."""

import time
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel

from repoweb.serving.parser import StrictParser
from repoweb.serving.task import FailedTask, Task
from repoweb.serving.ticket import Ticket
from repoweb.serving.waiting import Parked


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection; its methods are sorted by the threads that call them."""

    task_class = Task
    error_task_class = FailedTask
    parser_class = StrictParser

    parked: Ticket | None = None
    """The waiting request, which stays first in `requests` so that no other runs."""

    _receiving_since = 0.0

    # -- the loop's thread -----------------------------------------------

    def received(self, data: bytes) -> bool:
        """Take input, and remember since when a request is incomplete."""
        before = self.request
        result = bool(super().received(data))
        if self.request is not before:
            self._receiving_since = time.monotonic()
        return result

    def is_dripping(self, head_seconds: float, body_seconds: float) -> bool:
        """Whether a request has been coming in for too long.

        The time in which nothing is read, for an earlier answer, does not count.
        """
        request, now = self.request, time.monotonic()
        if request is None:
            return False
        if not self.readable():
            self._receiving_since = now
        limit = body_seconds if request.headers_finished else head_seconds
        return now - self._receiving_since > limit

    def answer(self, data: bytes, *, close: bool) -> None:
        """Send the answer of the parked request; what does not fit goes on later."""
        self.last_activity = time.time()
        with self.outbuf_lock:
            sent = 0 if self.total_outbufs_len else self._send_now(data)
            if self.connected and sent < len(data):
                self._keep(data[sent:])
        self._end_request(close=close)
        self.server.loop.touch(self)

    def push(self, data: bytes) -> int:
        """Send a piece of an answer that goes on; returns how much is yet unsent."""
        with self.outbuf_lock:
            sent = 0
            if not self.total_outbufs_len:
                self.last_activity = time.time()
                sent = self._send_now(data)
            if self.connected and sent < len(data):
                self.outbufs[-1].append(data[sent:])
                self.total_outbufs_len += len(data) - sent
                self.server.loop.touch(self)
            return int(self.total_outbufs_len)

    def _send_now(self, data: bytes) -> int:
        try:
            return self.send(data)
        except OSError:  # of one client; the others must still be answered
            self.handle_close()
            return 0

    def _keep(self, rest: bytes) -> None:
        """Put the rest in a buffer of its own, as waitress does for each answer."""
        self.outbufs.append(OverflowableBuffer(self.adj.outbuf_overflow))
        self.outbufs[-1].append(rest)
        self.total_outbufs_len += len(rest)
        self.current_outbuf_count = self.adj.outbuf_high_watermark

    def handle_close(self) -> None:
        """Close, and leave the lot."""
        ticket = self.parked
        super().handle_close()
        if ticket is not None:
            self.drop_requests()
            self.server.lot.leave(ticket)

    def del_channel(self, map: Any = None) -> None:  # noqa: A002, ANN401
        """Let the listeners know that there is room for another connection."""
        super().del_channel(map)
        self.server.announce_room()

    def drop_requests(self) -> None:
        """Forget what a client asked that has gone, or will get no more answers."""
        with self.requests_lock:
            for request in self.requests:
                request.close()
            self.requests.clear()

    def _end_request(self, *, close: bool) -> None:
        """Take the answered request from the queue, as the end of `service` does."""
        if close:
            self.close_when_flushed = True
            self.drop_requests()
            return
        with self.requests_lock:
            self.requests.pop(0).close()
            if self.requests:
                self.server.add_task(self)
            elif self._awaits_continue():
                self.send_continue()

    def _awaits_continue(self) -> bool:
        request = self.request
        return (
            request is not None
            and request.expect_continue
            and request.headers_finished
            and not self.sent_continue
        )

    # -- task threads ----------------------------------------------------

    def service(self) -> None:
        """Run one request; one that parks itself leaves without an answer."""
        try:
            super().service()
        except Parked:
            pass
        except BaseException:  # such as SystemExit; the client must not wait for ever
            self.will_close = True
            raise
        finally:
            self.server.loop.touch(self)

    def write_soon(self, data: Any) -> int:  # noqa: ANN401 - bytes or a file
        """Write, and have the loop send what did not fit."""
        written = int(super().write_soon(data))
        if self.total_outbufs_len:
            self.server.loop.touch(self)
        return written

    # -- both ------------------------------------------------------------

    def send_continue(self) -> None:
        """Ask for the body of a request, unless the client has gone."""
        with self.outbuf_lock:
            if self.connected:
                super().send_continue()

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send; only the loop's thread closes what turns out to be broken."""
        return int(super().send(data, do_close and self.server.loop.is_this_thread()))

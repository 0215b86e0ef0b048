"""A connection: waitress's channel on our loop, which can be parked."""

import time
from typing import Any

from waitress.channel import HTTPChannel

from repoweb.serving.lot import Ticket
from repoweb.serving.parser import StrictParser
from repoweb.serving.task import FailedTask, Task
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
            self._receiving_since = time.time()
        return result

    def is_dripping(self, now: float, head_seconds: float, body_seconds: float) -> bool:
        """Whether a request has been coming in for too long (Unix seconds)."""
        request = self.request
        if request is None:
            return False
        limit = body_seconds if request.headers_finished else head_seconds
        return now - self._receiving_since > limit

    def answer(self, data: bytes, *, close: bool) -> None:
        """Send the answer of the parked request; what does not fit goes on later."""
        self.last_activity = time.time()
        with self.outbuf_lock:
            sent = 0 if self.total_outbufs_len else self._send_now(data)
            if not self.connected:
                return
            if sent < len(data):
                self.outbufs[-1].append(data[sent:])
                self.total_outbufs_len += len(data) - sent
                self.current_outbuf_count += len(data) - sent
        self._end_request(close=close)
        self.server.loop.touch(self)

    def _send_now(self, data: bytes) -> int:
        try:
            return int(self.send(data))
        except OSError:  # of one client; the others must still be answered
            self.handle_close()
            return 0

    def handle_close(self) -> None:
        """Close, and leave the lot."""
        ticket = self.parked
        super().handle_close()
        if ticket is not None:
            self.server.lot.leave(ticket)

    def del_channel(self, map: Any = None) -> None:  # noqa: A002, ANN401
        """Let the listener know that there is room for another connection."""
        super().del_channel(map)
        self.server.loop.touch(self.server)

    def _end_request(self, *, close: bool) -> None:
        """Take the answered request from the queue, as the end of `service` does."""
        with self.requests_lock:
            ended = self.requests if close else self.requests[:1]
            for request in ended:
                request.close()
            del self.requests[: len(ended)]
            if close:
                self.close_when_flushed = True
            elif self.requests:
                self.server.add_task(self)

    # -- task threads ----------------------------------------------------

    def service(self) -> None:
        """Run one request; one that parks itself leaves without an answer."""
        try:
            super().service()
        except Parked as parked:
            ticket = Ticket(self, parked.task, parked.waiter)
            self.server.loop.call_soon(lambda: self.server.lot.park(ticket))
        finally:
            self.server.loop.touch(self)

    def write_soon(self, data: Any) -> int:  # noqa: ANN401 - bytes or a file
        """Write, and have the loop send what did not fit."""
        written = int(super().write_soon(data))
        if self.total_outbufs_len:
            self.server.loop.touch(self)
        return written

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait for a slow reader, after telling the loop that there is much to send."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            self.server.loop.touch(self)
        super()._flush_outbufs_below_high_watermark()

"""One loop that drives waitress's sockets, on epoll where there is one.

waitress asks every socket on every turn whether it is readable or writable.
Here a socket is asked again only after something happened to it: an event, a
write of a task, the end of a request. Thousands that wait cost nothing.
"""

import logging
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from waitress import wasyncore

from repoweb.serving.poller import GONE, HANG_UP, IN, OUT, Poller, best_poller
from repoweb.serving.timers import Timers

log = logging.getLogger(__name__)


class SocketMap(dict[int, Any]):
    """waitress's map of sockets, which tells the loop what comes and goes."""

    def __init__(self, loop: "Loop") -> None:
        super().__init__()
        self._loop = loop

    def __setitem__(self, fd: int, dispatcher: Any) -> None:  # noqa: ANN401
        self._loop.watch(fd, dispatcher)  # first: what cannot be watched is not kept
        super().__setitem__(fd, dispatcher)

    def __delitem__(self, fd: int) -> None:
        super().__delitem__(fd)
        self._loop.unwatch(fd)


class Loop:
    """The loop. Its methods are sorted by the threads that may call them."""

    def __init__(self, poller: Poller | None = None) -> None:
        self.map = SocketMap(self)
        self.timers = Timers()
        self._poller = poller or best_poller()
        self._interest: dict[int, int] = {}
        self._touched: deque[Any] = deque()
        self._soon: deque[Callable[[], None]] = deque()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._poller.register(self._wake_read.fileno(), IN)
        self._awake = False
        self._running = False
        self._thread: int | None = None

    # -- any thread ------------------------------------------------------

    def touch(self, dispatcher: Any) -> None:  # noqa: ANN401
        """Ask a socket again what it waits for."""
        self._touched.append(dispatcher)
        self.wake()

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call something in the loop's thread."""
        self._soon.append(callback)
        self.wake()

    def wake(self) -> None:
        """End the loop's sleep; many calls at once cost one write.

        Threads may call it after `close`. It writes to a socket and not to the
        number of a pipe, which might be that of the repository's file by then.
        """
        if not self._awake:
            self._awake = True
            with suppress(OSError):  # closed
                self._wake_write.send(b"x")

    def is_this_thread(self) -> bool:
        """Whether the caller is the loop's thread."""
        return threading.get_ident() == self._thread

    # -- the loop's thread -----------------------------------------------

    def run(self) -> None:
        """Serve until `stop` is called. What fails is logged, and the loop goes on."""
        self._thread = threading.get_ident()
        self._running = True
        while self._running:
            try:
                self.turn()
            except Exception:  # one bad turn must not end the server
                log.exception("a turn of the loop failed")

    def stop(self) -> None:
        """End `run` after this turn."""
        self._running = False

    def turn(self) -> None:
        """Wait for events and handle them, once."""
        self._renew_interest()
        timeout = 0 if self._soon else self.timers.seconds_to_next()
        for fd, flags in self._poller.poll(timeout):
            if fd == self._wake_read.fileno():
                self._drain_wakes()
            else:
                self._handle(fd, flags)
        self.timers.run_due()
        for _ in range(len(self._soon)):
            self._soon.popleft()()

    def watch(self, fd: int, dispatcher: Any) -> None:  # noqa: ANN401
        """Begin to watch a socket of the map."""
        self._poller.register(fd, 0)
        self._interest[fd] = 0
        self._touched.append(dispatcher)

    def unwatch(self, fd: int) -> None:
        """Stop watching a socket that is about to be closed."""
        self._poller.unregister(fd)
        del self._interest[fd]

    def close(self) -> None:
        """Give the loop's own descriptors back; its sockets are closed already."""
        self._poller.close()
        self._wake_read.close()
        self._wake_write.close()

    def _drain_wakes(self) -> None:
        # First empty the socket, then clear the flag, then take what is queued:
        # any other order loses a wake-up that comes in between.
        self._wake_read.recv(4096)
        self._awake = False

    def _handle(self, fd: int, flags: int) -> None:
        dispatcher = self.map.get(fd)
        if dispatcher is None:
            return
        self._touched.append(dispatcher)
        if flags & GONE:
            dispatcher.handle_close()
            return
        if flags & IN:
            wasyncore.read(dispatcher)
        if flags & OUT and self.map.get(fd) is dispatcher:
            wasyncore.write(dispatcher)

    def _renew_interest(self) -> None:
        for _ in range(len(self._touched)):
            dispatcher = self._touched.popleft()
            fd = dispatcher._fileno  # noqa: SLF001 - waitress's name for it
            if fd is None or self.map.get(fd) is not dispatcher:
                continue
            interest = _interest_of(dispatcher)
            if interest != self._interest[fd]:
                self._poller.modify(fd, interest)
                self._interest[fd] = interest


def _interest_of(dispatcher: Any) -> int:  # noqa: ANN401
    if getattr(dispatcher, "parked", None) is not None:
        interest = HANG_UP  # never input: what comes waits for its turn
    else:
        interest = IN if dispatcher.readable() else 0
    if dispatcher.writable() and not dispatcher.accepting:
        interest |= OUT
    return interest

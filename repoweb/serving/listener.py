"""A listening socket: accepts in batches, survives a lack of descriptors."""

import errno
import socket
import time
from typing import Any

from waitress.server import TcpWSGIServer, UnixWSGIServer

from repoweb.serving.channel import Channel
from repoweb.serving.loop import Loop
from repoweb.serving.lot import Lot

_BATCH = 64
_PAUSE_SECONDS = 0.5
_NO_DESCRIPTOR = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class _Listener:
    """What a TCP and a Unix listener share; mixed into waitress's servers."""

    channel_class = Channel
    loop: Loop
    lot: Lot
    siblings: "list[TcpListener | UnixListener]"
    """All listeners of the server, this one too; they share one limit."""
    head_seconds: float
    body_seconds: float
    """How long the head and the body of a request may take to come in."""
    idle_seconds: float
    """How long a connection is kept on which nothing happens."""

    _paused = False

    # What waitress's servers have, which have no types.
    accept: Any
    accepting: bool
    active_channels: dict[int, Channel]
    adj: Any
    fix_addr: Any
    logger: Any
    set_socket_options: Any
    _map: Any

    def readable(self) -> bool:
        """Whether to accept; unlike waitress's, without other work on the side."""
        full = len(self._map) >= self.adj.connection_limit
        return self.accepting and not full and not self._paused

    def pull_trigger(self) -> None:
        """Wake the loop. Task threads call it."""
        self.loop.wake()

    def handle_accept(self) -> None:
        """Accept what there is, at most a batch, as long as there is room."""
        for _ in range(_BATCH):
            if not (self.readable() and self._accept_one()):
                return

    def handle_error(self) -> None:
        """Log what failed; waitress would stop listening."""
        self.logger.exception("accepting failed")  # noqa: LOG004 - called by a handler

    def announce_room(self) -> None:
        """Have all listeners asked whether they accept again."""
        for listener in self.siblings:
            self.loop.touch(listener)

    def _accept_one(self) -> bool:
        try:
            accepted = self.accept()
        except OSError as error:
            if error.errno in _NO_DESCRIPTOR:
                self._pause()
            return False
        if accepted is None:
            return False
        self._add_channel(*accepted)
        return True

    def _add_channel(self, connection: socket.socket, address: Any) -> None:  # noqa: ANN401
        address = self.fix_addr(address)
        try:
            self.set_socket_options(connection)
            self.channel_class(self, connection, address, self.adj, map=self._map)
        except OSError:  # it has gone already, or epoll can watch no more
            connection.close()

    def _pause(self) -> None:
        """Without a free descriptor, accepting again at once would only spin."""
        self._paused = True
        self.logger.warning("no free file descriptor; accepting again in 0.5 s")
        self.loop.timers.later(_PAUSE_SECONDS, self._resume)

    def _resume(self) -> None:
        self._paused = False
        self.loop.touch(self)

    def maintain(self) -> None:
        """Close connections that idle, and requests that drip in."""
        cutoff = time.time() - self.idle_seconds
        for channel in list(self.active_channels.values()):
            idle = not channel.requests and channel.last_activity < cutoff
            if idle or channel.is_dripping(self.head_seconds, self.body_seconds):
                channel.will_close = True
                self.loop.touch(channel)


class TcpListener(_Listener, TcpWSGIServer):  # type: ignore[misc]
    """Listens on an address and port."""


class UnixListener(_Listener, UnixWSGIServer):  # type: ignore[misc]
    """Listens on a Unix socket."""


def listener_class(sock: socket.socket) -> type[TcpListener | UnixListener]:
    """Choose the class for a socket that is bound already."""
    return UnixListener if sock.family == socket.AF_UNIX else TcpListener

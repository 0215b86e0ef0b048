"""The server: listeners, task threads, the lot, and an orderly end."""

import resource
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments

from repoweb.serving.channel import Channel
from repoweb.serving.crew import Crew
from repoweb.serving.listener import TcpListener, UnixListener, listener_class
from repoweb.serving.loop import Loop
from repoweb.serving.lot import Lot
from repoweb.serving.poller import Poller, best_poller
from repoweb.serving.scgi import ScgiChannel
from repoweb.serving.sockets import SocketPath

WsgiApplication = Callable[..., Iterable[bytes]]

DRAIN_SECONDS = 1.5
"""How long running requests may take after the server was told to end."""

_MAINTENANCE_SECONDS = 10
_DRAIN_CHECK_SECONDS = 0.02
_FRESH_SECONDS = 0.2
"""How long the request of a new connection may be on its way, at the end."""

_SWITCH_SECONDS = 0.001  # so that a busy page delays the loop by 1 ms, not by 5
_SPARE_FOR_CONNECTIONS = 200
_SPARE_FOR_PARKED = 500
_MOST_CONNECTIONS = 15_000
_MOST_DESCRIPTORS = 1_048_576  # where there is no limit
_KEEPALIVE_OPTIONS = [
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
]
if hasattr(socket, "TCP_USER_TIMEOUT"):  # only Linux can give up so soon
    _KEEPALIVE_OPTIONS.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000))


@dataclass(frozen=True)
class Options:
    """How to serve.

    Args:
        threads: how many requests run at once; waiting ones need none.
        prefix: the path under which the site lies, such as "/code", or "".
        trusted_proxy: the address whose X-Forwarded-… headers are believed.
        shares_sockets: whether another program goes on listening on the sockets.
        most_body: bytes of the largest request body.
        head_seconds: how long the head of a request may take to come in.
        body_seconds: how long the body may, counted from the head's first byte.
        idle_seconds: how long a connection is kept on which nothing happens.
        poller: makes what the loop asks for events.
    """

    threads: int = 8
    prefix: str = ""
    trusted_proxy: str | None = None
    shares_sockets: bool = False
    most_body: int = 100 * 1024 * 1024
    head_seconds: float = 20
    body_seconds: float = 300
    idle_seconds: float = 60
    poller: Callable[[], Poller] = best_poller


class Server:
    """Serves a WSGI application on sockets that are bound already.

    Args:
        sockets: where browsers and proxies connect, which speak HTTP.
        scgi: where web servers connect that speak SCGI.
    """

    def __init__(
        self,
        application: WsgiApplication,
        sockets: list[socket.socket],
        options: Options,
        scgi: Sequence[socket.socket] = (),
    ) -> None:
        descriptors = _raise_descriptor_limit()
        sys.setswitchinterval(_SWITCH_SECONDS)
        self.loop = Loop(options.poller())
        self.lot = Lot(self.loop, max(1, descriptors - _SPARE_FOR_PARKED))
        self._tasks = Crew()
        self._tasks.set_thread_count(options.threads)
        self._options = options
        self._shares_sockets = options.shares_sockets
        self._adjustments = _adjust(options, descriptors)
        self._listeners: list[TcpListener | UnixListener] = []
        for sock in sockets:
            self._listeners.append(self._listen(application, sock, Channel))
        for sock in scgi:
            self._listeners.append(self._listen(application, sock, ScgiChannel))
        self._paths = [
            SocketPath(sock)
            for sock in (*sockets, *scgi)
            if sock.family == socket.AF_UNIX
        ]

    def run(self) -> None:
        """Serve until `stop`; then give everything back."""
        self._maintain()
        try:
            self.loop.run()
        finally:
            self._close()

    def stop(
        self, patience: float = DRAIN_SECONDS, *, is_succeeded: bool = False
    ) -> None:
        """Answer all that wait, end what runs, and return from `run` soon.

        Any thread may call it, and a signal handler.

        Args:
            patience: seconds that running requests may take.
            is_succeeded: whether another server goes on with the sockets.
        """
        self._shares_sockets = self._shares_sockets or is_succeeded
        self.loop.call_soon(lambda: self._drain(patience))

    def _listen(
        self,
        application: WsgiApplication,
        sock: socket.socket,
        channel_class: type[Channel],
    ) -> TcpListener | UnixListener:
        info = (sock.family, sock.type, sock.proto, sock.getsockname())
        listener = listener_class(sock)(
            application,
            self.loop.map,
            _sock=sock,
            dispatcher=self._tasks,
            adj=self._adjustments,
            sockinfo=info,
            bind_socket=False,
        )
        listener.loop, listener.lot = self.loop, self.lot
        listener.siblings = self._listeners
        listener.channel_class = channel_class
        listener.head_seconds = self._options.head_seconds
        listener.body_seconds = self._options.body_seconds
        listener.idle_seconds = self._options.idle_seconds
        return listener

    def _maintain(self) -> None:
        self.loop.timers.later(self._maintenance_seconds(), self._maintain)
        for listener in self._listeners:
            listener.maintain()

    def _maintenance_seconds(self) -> float:
        options = self._options
        limits = (options.head_seconds, options.body_seconds, options.idle_seconds)
        return min(_MAINTENANCE_SECONDS, *(limit / 2 for limit in limits))

    def _drain(self, patience: float) -> None:
        if self.lot.draining:
            return
        self.lot.drain()
        self._accept_the_rest()
        self._stop_listening()
        self._stop_when_idle(time.monotonic() + patience)

    def _accept_the_rest(self) -> None:
        """Take those who have connected already; closing would cut them off."""
        self.leave_path()
        if not self._shares_sockets:
            for listener in self._listeners:
                listener.accept_all()

    def leave_path(self) -> None:
        """Remove the files of our sockets: nobody new comes, who came is served."""
        while self._paths and not self._shares_sockets:
            self._paths.pop().remove()

    def _stop_listening(self) -> None:
        # A path is removed before its socket closes: what lies there afterwards
        # belongs to the next server.
        self.leave_path()
        for listener in self._listeners:
            wasyncore.dispatcher.close(listener)

    def _stop_when_idle(self, deadline: float) -> None:
        busy = any(map(_is_busy, self._channels()))
        if busy and time.monotonic() < deadline:
            self.loop.timers.later(
                _DRAIN_CHECK_SECONDS, lambda: self._stop_when_idle(deadline)
            )
        else:
            self.loop.stop()

    def _channels(self) -> Iterator[Channel]:
        for listener in self._listeners:
            yield from list(listener.active_channels.values())

    def _close(self) -> None:
        self._stop_listening()
        for channel in self._channels():
            channel.handle_close()  # before the threads: some wait for slow readers
        self._tasks.shutdown(timeout=0.2)
        for listener in self._listeners:
            listener.trigger.close()
        self.loop.close()


def _is_busy(channel: Channel) -> bool:
    """Whether there is something to be answered, or is about to be."""
    if channel.requests or channel.total_outbufs_len or channel.request is not None:
        return True
    begun: float = channel.creation_time
    return channel.last_activity == begun and time.time() - begun < _FRESH_SECONDS


def _adjust(options: Options, descriptors: int) -> Adjustments:
    proxy: dict[str, Any] = {}
    if options.trusted_proxy:
        proxy["trusted_proxy"] = options.trusted_proxy
        proxy["trusted_proxy_headers"] = (
            "x-forwarded-for x-forwarded-proto x-forwarded-host"
        )
    adjustments = Adjustments(
        threads=options.threads,
        url_prefix=options.prefix,
        connection_limit=max(
            16, min(descriptors - _SPARE_FOR_CONNECTIONS, _MOST_CONNECTIONS)
        ),
        backlog=4096,
        max_request_header_size=32 * 1024,
        max_request_body_size=options.most_body + 1,  # the first size refused
        clear_untrusted_proxy_headers=True,
        ident=None,
        **proxy,
    )
    adjustments.socket_options = _KEEPALIVE_OPTIONS
    return adjustments


def _raise_descriptor_limit() -> int:
    """Allow as many open files as this user may have; each waiter needs one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted

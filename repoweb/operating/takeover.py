"""A new server in place of a running one, on the same sockets, with nobody cut off.

SIGHUP starts the program anew, from what is installed by then; or somebody starts it a
second time for the same file and address. The new server gets the listening sockets;
when it serves, the old one answers all that wait and ends.
"""

import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from repoweb.operating import offering
from repoweb.operating.listening import Sockets
from repoweb.operating.ready import tell_systemd
from repoweb.serving.server import Server

log = logging.getLogger(__name__)

HANDOVER = "REPOWEB_HANDOVER"
"""Variable that tells a new server its sockets: "http:7,scgi:8,shared:,ready:9"."""

DRAIN_SECONDS = 300
"""How long the old server goes on with requests that have begun."""

_READY = b"1"


class Handover:
    """What a server got from the one before it: the sockets, and whom to tell.

    Args:
        offer: where the server after this one asks for them.
    """

    def __init__(
        self, sockets: Sockets, offer: socket.socket | None, ready: int
    ) -> None:
        self.sockets = sockets
        self.offer = offer
        self._ready = ready

    @classmethod
    def take(cls, environ: MutableMapping[str, str]) -> "Handover | None":
        """Take what a former server has handed over, if this is its successor."""
        text = environ.pop(HANDOVER, "")
        if not text:
            return None
        words = [part.partition(":")[::2] for part in text.split(",")]
        numbers = [(name, int(number)) for name, number in words if number]
        ready = dict(numbers)["ready"]
        return cls._of(numbers, ready, are_shared=("shared", "") in words)

    @classmethod
    def ask(cls, site: Path, kind: str, place: str) -> "Handover | None":
        """Ask the server of a file at a place for its sockets, if there is one."""
        connection = offering.ask(site, kind, place)
        if connection is None:
            return None
        numbers = offering.receive(connection)
        ready = connection.detach()
        if not numbers:
            os.close(ready)
            return None
        return cls._of(numbers, ready)

    @classmethod
    def _of(
        cls, numbers: list[tuple[str, int]], ready: int, *, are_shared: bool = False
    ) -> "Handover":
        sockets = Sockets(
            http=[_socket(number) for name, number in numbers if name == "http"],
            scgi=[_socket(number) for name, number in numbers if name == "scgi"],
            are_shared=are_shared,
        )
        offers = [_socket(number) for name, number in numbers if name == offering.OFFER]
        return cls(sockets, offers[0] if offers else None, ready)

    def tell(self) -> None:
        """Tell the former server that this one serves."""
        os.write(self._ready, _READY)
        os.close(self._ready)


class Takeover:
    """Has a successor when it is wanted, and ends the server when that one serves.

    Args:
        offer: where a server asks that somebody has started; None if none may.
    """

    def __init__(
        self, server: Server, sockets: Sockets, offer: socket.socket | None
    ) -> None:
        self._server = server
        self._sockets = sockets
        self._offer = offer
        self._called, self._call = os.pipe()
        os.set_blocking(self._call, False)
        signal.signal(signal.SIGHUP, self._wake)
        threading.Thread(target=self._wait, name="takeover", daemon=True).start()

    def _wake(self, _number: int, _frame: object) -> None:
        with suppress(BlockingIOError):  # it is called often enough
            os.write(self._call, b"\0")

    def _wait(self) -> None:
        """Wait for a signal or another server, until one has succeeded."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._called, selectors.EVENT_READ, self._start)
            if self._offer:
                give = partial(self._give, self._offer)
                selector.register(self._offer, selectors.EVENT_READ, give)
            while not any(key.data() for key, _ in selector.select()):
                pass

    # -- a successor that this server starts -------------------------------

    def _start(self) -> bool:
        os.read(self._called, 1 << 10)
        heard, told = os.pipe()
        with open(heard, "rb") as ready:  # noqa: PTH123 - of a descriptor
            try:
                successor = self._start_program(told)
            finally:
                os.close(told)
            serves = ready.read(1) == _READY
        if not serves:
            log.error("the new server did not start, with status %s", successor.wait())
            return False
        tell_systemd(os.environ, f"MAINPID={successor.pid}")
        self._end(successor.pid)
        return True

    def _start_program(self, told: int) -> "subprocess.Popen[bytes]":
        pairs = self._pairs()
        words = [f"{name}:{sock.fileno()}" for name, sock in pairs]
        words += ["shared:"] if self._sockets.are_shared else []
        handover = ",".join([*words, f"ready:{told}"])
        return subprocess.Popen(  # noqa: S603 - what was started before
            [sys.executable, "-m", "repoweb", *sys.argv[1:]],
            env={**os.environ, HANDOVER: handover},
            pass_fds=[told, *(sock.fileno() for _, sock in pairs)],
        )

    # -- a successor that somebody has started -----------------------------

    def _give(self, offer: socket.socket) -> bool:
        try:
            connection, _ = offer.accept()
        except OSError:  # it has gone again
            return False
        with connection:
            if not offering.is_ours(connection):
                return False
            try:
                offering.give(connection, self._pairs())
                serves = connection.recv(1) == _READY
            except OSError:
                serves = False
            if not serves:
                log.error("another server asked for the sockets, and did not start")
                return False
            self._end(offering.process_of(connection))
        return True

    # -- both --------------------------------------------------------------

    def _pairs(self) -> list[tuple[str, socket.socket]]:
        pairs = [("http", sock) for sock in self._sockets.http]
        pairs += [("scgi", sock) for sock in self._sockets.scgi]
        return pairs + ([(offering.OFFER, self._offer)] if self._offer else [])

    def _end(self, pid: int) -> None:
        log.warning("process %d has taken over", pid)
        self._server.stop(patience=DRAIN_SECONDS, is_succeeded=True)


def _socket(number: int) -> socket.socket:
    """Take a socket as it is: to set it blocking would stop the old server."""
    sock = socket.socket(fileno=number)
    sock.set_inheritable(False)
    return sock

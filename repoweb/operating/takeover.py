"""A new server in place of a running one, on the same sockets, with nobody cut off.

SIGHUP starts the program anew, from what is installed by then. The new server gets
the listening sockets; when it serves, the old one answers all that wait and ends.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import MutableMapping

from repoweb.operating.listening import Sockets
from repoweb.operating.ready import tell_systemd
from repoweb.serving.server import Server

log = logging.getLogger(__name__)

HANDOVER = "REPOWEB_HANDOVER"
"""Variable that tells a new server its sockets: "http:7,scgi:8,shared:,ready:9"."""

DRAIN_SECONDS = 300
"""How long the old server goes on with requests that have begun."""


class Handover:
    """What a server got from the one before it: the sockets, and whom to tell."""

    def __init__(self, sockets: Sockets, ready: int) -> None:
        self.sockets = sockets
        self._ready = ready

    @classmethod
    def take(cls, environ: MutableMapping[str, str]) -> "Handover | None":
        """Take what a former server has handed over, if this is its successor."""
        text = environ.pop(HANDOVER, "")
        if not text:
            return None
        pairs = [part.partition(":")[::2] for part in text.split(",")]
        sockets = Sockets(
            http=[_socket(number) for kind, number in pairs if kind == "http"],
            scgi=[_socket(number) for kind, number in pairs if kind == "scgi"],
            are_shared=("shared", "") in pairs,
        )
        return cls(sockets, int(dict(pairs)["ready"]))

    def tell(self) -> None:
        """Tell the former server that this one serves."""
        os.write(self._ready, b"1")
        os.close(self._ready)


class Takeover:
    """Starts a successor at SIGHUP, and ends the server when that one serves."""

    def __init__(self, server: Server, sockets: Sockets) -> None:
        self._server = server
        self._sockets = sockets
        self._thread: threading.Thread | None = None
        signal.signal(signal.SIGHUP, self._begin)

    def _begin(self, _number: int, _frame: object) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(
            target=self._hand_over, name="takeover", daemon=True
        )
        self._thread.start()

    def _hand_over(self) -> None:
        heard, told = os.pipe()
        with open(heard, "rb") as ready:  # noqa: PTH123 - of a descriptor
            try:
                successor = self._start(told)
            finally:
                os.close(told)
            serves = ready.read(1) == b"1"
        if not serves:
            log.error("the new server did not start, with status %s", successor.wait())
            return
        log.warning("process %d has taken over", successor.pid)
        tell_systemd(os.environ, f"MAINPID={successor.pid}")
        self._server.stop(patience=DRAIN_SECONDS, is_succeeded=True)

    def _start(self, told: int) -> "subprocess.Popen[bytes]":
        sockets = self._sockets
        pairs = [f"http:{sock.fileno()}" for sock in sockets.http]
        pairs += [f"scgi:{sock.fileno()}" for sock in sockets.scgi]
        pairs += ["shared:"] if sockets.are_shared else []
        handover = ",".join([*pairs, f"ready:{told}"])
        return subprocess.Popen(  # noqa: S603 - what was started before
            [sys.executable, "-m", "repoweb", *sys.argv[1:]],
            env={**os.environ, HANDOVER: handover},
            pass_fds=[told, *(sock.fileno() for sock in sockets.all())],
        )


def _socket(number: str) -> socket.socket:
    """Take a socket as it is: to set it blocking would stop the old server."""
    sock = socket.socket(fileno=int(number))
    sock.set_inheritable(False)
    return sock

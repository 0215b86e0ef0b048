"""Where the next server of the same user and file can have a running one's sockets.

The place is a name in Linux's abstract namespace: it lies in no folder and goes with
the program. Anybody may take such a name, or connect there, so each side looks who
the other one is.
"""

import hashlib
import os
import socket
import struct
from pathlib import Path

from repoweb.operating.listening import Sockets

MOST_SOCKETS = 64
WAIT_SECONDS = 10
"""How long the next server waits for the sockets."""

OFFER = "offer"
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


def offer(site: Path, sockets: Sockets) -> socket.socket | None:
    """Listen for the next server; returns None where that cannot be.

    Sockets that another program holds, such as systemd, are not ours to give.
    """
    if sockets.are_shared or not _is_possible():
        return None
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(_name(site, sockets.kind(), sockets.place()))
        listening.listen()
    except OSError:  # another server of this file has that place
        listening.close()
        return None
    return listening


def ask(site: Path, kind: str, place: str) -> socket.socket | None:
    """Connect to a server that serves this file there, if it is our own user's."""
    if not _is_possible():
        return None
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(WAIT_SECONDS)
    try:
        connection.connect(_name(site, kind, place))
    except OSError:
        connection.close()
        return None
    if not is_ours(connection):
        connection.close()
        return None
    return connection


def give(connection: socket.socket, pairs: list[tuple[str, socket.socket]]) -> None:
    """Send sockets, each with its name."""
    names = ",".join(name for name, _ in pairs)
    numbers = [sock.fileno() for _, sock in pairs]
    socket.send_fds(connection, [names.encode()], numbers)


def receive(connection: socket.socket) -> list[tuple[str, int]]:
    """Receive what `give` has sent: names and descriptors; nothing if it gave up."""
    try:
        names, numbers, *_ = socket.recv_fds(connection, 1 << 12, MOST_SOCKETS)
    except OSError:
        return []
    return list(zip(names.decode().split(","), numbers, strict=False))


def is_ours(connection: socket.socket) -> bool:
    """Whether a program of our own user is at the other end."""
    return _look(connection)[1] == os.geteuid()


def process_of(connection: socket.socket) -> int:
    """Return the process at the other end."""
    return _look(connection)[0]


def _look(connection: socket.socket) -> tuple[int, int]:
    data = connection.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size
    )
    pid, uid, _ = _CREDENTIALS.unpack(data)
    return pid, uid


def _is_possible() -> bool:
    return hasattr(socket, "SO_PEERCRED")


def _name(site: Path, kind: str, place: str) -> str:
    """Name a server by who serves what and where."""
    words = "\n".join([str(os.geteuid()), str(site.resolve()), kind, place])
    return "\0repoweb/" + hashlib.sha256(words.encode()).hexdigest()

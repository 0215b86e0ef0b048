"""Telling whoever started a server that it serves: systemd, a door, another server."""

import os
import socket
from collections.abc import MutableMapping

SYSTEMD = "NOTIFY_SOCKET"
_READY_FD = 4
"""Where a program of ours that has bound the socket waits for one byte."""


def tell_systemd(environ: MutableMapping[str, str], message: str) -> None:
    """Send a message of sd_notify(3), such as "READY=1", if systemd wants it."""
    address = environ.get(SYSTEMD, "")
    if not address:
        return
    if address.startswith("@"):  # a name that is no file
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.sendto(message.encode(), address)


def tell_starter() -> None:
    """Write the byte that a door or a former server waits for."""
    os.write(_READY_FD, b"1")
    os.close(_READY_FD)

"""On which sockets to serve: given by systemd, or bound here."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from repoweb.serving.sockets import (
    addresses_of,
    bind_tcp,
    bind_unix,
    refuse_strangers,
)

PORT = click.IntRange(0, 65535)

_FIRST_INHERITED = 3
_SCGI_NAMES = ("scgi",)


@dataclass(frozen=True)
class Sockets:
    """What is listened on, by what is spoken there.

    Args:
        are_shared: whether another program holds them too, such as systemd.
    """

    http: list[socket.socket] = field(default_factory=list)
    scgi: list[socket.socket] = field(default_factory=list)
    are_shared: bool = False

    def all(self) -> list[socket.socket]:
        """Return all of them."""
        return [*self.http, *self.scgi]

    def are_unix(self) -> bool:
        """Whether only programs of this machine can connect, through files."""
        return all(sock.family == socket.AF_UNIX for sock in self.all())

    def kind(self) -> str:
        """Say what is spoken on the first of them."""
        return kind_of(scgi=not self.http)

    def place(self) -> str:
        """Say where they listen; the same as `place_of` what was asked for."""
        return "\n".join(_place(sock.family, sock.getsockname()) for sock in self.all())

    def addresses(self, prefix: str) -> str:
        """Say where the site is to be found."""
        return ", ".join(
            [url_of(sock, prefix) for sock in self.http]
            + [f"scgi {_name(sock)}" for sock in self.scgi]
        )


def bind(host: str, port: int, path: Path | None) -> list[socket.socket]:
    """Bind a Unix socket if there is a path, else a port.

    Raises:
        CannotListen: says why.
    """
    return [bind_unix(path)] if path else bind_tcp(host, port)


def kind_of(*, scgi: bool) -> str:
    """Name what is spoken."""
    return "scgi" if scgi else "http"


def place_of(host: str, port: int, path: Path | None) -> str:
    """Say where `bind` would listen.

    Raises:
        CannotListen: the host is unknown.
    """
    if path:
        return _place(socket.AF_UNIX, str(path))
    return "\n".join(_place(*each) for each in addresses_of(host, port))


def inherited(environ: Mapping[str, str], pid: int, *, scgi: bool) -> Sockets | None:
    """Take the sockets that systemd has bound (sd_listen_fds), or return None.

    Those with FileDescriptorName=scgi speak SCGI; with `scgi` all do.
    """
    if environ.get("LISTEN_PID") != str(pid):
        return None
    count = int(environ.get("LISTEN_FDS", "0"))
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    found = Sockets(are_shared=True)
    for number in range(count):
        sock = socket.socket(fileno=_FIRST_INHERITED + number)
        sock.set_inheritable(False)
        name = names[number] if number < len(names) else ""
        speaks_scgi = scgi or name in _SCGI_NAMES
        (found.scgi if speaks_scgi else found.http).append(sock)
    return found if count else None


def check_scgi(sockets: Sockets, *, allow_remote: bool) -> None:
    """Refuse SCGI where strangers can connect, unless that is allowed.

    Raises:
        CannotListen: says so; the sockets are closed.
    """
    if not allow_remote:
        refuse_strangers(sockets.scgi)


def _place(family: int, address: Any) -> str:  # noqa: ANN401 - by family
    if family == socket.AF_UNIX:
        path = Path(address)
        return str(path.parent.resolve() / path.name)
    return f"{address[0]} {address[1]}"


def url_of(sock: socket.socket, prefix: str) -> str:
    """Return the address of a site; of a Unix socket its path."""
    if sock.family == socket.AF_UNIX:
        return str(sock.getsockname())
    return f"http://{_name(sock)}{prefix}/"


def _name(sock: socket.socket) -> str:
    if sock.family == socket.AF_UNIX:
        return str(sock.getsockname())
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}"

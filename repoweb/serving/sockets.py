"""Binding the sockets to listen on, with one clear line for what goes wrong."""

import errno
import ipaddress
import os
import socket
import stat
from pathlib import Path
from typing import Any

from repoweb.errors import RepowebError

_REASONS = {
    errno.EADDRINUSE: "is in use by another program",
    errno.EACCES: "needs more permissions than this user has",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
}
UNIX_MODE = 0o660


class CannotListen(RepowebError):
    """An address cannot be listened on; says which and why."""


class InUse(CannotListen):
    """Another program listens there."""


def bind_tcp(host: str, port: int) -> list[socket.socket]:
    """Bind a port on all addresses that a host name stands for; port 0 is any.

    Raises:
        CannotListen: the port is in use, not allowed, or the host is unknown.
    """
    addresses = addresses_of(host, port)
    if port == 0:
        addresses = addresses[:1]  # the others would get other ports
    bound: list[socket.socket] = []
    try:
        for family, address in addresses:
            bound.append(_bind(family, address))
    except OSError as error:
        for sock in bound:
            sock.close()
        where = f"{host} port {port}"
        raise _cannot_listen(where, error) from error
    return bound


def addresses_of(host: str, port: int) -> list[tuple[int, Any]]:
    """Find what a host name stands for: families, and addresses in their forms.

    Raises:
        CannotListen: the host is unknown.
    """
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        message = f"cannot listen on {host}: {error.strerror}"
        raise CannotListen(message) from error
    return list(dict.fromkeys((family, address) for family, *_, address in found))


def bind_unix(path: Path) -> socket.socket:
    """Bind a Unix socket for its user and group, in place of one that nobody serves.

    Raises:
        CannotListen: a server listens there, or something else lies there.
    """
    try:
        _remove_dead_socket(path)
        before = os.umask(0o777 & ~UNIX_MODE)
        try:
            return _bind(socket.AF_UNIX, str(path))
        finally:
            os.umask(before)
    except OSError as error:
        raise _cannot_listen(str(path), error) from error


class SocketPath:
    """The file of a Unix socket, as long as it is this socket's."""

    def __init__(self, sock: socket.socket) -> None:
        self._path = Path(sock.getsockname())
        self._identity = self._look()

    def remove(self) -> None:
        """Remove it, unless another server has put its own socket there."""
        if self._identity is not None and self._look() == self._identity:
            self._path.unlink(missing_ok=True)

    def _look(self) -> tuple[int, int] | None:
        try:
            state = self._path.lstat()
        except OSError:
            return None
        return state.st_dev, state.st_ino


def refuse_strangers(sockets: list[socket.socket]) -> None:
    """Allow no address that other machines can reach.

    Raises:
        CannotListen: names the address; all sockets are closed.
    """
    for sock in sockets:
        if sock.family == socket.AF_UNIX:
            continue
        host = sock.getsockname()[0]
        if not ipaddress.ip_address(host).is_loopback:
            for each in sockets:
                each.close()
            message = (
                f"cannot listen on {host}: whoever reaches an SCGI server may say who"
                " he is; listen on the loopback or on a Unix socket, or allow it with"
                " --allow-remote-scgi"
            )
            raise CannotListen(message)


def _bind(family: int, address: Any) -> socket.socket:  # noqa: ANN401 - by family
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
        sock.listen()  # or another program might, which has bound it as well
    except BaseException:
        sock.close()
        raise
    return sock


def _remove_dead_socket(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        message = f"cannot listen on {path}: something else lies there"
        raise CannotListen(message)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
        except BlockingIOError:
            pass  # somebody listens, and has much to do
    raise OSError(errno.EADDRINUSE, "in use")


def _cannot_listen(where: str, error: OSError) -> CannotListen:
    reason = _REASONS.get(error.errno or 0, f"failed: {error.strerror}")
    kind = InUse if error.errno == errno.EADDRINUSE else CannotListen
    return kind(f"cannot listen on {where}: it {reason}")

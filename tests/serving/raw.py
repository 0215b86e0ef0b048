"""A client of raw bytes: what a test sends and gets is what is on the wire."""

import contextlib
import select
import socket
import struct
import time
from pathlib import Path
from typing import NamedTuple

DEADLINE = 15.0


def until(condition, what="the condition"):
    """Wait for a condition; returns its true value."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.002)
    message = f"waited {DEADLINE} s for {what}"
    raise AssertionError(message)


class Answer(NamedTuple):
    """One answer; names of headers are in lower case."""

    status: int
    headers: dict
    body: bytes
    head: bytes


class Client:
    """One connection."""

    def __init__(self, address, receive_buffer=None):
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        self.socket = socket.socket(family)
        self.socket.settimeout(DEADLINE)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._unread = b""
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, path, *headers, method="GET", version="1.1"):
        self.send(request(path, *headers, method=method, version=version))

    def get(self, path, *headers, version="1.1"):
        self.ask(path, *headers, version=version)
        return self.answer()

    def answer(self, *, of_head=False):
        """Read one whole answer, and not a byte more."""
        raw = self._until(b"\r\n\r\n")
        first, *lines = raw.decode("latin-1").strip().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (s.partition(": ") for s in lines)
        }
        body = b"" if of_head else self._body(headers)
        return Answer(int(first.split()[1]), headers, body, raw)

    def read(self, size):
        """Read so many bytes, and leave them to be read again."""
        while len(self._unread) < size:
            self._receive()

    def rest(self):
        """Read to the end of the connection."""
        with contextlib.suppress(ConnectionResetError):
            while data := self.socket.recv(1 << 20):
                self._unread += data
        rest, self._unread = self._unread, b""
        return rest

    def has_input(self):
        return bool(self._unread or select.select([self.socket], [], [], 0)[0])

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()

    def reset(self):
        """Leave with a RST in place of a FIN."""
        linger = struct.pack("ii", 1, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()

    def _body(self, headers):
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]))
        if headers.get("transfer-encoding") == "chunked":
            return b"".join(iter(self.chunk, b""))
        return self.rest()

    def chunk(self):
        """Read one piece of an answer that goes on; the last one is empty."""
        size = int(self._until(b"\r\n"), 16)
        return self._exactly(size + 2)[:-2]

    def _until(self, mark):
        while mark not in self._unread:
            self._receive()
        end = self._unread.index(mark) + len(mark)
        return self._exactly(end)

    def _exactly(self, size):
        pieces, missing = [self._unread], size - len(self._unread)
        while missing > 0:
            pieces.append(self._receive_one())
            missing -= len(pieces[-1])
        data = b"".join(pieces)
        self._unread = data[size:]
        return data[:size]

    def _receive(self):
        self._unread += self._receive_one()

    def _receive_one(self):
        data = self.socket.recv(1 << 16)
        if not data:
            message = f"the server closed after {self._unread!r}"
            raise ConnectionError(message)
        return data


def request(path, *headers, method="GET", version="1.1"):
    """The bytes of a request without a body."""
    lines = [f"{method} {path} HTTP/{version}", "Host: test", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def tcp_socket():
    """A socket for a server, on a free port."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


def files_now():
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())

"""The real server with the real application, and visitors that can wait."""

import http.client
import json
import socket
import sys
import threading
import time
from typing import NamedTuple
from urllib.parse import urlencode

from repoweb.serving.server import Options, Server

DEADLINE = 10.0


def until(condition, what="the condition"):
    """Wait for a condition; returns its true value."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.001)
    message = f"waited {DEADLINE} s for {what}"
    raise AssertionError(message)


class Live:
    """The application on a port of its own, served by a thread."""

    def __init__(self, app):
        self._switch_interval = sys.getswitchinterval()
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        self.port = sock.getsockname()[1]
        self.server = Server(app, [sock], Options(threads=4))
        self.lot = self.server.lot
        self._thread = threading.Thread(target=self.server.run, name="loop")
        self._thread.start()
        self._visitors = []

    def visitor(self, login=None):
        visitor = Visitor(self.port)
        self._visitors.append(visitor)
        if login:
            visitor.login(login)
        return visitor

    def close(self):
        for visitor in self._visitors:
            visitor.close()
        self.server.stop()
        self._thread.join(DEADLINE)
        sys.setswitchinterval(self._switch_interval)
        assert not self._thread.is_alive()
        assert not len(self.lot)


class Answer:
    """What came back."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def msgs(self):
        return json.loads(self.body)["msgs"]

    @property
    def texts(self):
        return [message["xmsg"] for message in self.msgs]

    @property
    def ids(self):
        return [message["msgid"] for message in self.msgs]


class Waiting:
    """A request on a connection of its own, whose answer is yet to come."""

    def __init__(self, connection):
        self._connection = connection

    def answer(self):
        try:
            return Answer(self._connection.getresponse())
        finally:
            self._connection.close()

    def leave(self):
        self._connection.close()


class Event(NamedTuple):
    """What a stream tells; a comment has only lines."""

    name: str | None
    data: dict | None
    lines: list

    @property
    def texts(self):
        return [message["xmsg"] for message in self.data["msgs"]]

    @property
    def ids(self):
        return [message["msgid"] for message in self.data["msgs"]]


class Listening:
    """A stream, whose events are read one after the other."""

    def __init__(self, connection):
        self._connection = connection
        self._response = connection.getresponse()
        self.status = self._response.status
        self.headers = self._response.headers

    def event(self):
        """Read the next event; None at the end of the stream."""
        lines = []
        while line := self._response.readline().decode():
            if line == "\n":
                return _event(lines)
            lines.append(line.rstrip("\n"))
        assert lines == []
        return None

    def rest(self):
        """What comes instead of events."""
        return self._response.read()

    def leave(self):
        self._response.close()
        self._connection.close()


def _event(lines):
    fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
    data = json.loads(fields["data"]) if "data" in fields else None
    return Event(fields.get("id"), data, lines)


class Visitor:
    """Somebody with a cookie; each request has a connection of its own."""

    def __init__(self, port):
        self._port = port
        self._open = []
        self.cookie = ""

    def login(self, login):
        answer = self.post("/login", u=login, p=f"pw-{login}")
        assert answer.status == 302, answer.body
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def get(self, path, **headers):
        return self.ask(path, **headers).answer()

    def head(self, path):
        return self._begin("HEAD", path, None, {}).answer()

    def post(self, path, **form):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self._port}",
        }
        return self._begin("POST", path, urlencode(form), headers).answer()

    def ask(self, path, **headers):
        """Send a request and do not wait for its answer."""
        return self._begin("GET", path, None, headers)

    def listen(self, path, **headers):
        """Open a stream."""
        connection = self._connect("GET", path, None, headers)
        listening = Listening(connection)
        self._open.append(listening._response)
        return listening

    def close(self):
        for connection in self._open:
            connection.close()

    def _begin(self, method, path, body, headers):
        return Waiting(self._connect(method, path, body, headers))

    def _connect(self, method, path, body, headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=DEADLINE
        )
        self._open.append(connection)
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        connection.request(method, path, body, headers | cookie)
        return connection

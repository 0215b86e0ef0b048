"""A process without free file descriptors: the limit is one of a whole process."""

import os
import socket
import subprocess
import sys

import pytest
from raw import Client, until

SERVER = """
import logging, os, resource, signal, socket, sys, time
logging.basicConfig()
resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
from repoweb.serving.server import Options, Server

hoard = []

def exhaust():
    try:
        while True:
            hoard.append(open(os.devnull))
    except OSError:
        return b"exhausted"

def free():
    while hoard:
        hoard.pop().close()
    return b"free"

pages = {
    "/exhaust": exhaust,
    "/free": free,
    "/cpu": lambda: repr(time.process_time()).encode(),
    "/": lambda: b"hello",
}

def application(environ, start_response):
    start_response("200 OK", [])
    return [pages[environ["PATH_INFO"]]()]

sock = socket.socket(fileno=int(sys.argv[1]))
server = Server(application, [sock], Options(threads=2))
signal.signal(signal.SIGTERM, lambda *_: server.stop())
server.run()
"""
PAUSED = "no free file descriptor"


class Child:
    """A server in a process of its own."""

    def __init__(self, log):
        self.log, self.clients = log, []
        with socket.socket() as sock, log.open("w") as errors:
            sock.bind(("127.0.0.1", 0))
            sock.listen()
            self.address = sock.getsockname()
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVER, str(sock.fileno())],
                pass_fds=[sock.fileno()],
                stderr=errors,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )

    def connect(self):
        self.clients.append(Client(self.address))
        return self.clients[-1]

    def pauses(self):
        return self.log.read_text().count(PAUSED)


@pytest.fixture
def child(tmp_path):
    child = Child(tmp_path / "log")
    yield child
    for client in child.clients:
        client.close()
    child.process.terminate()
    assert child.process.wait(10) == 0


def test_a_server_without_descriptors_pauses_and_recovers(child):
    control = child.connect()
    assert control.get("/exhaust").body == b"exhausted"
    late = [child.connect() for _ in range(5)]
    for client in late:
        client.ask("/")
    until(lambda: child.pauses() >= 1, "the first pause")
    before = float(control.get("/cpu").body)
    until(lambda: child.pauses() >= 3, "the third pause, a second later")

    used = float(control.get("/cpu").body) - before

    assert used < 0.5
    assert child.pauses() < 10
    assert control.get("/free").body == b"free"
    assert [client.answer().body for client in late] == [b"hello"] * 5

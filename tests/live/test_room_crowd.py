"""Thousands of clients that wait in a room cost connections, and no threads."""

import http.client
import json
import re
import resource
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from repoweb.chat.rooms import registry
from repoweb.chat.rooms.room import Rules
from repoweb.repository.repository import Repository

sys.path.insert(0, str(Path(__file__).parent.parent))

from started import Started

BY_NUMBER, BY_PLACE = 4000, 1000
CROWD = BY_NUMBER + BY_PLACE
DEADLINE = 120
_CID = re.compile(rb"\(cid \. (\d+)\)")


@pytest.fixture
def enough_files():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if before[1] < CROWD + 500:
        pytest.skip(f"needs {CROWD + 500} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def server(path, enough_files):
    assert enough_files
    repository = Repository(path)
    with repository.writing() as db:
        registry.make_tables(db)
        registry.create(db, Rules("lobby", "The Lobby", waiting=CROWD), "drh")
    repository.close()
    started = Started("serve", path, "--port", 0, "--quiet")
    yield started
    started.end()
    errors = started.errors()
    started.clear()
    assert errors == ""


class Client:
    """A connection with one request that waits."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)

    def ask(self, path, cookie=""):
        lines = [
            f"GET {path} HTTP/1.1",
            "Host: localhost",
            *([cookie] if cookie else []),
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def answer(self):
        response = http.client.HTTPResponse(self._socket)
        response.begin()
        return response.read()

    def close(self):
        self._socket.close()


def test_five_thousand_wait_without_threads(server):
    port = urlsplit(server.address).port
    threads = count_threads(server.process.pid)
    clients = [Client(port) for _ in range(CROWD)]
    try:
        for number, client in enumerate(clients[:BY_NUMBER]):
            client.ask("/msg/lobby/1", f"Cookie: repoweb-room={number:032x}")
        for client in clients[BY_NUMBER:]:
            client.ask("/chat/lobby/comet?p=0&c=0&s=1")
            cid = int(_CID.search(client.answer())[1])
            client.ask(f"/chat/lobby/comet?p=0&c={cid}&s=1")
        wait_for(lambda: status(server)["num-chatters"] == CROWD)

        assert count_threads(server.process.pid) <= threads + 2  # the hub's, the loop's

        body = "nick=ann&text=hello"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        url = server.address.rstrip("/") + "/chat/lobby/post"
        sent = server.get(url=url, method="POST", headers=kind, body=body)
        assert sent.text == "((pos . 1))"
        texts = {client.answer() for client in clients[:BY_NUMBER]}
        packets = [client.answer() for client in clients[BY_NUMBER:]]
    finally:
        for client in clients:
            client.close()

    assert texts == {b"hello"}
    assert all(b'"hello"' in packet for packet in packets)
    assert len({_CID.search(packet)[1] for packet in packets}) == BY_PLACE


def status(server):
    return json.loads(server.get("/chat/lobby/var/status.js").text)


def count_threads(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"Threads:\s+(\d+)", text)[1])


def wait_for(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)

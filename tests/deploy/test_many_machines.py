"""Nchan: two nginx with one Redis hold the listeners, and any of them may fail."""

import json
import os
import selectors
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from repoweb.chat.publishing import BadAddress, channel_of
from repoweb.operating.options import SiteOptions
from repoweb.operating.site import CannotPublish, open_site

from .fronts import (
    DEADLINE,
    NGINX_MODULES,
    Nginx,
    documented,
    free_port,
    listens,
    until,
)
from .guest import Patient

LISTENERS = int(os.environ.get("REPOWEB_TEST_LISTENERS", "1000"))
PATIENCE = 3 * DEADLINE + LISTENERS / 50
MODULE = "ngx_nchan_module.so"
SECTION = "More than one machine"
ALICE = "2jor"
"""The channel of alice and bob: what the capabilities that they have may see."""


class Redis:
    def __init__(self, folder):
        if shutil.which("redis-server") is None:
            pytest.skip("needs redis-server")
        self.port, self._folder, self._process = free_port(), folder, None
        self.start()

    def start(self):
        options = ["--port", str(self.port), "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", *options], stdout=subprocess.DEVNULL
        )
        until(lambda: listens(self.port), "Redis")

    def kill(self):
        self._process.kill()
        self._process.wait()


class NginxWithNchan(Nginx):
    """Has a master and a worker, without which Nchan does not work."""

    modules = (MODULE,)

    def __init__(self, folder, redis, repoweb, publisher=None):
        if not (NGINX_MODULES / MODULE).exists():
            pytest.skip("needs libnginx-mod-nchan")
        self.publisher = publisher or free_port()
        self.http = documented(
            SECTION,
            "nginx-http",
            **{"6379": redis.port, "127.0.0.1:8081": f"127.0.0.1:{self.publisher}"},
        )
        place = {"/run/repoweb/http.sock": repoweb}
        site = documented("nginx, HTTP", "nginx", **place)
        super().__init__(folder, site + documented(SECTION, "nginx", **place))

    def whole(self, site):
        return super().whole(site).replace("master_process off", "worker_processes 1")

    def kill(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [self.process.pid, *map(int, children.read_text().split())]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        until(lambda: not listens(self.port), "its end")


@pytest.fixture
def redis(tmp_path):
    redis = Redis(tmp_path)
    yield redis
    redis.kill()


class House:
    """repoweb, Redis, and two nginx."""

    def __init__(self, start, redis, front, tmp_path):
        self.redis = redis
        self._start = start
        self.socket = tmp_path / "repoweb.sock"
        make = NginxWithNchan
        self.one = front(make(tmp_path / "one", redis, self.socket))
        self.two = front(make(tmp_path / "two", redis, self.socket))
        self.repoweb = None
        self.start_repoweb()

    def start_repoweb(self):
        self.repoweb = self._start(
            *("--unix-socket", self.socket, "--prefix", "/code", "--quiet"),
            *("--publish", f"http://127.0.0.1:{self.one.publisher}/publish"),
        )


@pytest.fixture
def house(start, redis, front, tmp_path):
    return House(start, redis, front, tmp_path)


class Listeners:
    """Event streams of one user, which behave as the page has to.

    Who is cut off comes back, to the other nginx if need be; who sees a gap asks
    /chat-poll. Those who ask for the same at the same time share the answer, as the
    test has one process for all. `heard` has what each of them showed, in order.
    """

    def __init__(self, house, guest, count):
        self._guest = guest
        self._cookie = "; ".join(f"{n}={v}" for n, v in guest.cookies.items())
        self._fronts = [house.one, house.two]
        self._selector = selectors.DefaultSelector()
        self.heard = [[] for _ in range(count)]
        self._cursors = [0] * count
        self._buffers = {}
        self._answers = {}
        for number in range(count):
            self._connect(number, number)

    def _connect(self, number, attempt):
        front = self._fronts[attempt % 2]
        sock = socket.socket()
        if front.process is None or sock.connect_ex(("127.0.0.1", front.port)):
            sock.close()
            self._connect(number, attempt + 1)
            return
        sock.sendall(
            f"GET /code/chat-subscribe/{ALICE} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Accept: text/event-stream\r\nCookie: {self._cookie}\r\n\r\n".encode()
        )
        self._buffers[number] = b""
        self._selector.register(sock, selectors.EVENT_READ, number)

    def until_all(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, what
            self._answers.clear()
            for key, _ in self._selector.select(0.05):
                self._read(key.fileobj, key.data)

    def until_heard(self, texts):
        self.until_all(
            lambda: all(heard[-1:] == texts[-1:] for heard in self.heard),
            lambda: [len(heard) for heard in self.heard],
        )
        assert [h for h in self.heard if h != texts] == []

    def until_listening(self):
        self.until_all(lambda: self._listening() == len(self.heard), "all to listen")

    def _listening(self):
        return sum(b"200 OK" in buffer for buffer in self._buffers.values())

    def _read(self, sock, number):
        try:
            data = sock.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            self._selector.unregister(sock)
            sock.close()
            self._connect(number, number + 1)
            return
        self._buffers[number] += data
        if b"200 OK" in data:
            self._catch_up(number)
        *events, rest = self._buffers[number].split(b"\n\n")
        head = b"200 OK" if b"200 OK" in self._buffers[number] else b""
        self._buffers[number] = head + rest.replace(b"200 OK", b"")
        for event in events:
            self._take(number, event)

    def _take(self, number, event):
        lines = [line for line in event.split(b"\n") if line.startswith(b"data: ")]
        text = b"\n".join(line.removeprefix(b"data: ") for line in lines)
        if not text:
            return
        body = json.loads(text)
        if body["prev"] > self._cursors[number]:
            self._catch_up(number)
        self._show(number, body["msgs"])

    def _catch_up(self, number):
        cursor = self._cursors[number]
        if cursor not in self._answers:
            self._answers[cursor] = self._guest.poll(cursor, wait=0)
        self._show(number, self._answers[cursor])

    def _show(self, number, messages):
        for message in messages:
            if message["msgid"] > self._cursors[number]:
                self._cursors[number] = message["msgid"]
                self.heard[number].append(message["msgid"])

    def close(self):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()


@pytest.fixture
def listen(house):
    opened = []

    def begin(count):
        bob = Patient(house.two.url + "/code")
        assert bob.log_in("bob", "pw-bob")
        opened.append(Listeners(house, bob, count))
        opened[-1].until_listening()
        return opened[-1]

    yield begin
    for listeners in opened:
        listeners.close()
        listeners._guest.close()


def test_nobody_misses_or_repeats_a_message_whatever_fails(house, listen, visit):
    listeners, said = listen(LISTENERS), []
    alice = visit(house.two.url + "/code", "alice")

    def say(count):
        for _ in range(count):
            alice.send("x")
            said.append(len(said) + 1)

    say(3)
    listeners.until_heard(said)

    house.redis.kill()
    say(2)
    house.redis.start()
    say(2)
    listeners.until_heard(said)

    house.repoweb.end()
    house.start_repoweb()
    say(2)
    listeners.until_heard(said)

    house.one.kill()
    say(1)
    house.one.start()
    say(2)
    listeners.until_heard(said)


def subscribe(front, channel, guest=None):
    """Ask to listen to a channel; returns the status."""
    pairs = guest.cookies.items() if guest else ()
    cookie = "; ".join(f"{n}={v}" for n, v in pairs)
    with socket.create_connection(("127.0.0.1", front.port), DEADLINE) as sock:
        sock.sendall(
            f"GET /code/chat-subscribe/{channel} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Accept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        return int(sock.recv(1000).split()[1])


def test_only_who_may_chat_may_listen_and_to_his_channel_only(house, visit):
    url = house.one.url + "/code"

    assert subscribe(house.one, ALICE, visit(url, "alice")) == 200
    assert subscribe(house.one, "jor", visit(url, "alice")) == 403
    assert subscribe(house.one, ALICE, visit(url, "carol")) == 403
    assert subscribe(house.one, ALICE) == 403


def test_who_may_no_longer_listen_is_cut_off(house, visit, listen, path):
    alice = visit(house.two.url + "/code", "alice")
    drh = visit(house.two.url + "/code", "drh")
    listeners = listen(1)
    alice.send("before")
    listeners.until_heard([1])

    from_repository(path, "UPDATE user SET cap='o' WHERE login='bob'")

    (key,) = listeners._selector.get_map().values()
    key.fileobj.settimeout(DEADLINE)
    while key.fileobj.recv(1 << 16):
        pass
    drh.send("after")
    assert subscribe(house.one, ALICE, listeners._guest) == 403


def from_repository(path, statement):
    db = sqlite3.connect(path, timeout=DEADLINE, isolation_level=None)
    db.execute(statement)
    db.close()


def test_the_page_knows_where_to_subscribe(house, visit):
    alice = visit(house.one.url + "/code", "alice")

    assert f'"streams": ["/code/chat-subscribe/{ALICE}", ' in alice.get("chat").text


def test_without_it_the_page_polls(nobody, alice):
    assert '"streams": ["/chat-stream"]' in alice.get("/chat").text
    assert nobody.get("/chat-subscribe-auth").status_code != 204


def test_a_channel_is_named_by_what_it_may_tell():
    assert channel_of(frozenset("Cojr2s")) == "2jor"
    assert channel_of(frozenset("C")) == "none"


def test_a_folder_cannot_be_published(tmp_path):
    options = SiteOptions(poll_seconds=5, publish="http://127.0.0.1:9/publish")

    with pytest.raises(CannotPublish):
        open_site(tmp_path, options)


@pytest.mark.parametrize("url", ["nonsense", "https://x/", "http://", "ftp://x"])
def test_what_is_no_address_is_refused(path, url):
    with pytest.raises(BadAddress):
        open_site(path, SiteOptions(poll_seconds=5, publish=url))

"""Polls that hang for long, and a thousand of them, through web servers."""

import http.client
import json
import selectors
import socket
import threading
import time

import pytest

from repoweb.accounts import cookie, store
from repoweb.repository.repository import Repository

from .fronts import DEADLINE, until
from .ways import PREFIX, WAYS

LONG = 100
WAITERS, PER_USER = 1000, 10


@pytest.fixture
def cookies(path):
    """Users enough that a thousand polls may wait, each with his cookie."""
    repository = Repository(path)
    with repository.writing() as db:
        name, code = cookie.cookie_name(db), store.project_code(db)[:16]
        for number in range(WAITERS // PER_USER):
            db.execute(
                "INSERT INTO user(login, pw, cap, info, cookie, cexpire)"
                " VALUES(?, 'x', 'C', '', ?, julianday('now')+1)",
                (f"user{number}", f"secret{number}"),
            )
    repository.close()
    return [f"{name}=secret{n}%2F{code}%2Fuser{n}" for n in range(WAITERS // PER_USER)]


def test_a_poll_hangs_for_100_seconds_behind_each_web_server(open_site, visit):
    polls = []
    for name in WAYS:
        site = open_site(name, "--poll-seconds", str(LONG))
        bob = visit(site.url, "bob")
        bob.patience = LONG + DEADLINE
        polls.append(Hanging(name, site, bob))

    ended = {poll.name: poll.outcome() for poll in polls}

    assert ended == dict.fromkeys(WAYS, (200, [], True))


class Hanging:
    """A poll that nothing ends but its time."""

    def __init__(self, name, site, guest):
        self.name = name
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", site.front.port, timeout=LONG + DEADLINE
        )
        pairs = "; ".join(f"{n}={v}" for n, v in guest.cookies.items())
        self._connection.request(
            "GET", f"{PREFIX}/chat-poll", headers={"Cookie": pairs}
        )
        self._begun = time.monotonic()
        self._answer = None
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self):
        response = self._connection.getresponse()
        messages = json.loads(response.read())["msgs"]
        took = time.monotonic() - self._begun
        self._answer = (response.status, messages, took >= LONG)

    def outcome(self):
        self._thread.join(LONG + DEADLINE)
        self._connection.close()
        return self._answer


@pytest.mark.parametrize("name", ["nginx-scgi", "nginx-http"])
def test_a_thousand_who_wait_behind_nginx_all_get_the_message(
    name, open_site, visit, cookies
):
    site = open_site(name, "--quiet")
    alice = visit(site.url, "alice")
    alice.send("before")
    (before,) = alice.poll()
    crowd = Crowd(site, before["msgid"], cookies)
    until(lambda: site.repoweb.connections() == WAITERS, "all to wait")

    alice.send("to everybody")

    assert crowd.answers() == WAITERS
    crowd.close()


class Crowd:
    """Connections that have all sent a poll."""

    def __init__(self, site, cursor, cookies):
        self._sockets = []
        for number in range(WAITERS):
            sock = socket.create_connection(("127.0.0.1", site.front.port))
            sock.sendall(
                f"GET {PREFIX}/chat-poll?name={cursor} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Cookie: {cookies[number // PER_USER]}\r\n\r\n".encode()
            )
            self._sockets.append(sock)

    def answers(self):
        """Count those who get the message."""
        found = 0
        with selectors.DefaultSelector() as selector:
            for sock in self._sockets:
                selector.register(sock, selectors.EVENT_READ, bytearray())
            while selector.get_map():
                events = selector.select(DEADLINE)
                assert events, f"{found} of {WAITERS} answered"
                for key, _ in events:
                    data = key.fileobj.recv(1 << 16)
                    key.data.extend(data)
                    if b"to everybody" in key.data or not data:
                        selector.unregister(key.fileobj)
                        found += b"to everybody" in key.data
        return found

    def close(self):
        for sock in self._sockets:
            sock.close()

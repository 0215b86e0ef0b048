"""Two servers on one file behind nginx, which know nothing of each other."""

import threading

import pytest

from .fronts import DEADLINE, Nginx, documented


class NginxWithUpstream(Nginx):
    def __init__(self, folder, upstream, site):
        self.http = upstream
        super().__init__(folder, site)


@pytest.fixture
def servers(start, tmp_path):
    """Two programs; `address` is what each listens on."""
    sockets = [tmp_path / f"{number}.sock" for number in (1, 2)]
    for sock in sockets:
        start("--unix-socket", sock, "--prefix", "/code")
    return sockets


@pytest.fixture
def url(servers, front, tmp_path):
    upstream = documented(
        "More than one process",
        "nginx",
        **{
            "/run/repoweb/1.sock": servers[0],
            "/run/repoweb/2.sock": servers[1],
        },
    )
    socket = "http://unix:/run/repoweb/http.sock"
    site = documented("nginx, HTTP", "nginx", **{socket: "http://repoweb"})
    return front(NginxWithUpstream(tmp_path / "nginx", upstream, site)).url + "/code"


def test_who_waits_at_one_gets_what_is_said_at_the_other(start, visit):
    one, two = start("--port", "0"), start("--port", "0")
    alice = visit(one.address.rstrip("/"), "alice")
    bob = visit(two.address.rstrip("/"), "bob")
    alice.send("first")
    (first,) = bob.poll()
    found = []

    thread = threading.Thread(target=lambda: found.extend(bob.poll(first["msgid"])))
    thread.start()
    alice.send("second")
    thread.join(DEADLINE)

    assert [message["xmsg"] for message in found] == ["second"]


def test_a_login_counts_at_both(url, visit):
    alice = visit(url, "alice")

    assert [alice.get("chat").status for _ in range(6)] == [200] * 6


def test_many_who_wait_at_both_get_each_message_once(url, visit):
    alice = visit(url, "alice")
    alice.send("first")
    (first,) = alice.poll()
    guests = [visit(url, "bob") for _ in range(8)]
    heard = [[] for _ in guests]

    def listen(guest, texts):
        cursor = first["msgid"]
        while len(texts) < 20:
            messages = guest.poll(cursor)
            texts += [message["xmsg"] for message in messages]
            cursor = messages[-1]["msgid"] if messages else cursor

    threads = [
        threading.Thread(target=listen, args=pair)
        for pair in zip(guests, heard, strict=True)
    ]
    for thread in threads:
        thread.start()
    said = [f"message {number}" for number in range(20)]
    for text in said:
        alice.send(text)
    for thread in threads:
        thread.join(DEADLINE)

    assert heard == [said] * len(guests)

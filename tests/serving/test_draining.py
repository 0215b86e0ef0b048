"""The orderly end of a server."""

import socket
import threading
import time

import pytest
from house import NOTHING, Guest
from raw import DEADLINE, Client, tcp_socket, until
from raw import request as raw_request

from repoweb.serving import server
from repoweb.serving.server import Options, Server
from repoweb.serving.sockets import bind_unix


class Slow:
    """A page that answers when the test says so."""

    def __init__(self, house):
        self.house = house
        self.entered, self.go = threading.Event(), threading.Event()
        house.pages["/slow"] = self

    def __call__(self, environ, start_response):
        self.entered.set()
        assert self.go.wait(DEADLINE)
        return self.house.hello(environ, start_response)


@pytest.fixture
def slow(house):
    page = Slow(house)
    yield page
    page.go.set()


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Give running requests more time, for the machine may be busy."""
    monkeypatch.setattr(server, "DRAIN_SECONDS", DEADLINE)


@pytest.fixture
def brief(monkeypatch):
    """Give running requests less time, to save the test's."""
    monkeypatch.setattr(server, "DRAIN_SECONDS", 0.3)


def start_to_stop(running):
    running.server.stop()
    until(lambda: running.lot.draining)


def test_all_who_wait_are_answered_and_sent_away(running, house):
    clients = [running.connect() for _ in range(200)]
    for client in clients:
        client.ask("/wait")
    house.wait_for(200)
    before = time.monotonic()

    running.stop()

    assert time.monotonic() - before < 2
    for client in clients:
        answer = client.answer()
        assert (answer.status, answer.body) == (200, NOTHING)
        assert answer.headers["connection"] == "close"
        assert client.rest() == b""


def test_who_has_an_answer_already_gets_that_one(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    with running.busy_loop():
        running.server.stop()
        guest.answer(b"news")

    assert client.answer().body == b"news"


def test_an_http_1_0_client_is_not_told_to_keep_a_connection_that_ends(
    running, client, house
):
    client.ask("/wait", "Connection: keep-alive", version="1.0")
    house.wait_for(1)

    running.stop()

    answer = client.answer()
    assert answer.head.lower().count(b"connection:") == 1
    assert answer.headers["connection"] == "close"


def test_one_who_wanted_to_close_is_told_so_once(running, client, house):
    client.ask("/wait", "Connection: close")
    house.wait_for(1)

    running.stop()

    assert client.answer().head.lower().count(b"connection:") == 1


def test_one_who_still_reads_gets_the_whole_answer(running, house):
    client = running.connect(receive_buffer=4096)
    client.ask("/wait")
    house.wait_for(1).answer(b"x" * 8_000_000)
    until(lambda: running.channels()[0].total_outbufs_len)
    start_to_stop(running)

    assert len(client.answer().body) == 8_000_000


def test_a_running_request_is_finished(running, client, slow):
    client.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    start_to_stop(running)

    slow.go.set()

    assert client.answer().body == b"hello"
    running.thread.join(DEADLINE)
    assert not running.thread.is_alive()


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_request_while_draining_is_answered_and_ends_its_connection(
    running, client, slow, version
):
    busy = running.connect()
    busy.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    client.get("/")
    start_to_stop(running)

    answer = client.get("/", "Connection: keep-alive", version=version)

    assert answer.body == b"hello"
    assert answer.head.lower().count(b"connection:") == 1
    assert answer.headers["connection"] == "close"
    slow.go.set()
    assert busy.answer().body == b"hello"


def test_who_wants_to_wait_while_draining_is_answered_at_once(
    running, client, house, slow
):
    busy = running.connect()
    busy.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    client.get("/")
    start_to_stop(running)

    answer = client.get("/wait")

    assert (answer.body, answer.headers["connection"]) == (NOTHING, "close")
    assert house.guests[0].ends == ["expired"]


def test_one_who_parks_just_as_the_server_begins_to_drain_is_answered(
    running, client, house, slow
):
    house.pages["/slow"] = lambda environ, start_response: (
        slow.entered.set(),
        slow.go.wait(DEADLINE),
        house.wait(environ, start_response),
    )[-1]
    client.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    with running.busy_loop():
        running.server.stop()
        slow.go.set()

    answer = client.answer()

    assert (answer.body, answer.headers["connection"]) == (NOTHING, "close")


def test_new_connections_are_refused_while_draining(running, client, slow):
    client.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    start_to_stop(running)

    until(lambda: is_refused(running))


def is_refused(running):
    """Whether nobody can connect; the sockets are closed soon after the order."""
    try:
        running.connect().close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.usefixtures("brief")
def test_a_request_that_never_ends_does_not_hold_the_server(running, client, slow):
    client.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    before = time.monotonic()

    running.stop()

    assert server.DRAIN_SECONDS <= time.monotonic() - before < DEADLINE
    assert client.rest() == b""


@pytest.mark.usefixtures("brief")
def test_one_who_does_not_read_does_not_hold_the_server(running, house):
    client = running.connect(receive_buffer=4096)
    client.ask("/wait")
    house.wait_for(1).answer(b"x" * 8_000_000)
    until(lambda: running.channels()[0].total_outbufs_len)

    running.stop()

    assert len(client.rest()) < 8_000_000


@pytest.mark.usefixtures("brief")
def test_a_thread_that_writes_to_one_who_does_not_read_ends_with_the_server(
    running, house
):
    def endless(_environ, start_response):
        start_response("200 OK", [])
        while True:
            yield b"x" * 1_000_000

    house.pages["/endless"] = endless
    client = running.connect(receive_buffer=4096)
    client.ask("/endless")
    until(
        lambda: running.channels() and running.channels()[0].total_outbufs_len > 2**24
    )

    running.stop()  # and the fixture sees that no thread is left


def test_a_pipelined_request_behind_a_parked_one_gives_way(running, client, house):
    client.send(raw_request("/wait") + raw_request("/"))
    house.wait_for(1)

    running.stop()

    assert client.answer().body == NOTHING
    assert client.rest() == b""


def test_stopping_twice_is_stopping_once(running, client, house):
    client.ask("/wait")
    house.wait_for(1)
    running.server.stop()
    running.server.stop()

    running.stop()

    assert client.answer().body == NOTHING


def test_stopping_before_running_ends_at_once(house):
    sock = tcp_socket()
    stopped = Server(house, [sock], Options(threads=1))
    stopped.stop()

    stopped.run()

    assert sock.fileno() == -1


def test_who_comes_late_does_not_write_into_files_opened_since(
    running, client, house, tmp_path
):
    """The numbers of the server's descriptors may belong to a repository by then."""
    client.ask("/wait")
    guest = house.wait_for(1)
    running.stop()
    files = [(tmp_path / str(number)).open("wb") for number in range(40)]

    running.server.stop()
    guest.answer(b"late")
    for _ in range(3):
        running.loop._awake = False
        running.loop.wake()

    for file in files:
        file.close()
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size] == []


def test_a_waiting_request_is_answered_where_the_loop_was_asleep(
    running, client, house
):
    house.guest_class = type("Patient", (Guest,), {"seconds": 3600})
    client.ask("/wait")
    house.wait_for(1)

    running.stop()

    assert client.answer().body == NOTHING


def test_the_path_of_a_unix_socket_is_free_while_the_server_drains(
    serve, slow, tmp_path
):
    path = tmp_path / "socket"
    old = serve(sockets=[bind_unix(path)])
    busy = old.connect()
    busy.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    start_to_stop(old)
    new = serve(sockets=[bind_unix(path)])

    slow.go.set()
    old.thread.join(DEADLINE)

    assert path.is_socket()
    assert new.get("/").body == b"hello"
    new.stop()
    assert not path.exists()


def test_the_address_is_free_while_the_server_drains(running, client, slow):
    client.ask("/slow")
    assert slow.entered.wait(DEADLINE)
    start_to_stop(running)
    until(lambda: is_refused(running))

    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(running.addresses[0])
        again.listen()
        newcomer = Client(running.addresses[0])
        newcomer.close()

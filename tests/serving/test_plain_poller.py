"""Without epoll the loop runs on `select.poll`; it is the same from the wire."""

import socket
import time

import pytest
from house import NOTHING, Guest
from raw import files_now, until
from raw import request as raw_request

from repoweb.serving.poller import HANG_UP, IN, OUT, PlainPoller


@pytest.fixture
def running(serve):
    return serve(poller=PlainPoller)


@pytest.fixture
def pair():
    """Two connected sockets."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def poller(pair):
    """A poller that watches the first socket of the pair."""
    poller = PlainPoller()
    poller.register(pair[0].fileno(), 0)
    yield poller
    poller.close()


def test_it_serves_one_request_after_the_other(client):
    for _ in range(3):
        assert client.get("/").body == b"hello"


def test_it_parks_and_answers(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    assert len(running.lot) == 1

    guest.answer(b"news")

    assert client.answer().body == b"news"
    assert client.get("/").body == b"hello"


def test_it_keeps_deadlines(client, house):
    house.guest_class = type("Impatient", (Guest,), {"seconds": 0.05})

    assert client.get("/wait").body == NOTHING


def test_it_streams(running, client, house):
    client.ask("/stream")
    guest = house.wait_for(1)
    client.answer(of_head=True)

    guest.answer(b"x" * 8_000_000)
    guest.answer(b"two")

    assert client.chunk() == b"x" * 8_000_000
    assert client.chunk() == b"two"
    assert len(running.lot) == 1


@pytest.mark.parametrize("how", ["close", "reset", "finish_sending"])
def test_it_notices_who_leaves(running, client, house, how):
    client.ask("/wait")
    guest = house.wait_for(1)

    getattr(client, how)()

    until(lambda: guest.ends == ["left"])
    until(lambda: not len(running.lot) and not running.channels())


def test_input_of_a_parked_client_waits_its_turn(running, client, house):
    client.send(raw_request("/wait") + raw_request("/"))
    guest = house.wait_for(1)
    client.send(raw_request("/"))
    running.get("/")
    assert not client.has_input()

    guest.answer(b"first")

    bodies = [client.answer().body for _ in range(3)]
    assert bodies == [b"first", b"hello", b"hello"]


def test_input_of_a_parked_client_does_not_spin_the_loop(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    client.send(raw_request("/"))
    running.get("/")
    turns = []
    turn, running.loop.turn = running.loop.turn, lambda: (turns.append(1), turn())

    for _ in range(20):
        running.get("/")

    assert len(turns) < 2000
    guest.answer(b"news")
    client.answer()
    client.answer()


def test_it_ends_orderly(running, client, house):
    client.ask("/wait")
    house.wait_for(1)

    running.stop()

    assert client.answer().body == NOTHING


class TestThePoller:
    def test_tells_input_and_room(self, poller, pair):
        ours, theirs = pair
        poller.modify(ours.fileno(), IN | OUT)
        theirs.send(b"x")

        assert poller.poll(1) == [(ours.fileno(), IN | OUT)]

    def test_tells_nothing_that_is_not_asked_for(self, poller, pair):
        pair[1].send(b"x")

        assert poller.poll(0) == []

    def test_tells_the_end_of_input_as_a_hang_up(self, poller, pair):
        ours, theirs = pair
        poller.modify(ours.fileno(), HANG_UP)
        theirs.shutdown(socket.SHUT_WR)

        [(fd, flags)] = poller.poll(1)

        assert fd == ours.fileno()
        assert flags & HANG_UP
        assert not flags & IN

    def test_leaves_input_alone_where_a_hang_up_is_waited_for(self, poller, pair):
        ours, theirs = pair
        poller.modify(ours.fileno(), HANG_UP)
        theirs.send(b"x")

        assert poller.poll(0) == []

        assert poller._poll.poll(0) == []  # the system is not asked for it again
        poller.modify(ours.fileno(), IN)
        assert poller.poll(1) == [(ours.fileno(), IN)]
        assert ours.recv(9) == b"x"

    def test_waits_no_longer_than_asked(self, poller):
        begun = time.monotonic()

        assert poller.poll(0.01) == []

        assert time.monotonic() - begun >= 0.01

    def test_forgets_a_descriptor(self, poller, pair):
        ours, theirs = pair
        poller.modify(ours.fileno(), IN)
        theirs.send(b"x")

        poller.unregister(ours.fileno())

        assert poller.poll(0) == []

    def test_looks_at_a_copy_that_it_closes(self, poller, pair):
        before = files_now()
        self.test_leaves_input_alone_where_a_hang_up_is_waited_for(poller, pair)

        assert files_now() == before

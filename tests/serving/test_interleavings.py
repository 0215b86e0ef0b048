"""Parking, answering, expiring and leaving in any order, with restless threads."""

import random
import sys
import threading

import pytest
from house import NOTHING, Guest
from raw import request as raw_request
from raw import until


class Restless(Guest):
    """A guest who waits for a moment only."""

    def __init__(self, house):
        super().__init__(house)
        self.seconds = random.random() / 50


@pytest.fixture
def stormy(serve):
    running = serve(threads=4)
    sys.setswitchinterval(1e-5)  # the fixture sets it back
    return running


def release_until(house, done, seed):
    """Answer whoever waits, some of them twice, until told to end."""
    chance = random.Random(seed)
    while not done.is_set():
        for guest in house.guests[:]:
            if chance.random() < 0.5:
                guest.answer(b"news")
        done.wait(chance.random() / 1000)


@pytest.fixture
def releasing(house):
    """Two threads that answer."""
    done = threading.Event()
    threads = [
        threading.Thread(target=release_until, args=(house, done, seed))
        for seed in range(2)
    ]
    for thread in threads:
        thread.start()
    yield
    done.set()
    for thread in threads:
        thread.join()


def play(running, seed):
    """Let eight clients ask; some leave at any time, the others get their answers."""
    chance = random.Random(seed)
    clients = [running.connect() for _ in range(8)]
    staying = []
    for client in clients:
        pipelined = chance.choice([b"", b"\r\n", raw_request("/")])
        client.send(raw_request("/wait") + pipelined)
        if chance.random() < 0.5:
            staying.append((client, pipelined))
        else:
            chance.choice([client.close, client.reset, client.finish_sending])()
    for client, pipelined in staying:
        assert client.answer().body in (b"news", NOTHING)
        if pipelined.strip():
            assert client.answer().body == b"hello"
        assert client.get("/").body == b"hello"
    for client in clients:
        client.close()


@pytest.mark.usefixtures("releasing")
def test_fifty_games_lose_no_answer_and_forget_nobody(stormy, house, monkeypatch):
    changed_by = set()
    for method in ("watch", "unwatch"):
        original = getattr(stormy.loop, method)
        monkeypatch.setattr(
            stormy.loop,
            method,
            lambda *arguments, original=original: (
                changed_by.add(threading.get_ident()),
                original(*arguments),
            ),
        )
    house.guest_class = Restless

    for seed in range(50):
        play(stormy, seed)
        until(lambda: not len(stormy.lot) and not stormy.channels())
        assert all(len(guest.ends) <= 1 for guest in house.guests)
        house.guests.clear()

    assert changed_by == {stormy.thread.ident}


def test_maintenance_goes_on_while_connections_come_and_go(stormy):
    maintained = []

    def maintain():
        for listener in stormy.server._listeners:
            listener.maintain()
        maintained.append(1)
        stormy.loop.timers.later(0, maintain)

    stormy.loop.call_soon(maintain)
    for _ in range(200):
        assert stormy.get("/").body == b"hello"

    assert len(maintained) > 100


def test_answers_from_many_threads_reach_all(stormy, house):
    clients = [stormy.connect() for _ in range(200)]
    for client in clients:
        client.ask("/wait")
    house.wait_for(200)

    threads = [
        threading.Thread(
            target=lambda part: [guest.answer(b"news") for guest in part],
            args=(house.guests[number::10],),
        )
        for number in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [client.answer().body for client in clients] == [b"news"] * 200

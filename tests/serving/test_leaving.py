"""Clients that go away before, while and after they wait."""

import errno
import gc
import threading
import weakref
from types import SimpleNamespace

import pytest
from house import PARK_KEY, Guest
from raw import DEADLINE, until
from raw import request as raw_request

LEAVE = {
    "closing": lambda client: client.close(),
    "a reset": lambda client: client.reset(),
    "finishing to send": lambda client: client.finish_sending(),
}


@pytest.fixture(params=LEAVE)
def leave(request):
    return LEAVE[request.param]


class Gate:
    """A page that parks only when the test says so."""

    def __init__(self, house):
        self.house = house
        self.entered, self.go = threading.Event(), threading.Event()
        house.pages["/gate"] = self

    def __call__(self, environ, start_response):
        self.entered.set()
        assert self.go.wait(DEADLINE)
        return self.house.wait(environ, start_response)


def test_a_client_that_leaves_while_parked_is_noticed(running, client, house, leave):
    client.ask("/wait")
    guest = house.wait_for(1)

    leave(client)

    until(lambda: guest.ends)
    assert guest.ends == ["left"]
    assert len(running.lot) == 0
    until(lambda: not running.channels())


def test_a_client_that_leaves_with_unread_input_is_noticed(client, house, leave):
    client.ask("/wait")
    guest = house.wait_for(1)
    client.send(raw_request("/") + b"\r\nGET")

    leave(client)

    until(lambda: guest.ends)
    assert guest.ends == ["left"]


def test_leaving_is_noticed_though_the_loop_was_busy_when_the_request_parked(
    running, client, house
):
    gate = Gate(house)
    client.ask("/gate")
    assert gate.entered.wait(DEADLINE)
    with running.busy_loop():
        gate.go.set()
        until(lambda: running.loop._soon, "the wish to park")
        until(lambda: running.loop._touched, "the end of the task")
    guest = house.wait_for(1)

    client.close()

    until(lambda: guest.ends)
    assert guest.ends == ["left"]


def test_one_who_was_reset_before_parking_never_starts_to_wait(running, client, house):
    gate = Gate(house)
    client.ask("/gate")
    assert gate.entered.wait(DEADLINE)
    client.reset()
    until(lambda: not running.channels(), "the server to notice")

    gate.go.set()

    assert running.get("/").body == b"hello"
    until(lambda: not running.loop._soon)
    assert house.guests == []
    assert len(running.lot) == 0


def test_one_who_closed_before_parking_leaves_at_once(client, house):
    gate = Gate(house)
    client.ask("/gate")
    assert gate.entered.wait(DEADLINE)
    client.close()

    gate.go.set()

    until(lambda: house.guests and house.guests[0].ends)
    assert house.guests[0].ends == ["left"]


def test_an_answer_that_crosses_with_leaving_goes_nowhere(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    with running.busy_loop():
        client.reset()
        guest.answer(b"too late")

    until(lambda: len(running.lot) == 0)
    assert guest.ends in ([], ["left"])
    assert running.get("/").body == b"hello"


def test_a_client_that_leaves_during_a_long_answer_costs_nothing(running, house):
    client = running.connect(receive_buffer=4096)
    client.ask("/wait")
    house.wait_for(1).answer(b"x" * 8_000_000)
    until(lambda: running.channels()[0].total_outbufs_len)

    client.reset()

    until(lambda: not running.channels())
    assert house.guests[0].ends == []


def test_the_others_are_answered_when_one_of_a_batch_has_gone(running, house):
    clients = [running.connect() for _ in range(20)]
    for client in clients:
        client.ask("/wait")
    house.wait_for(20)

    with running.busy_loop():
        for client in clients[::2]:
            client.reset()
        for guest in house.guests:
            guest.answer(b"news")

    assert [client.answer().body for client in clients[1::2]] == [b"news"] * 10
    until(lambda: len(running.channels()) == 10)


def test_nothing_is_kept_alive_by_the_answer_of_one_who_left(serve, house):
    running = serve(threads=1)
    client = running.connect()
    client.ask("/wait", "Content-Length: 4", method="POST")
    client.send(b"body")
    guest = house.wait_for(1)
    answer = guest.answer
    channel = weakref.ref(running.channels()[0])
    waiter = weakref.ref(guest)

    client.close()
    until(lambda: house.guests[0].ends)
    house.guests.clear()
    del guest

    running.get("/")  # for the thread remembers its latest channel
    until(lambda: gc.collect() is not None and channel() is None and waiter() is None)
    answer(b"to nobody")


def send_large_body(running, client, path):
    """Ask with a body that waitress puts in a temporary file; returns the file."""
    client.ask(path, "Content-Length: 600000", method="POST")
    client.send(b"x" * 600_000)
    [channel] = until(running.channels)
    [request] = until(lambda: channel.requests)
    return request.get_body_stream()


def test_the_body_of_one_who_leaves_while_parked_is_closed(running, client, house):
    file = send_large_body(running, client, "/wait")
    house.wait_for(1)

    client.close()

    until(lambda: file.closed)


def test_the_body_of_one_who_leaves_before_parking_is_closed(running, client, house):
    gate = Gate(house)
    file = send_large_body(running, client, "/gate")
    assert gate.entered.wait(DEADLINE)
    client.reset()
    until(lambda: not running.channels())

    gate.go.set()

    until(lambda: file.closed)


def test_the_body_of_one_who_leaves_as_he_is_answered_is_closed(running, client, house):
    file = send_large_body(running, client, "/wait")
    guest = house.wait_for(1)

    def answer_one_who_has_gone():
        client.reset()
        guest.answer(b"news")
        running.lot._send_answers()

    running.loop.call_soon(answer_one_who_has_gone)

    until(lambda: file.closed)


def test_an_error_of_the_network_is_one_client_s(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    channel = running.channels()[0]

    def send(_data):
        raise OSError(errno.EHOSTUNREACH, "no route to host")

    sock, channel.socket = channel.socket, SimpleNamespace(send=send, close=list)
    guest.answer(b"news")

    until(lambda: not running.channels())
    sock.close()
    assert running.get("/").body == b"hello"


def test_a_parked_request_keeps_nothing_of_its_task(client, house):
    tasks = []

    def page(environ, start_response):
        environ["test.mark"] = mark = Guest(house)
        tasks.append(weakref.ref(mark))
        return house.wait(environ, start_response)

    house.pages["/mark"] = page
    gc.disable()
    try:
        client.ask("/mark")
        house.wait_for(1)
        until(lambda: tasks[0]() is None, "the environment's end, without a collector")
    finally:
        gc.enable()
    house.guests[0].answer(b"news")
    client.answer()


def test_an_ordinary_request_leaves_no_cycle_behind(client, house):
    marks = []

    def page(environ, start_response):
        environ["test.mark"] = mark = Guest(house)
        marks.append(weakref.ref(mark))
        return house.hello(environ, start_response)

    house.pages["/mark"] = page
    gc.disable()
    try:
        client.get("/mark")
        until(lambda: marks[0]() is None, "the environment's end, without a collector")
    finally:
        gc.enable()


def test_only_the_loop_closes_connections(running, client, house, monkeypatch):
    """waitress's own `service` closes when it cannot send "100 Continue"."""
    closed_by = []
    unwatch = running.loop.unwatch
    monkeypatch.setattr(
        running.loop,
        "unwatch",
        lambda fd: (closed_by.append(threading.current_thread().name), unwatch(fd)),
    )
    gate, served = threading.Event(), threading.Event()

    def page(_environ, start_response):
        served.set()
        assert gate.wait(DEADLINE)
        start_response("200 OK", [])
        return [b"x" * 100_000]

    house.pages["/slow"] = page
    expecting = raw_request(
        "/", "Expect: 100-continue", "Content-Length: 4", method="POST"
    )
    client.send(raw_request("/slow") + expecting)
    assert served.wait(DEADLINE)
    client.close()

    gate.set()

    until(lambda: not running.channels())
    assert closed_by == ["loop"]


def test_nobody_who_has_gone_is_asked_for_a_body(running, client, house):
    """waitress asks in a task thread, when the loop may just have closed."""
    house.pages["/large"] = lambda _, start_response: (
        start_response("200 OK", []),
        [b"x" * 100_000],
    )[1]
    client.get("/large")
    client.ask("/", "Expect: 100-continue", "Content-Length: 4", method="POST")
    assert client.answer(of_head=True).status == 100
    [channel] = running.channels()
    client.close()
    until(lambda: not channel.connected)

    channel.send_continue()

    assert channel.total_outbufs_len == 0


def test_leaving_a_page_that_does_not_wait_harms_nobody(running, house):
    gate, served = threading.Event(), threading.Event()

    def page(environ, start_response):
        served.set()
        assert gate.wait(DEADLINE)
        return house.hello(environ, start_response)

    house.pages["/slow"] = page
    client = running.connect()
    client.ask("/slow")
    assert served.wait(DEADLINE)

    client.reset()
    gate.set()

    until(lambda: not running.channels())
    assert running.get("/").body == b"hello"


def test_the_park_key_may_be_asked_without_waiting(client, house):
    def page(environ, start_response):
        environ[PARK_KEY](Guest(house))
        return house.hello(environ, start_response)

    house.pages["/asked"] = page

    assert client.get("/asked").body == b"hello"
    assert house.guests == []

"""Too much, too slow, too many."""

import threading

import pytest
from raw import DEADLINE, tcp_socket, until
from raw import request as raw_request

from repoweb.serving.sockets import bind_unix


def maintain_often(running, count=3):
    """Have the server look for slow clients so many times."""
    looked = threading.Semaphore(0)
    for _ in range(count):
        running.loop.call_soon(
            lambda: [one.maintain() for one in running.server._listeners]
        )
        running.loop.call_soon(looked.release)
    for _ in range(count):
        assert looked.acquire(timeout=DEADLINE)


# -- size ----------------------------------------------------------------


def test_a_head_that_is_too_large_is_refused(running, client):
    client.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 40_000)

    assert client.answer().status == 431

    assert client.rest() == b""
    assert running.get("/").body == b"hello"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client):
    too_much = 100 * 1024 * 1024 + 1
    client.ask("/", f"Content-Length: {too_much}", method="POST")

    assert client.answer().status == 413

    assert client.rest() == b""


def test_a_client_is_not_invited_to_send_a_body_that_is_too_large(client):
    too_much = 100 * 1024 * 1024 + 1
    client.ask(
        "/", f"Content-Length: {too_much}", "Expect: 100-continue", method="POST"
    )

    assert client.answer().status == 413


def test_the_largest_body_is_accepted(serve):
    client = serve(most_body=1000).connect()
    client.ask("/", "Content-Length: 1000", method="POST")
    client.send(b"x" * 1000)

    assert client.answer().status == 200


def test_one_byte_more_is_refused(serve):
    client = serve(most_body=1000).connect()
    client.ask("/", "Content-Length: 1001", method="POST")

    assert client.answer().status == 413


def test_a_chunked_body_that_grows_too_large_is_refused(serve):
    client = serve(most_body=1000).connect()
    client.ask("/", "Transfer-Encoding: chunked", method="POST")
    client.send(b"3e8\r\n" + b"x" * 1000 + b"\r\n" + b"1\r\nx\r\n")

    assert client.answer().status == 413


@pytest.mark.parametrize("start", [b"1;", b"0\r\nX-Trailer: "])
def test_an_endless_line_in_a_chunked_body_is_refused(client, start):
    client.ask("/", "Transfer-Encoding: chunked", method="POST")
    client.send(start + b"x" * 40_000)

    assert client.answer().status == 400


def test_expecting_to_continue_without_a_body_is_answered(client):
    assert client.get("/", "Expect: 100-continue").body == b"hello"
    assert client.get("/").body == b"hello"


def test_a_body_is_invited_when_it_is_expected(client):
    client.ask("/", "Content-Length: 4", "Expect: 100-continue", method="POST")

    assert client.answer(of_head=True).status == 100

    client.send(b"body")
    assert client.answer().body == b"hello"


# -- time ----------------------------------------------------------------


def test_a_head_that_drips_in_is_cut_off(serve):
    client = serve(head_seconds=0.1).connect()
    client.send(b"GET / HT")

    assert client.rest() == b""


def test_a_head_that_drips_all_the_time_is_cut_off(serve):
    running = serve(head_seconds=0.1)
    client = running.connect()

    def drip():
        try:
            client.send(b"X")
        except OSError:
            return True
        return not running.channels()

    client.send(b"GET / HTTP/1.1\r\n")
    until(drip, "the server to cut it off")


def test_a_body_that_drips_in_is_cut_off(serve):
    client = serve(body_seconds=0.1).connect()
    client.ask("/", "Content-Length: 100", method="POST")
    client.send(b"x")

    assert client.rest() == b""


def test_a_body_has_more_time_than_a_head(serve):
    running = serve(head_seconds=0.01)
    client = running.connect()
    client.ask("/", "Content-Length: 2", method="POST")
    until(running.channels)
    until(lambda: running.channels()[0].request)
    running.channels()[0]._receiving_since -= 10

    maintain_often(running)
    client.send(b"xx")

    assert client.answer().body == b"hello"


def test_an_idle_connection_is_closed(serve):
    client = serve(idle_seconds=0.1).connect()
    client.get("/")

    assert client.rest() == b""


def test_a_connection_that_never_asks_is_closed(serve):
    client = serve(idle_seconds=0.1).connect()

    assert client.rest() == b""


def test_who_waits_longer_than_all_limits_is_not_cut_off(serve, house):
    running = serve(head_seconds=0.02, body_seconds=0.02, idle_seconds=0.02)
    client = running.connect()
    client.ask("/wait")
    guest = house.wait_for(1)
    running.channels()[0].last_activity -= 1000

    maintain_often(running)
    guest.answer(b"news")

    assert client.answer().body == b"news"


def test_half_a_request_behind_a_parked_one_does_not_drip(serve, house):
    running = serve(head_seconds=5)
    client = running.connect()
    half, other_half = raw_request("/")[:20], raw_request("/")[20:]
    client.send(raw_request("/wait") + half)
    guest = house.wait_for(1)
    running.channels()[0]._receiving_since -= 1000

    maintain_often(running)
    guest.answer(b"news")
    assert client.answer().body == b"news"
    maintain_often(running)
    client.send(other_half)

    assert client.answer().body == b"hello"


def test_a_slow_reader_who_has_begun_the_next_request_is_not_cut_off(serve, house):
    running = serve(head_seconds=5)
    client = running.connect(receive_buffer=4096)
    half, other_half = raw_request("/")[:20], raw_request("/")[20:]
    client.send(raw_request("/wait") + half)
    house.wait_for(1).answer(b"x" * 8_000_000)
    until(lambda: running.channels()[0].total_outbufs_len)
    running.channels()[0]._receiving_since -= 1000

    maintain_often(running)

    assert len(client.answer().body) == 8_000_000
    client.send(other_half)
    assert client.answer().body == b"hello"


def test_three_hundred_drips_do_not_keep_others_out(running):
    drips = [running.connect() for _ in range(300)]
    for drip in drips:
        drip.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    until(lambda: len(running.channels()) == 300)

    assert running.get("/").body == b"hello"


def test_twenty_slow_readers_do_not_keep_others_out(serve, house):
    def big(_environ, start_response):
        start_response("200 OK", [])
        return [b"x" * 8_000_000]

    house.pages["/big"] = big
    running = serve(threads=2)
    readers = [running.connect(receive_buffer=4096) for _ in range(20)]
    for reader in readers:
        reader.ask("/big")

    assert running.get("/").body == b"hello"


# -- number --------------------------------------------------------------


@pytest.fixture
def small(serve, tmp_path):
    """A server on a TCP and a Unix socket, with room for four connections."""
    running = serve(sockets=[tcp_socket(), bind_unix(tmp_path / "socket")])
    without = len(running.loop.map)
    running.server._adjustments.connection_limit = without + 4
    return running


def test_a_connection_too_many_waits_until_there_is_room(small):
    clients = [small.connect() for _ in range(4)]
    for client in clients:
        client.get("/")
    late = small.connect()
    late.ask("/")
    assert clients[0].get("/").body == b"hello"
    assert len(small.channels()) == 4
    assert not late.has_input()

    clients[0].close()

    assert late.answer().body == b"hello"


@pytest.mark.parametrize(("full", "waiting"), [(0, 1), (1, 0)])
def test_room_on_one_listener_is_room_on_the_other(small, full, waiting):
    clients = [small.connect(small.addresses[full]) for _ in range(4)]
    for client in clients:
        client.get("/")
    late = small.connect(small.addresses[waiting])
    late.ask("/")
    clients[0].get("/")

    clients[0].close()

    assert late.answer().body == b"hello"


def test_a_rush_does_not_exceed_the_limit(small):
    with small.busy_loop():
        clients = [small.connect() for _ in range(40)]
        for client in clients:
            client.ask("/", "Connection: close")
        most = []
        accept = small.server._listeners[0]._add_channel

        def add_channel(*arguments):
            accept(*arguments)
            most.append(len(small.channels()))

        small.server._listeners[0]._add_channel = add_channel

    assert [client.answer().body for client in clients] == [b"hello"] * 40
    assert max(most) == 4

"""Answers that go on: pieces one after the other, on one parked request."""

import logging
import re
import threading

import pytest
from house import NOTHING, Listener
from raw import request as raw_request
from raw import until

from repoweb.serving import streams

PIECE = b"x" * 30_000


@pytest.fixture
def listen(running, house):
    """Open a stream; returns its client and its listener."""

    def listen(**options):
        count = len(house.guests) + 1
        client = running.connect(receive_buffer=options.pop("receive_buffer", None))
        client.ask("/stream", **options)
        return client, house.wait_for(count)

    return listen


@pytest.fixture
def short_patience(monkeypatch):
    monkeypatch.setattr(streams, "PATIENCE_SECONDS", 0.1)


@pytest.fixture
def quick_pulse(monkeypatch):
    monkeypatch.setattr(streams, "PULSE_SECONDS", 0.05)


def head_of(client):
    return client.answer(of_head=True)


class TestAStream:
    def test_gets_its_head_at_once(self, listen):
        client, _ = listen()

        head = head_of(client)

        assert head.status == 200
        assert head.headers["transfer-encoding"] == "chunked"
        assert "content-length" not in head.headers
        assert "date" in head.headers

    def test_gets_each_piece_when_it_comes(self, listen):
        client, guest = listen()
        head_of(client)

        for number in range(5):
            guest.answer(b"piece %d" % number)
            assert client.chunk() == b"piece %d" % number

    def test_gets_what_is_said_while_it_starts(self, house, running):
        class Hasty(Listener):
            def start(self, answer):
                answer(b"at once")
                super().start(answer)

        house.listener_class = Hasty
        client = running.connect()
        client.ask("/stream")
        head_of(client)

        assert client.chunk() == b"at once"
        house.wait_for(1).answer(b"later")
        assert client.chunk() == b"later"

    def test_stays_in_the_lot_after_a_piece(self, listen, running):
        client, guest = listen()
        head_of(client)

        guest.answer(b"piece")
        client.chunk()

        assert len(running.lot) == 1
        assert guest.ends == []

    def test_ends_with_an_empty_piece(self, listen, running):
        client, guest = listen()
        head_of(client)

        guest.answer(b"last")
        guest.answer(b"")
        guest.answer(b"too late")

        assert client.rest() == b"4\r\nlast\r\n0\r\n\r\n"
        until(lambda: not len(running.lot) and not running.channels())
        assert guest.ends == []

    def test_ends_when_its_time_is_over(self, house, running):
        house.listener_class = type("Brief", (Listener,), {"seconds": 0.05})
        client = running.connect()
        client.ask("/stream")
        head_of(client)

        assert client.chunk() == NOTHING
        assert client.rest() == b"0\r\n\r\n"
        assert house.guests[0].ends == ["expired"]

    def test_of_http_1_0_has_no_chunks_and_ends_with_the_connection(self, listen):
        client, guest = listen(version="1.0")
        guest.answer(b"one,")
        guest.answer(b"two")
        guest.answer(b"")

        head, _, body = client.rest().partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.0 200 OK\r\n")
        assert b"Connection: close" in head
        assert b"Transfer-Encoding" not in head
        assert body == b"one,two"

    def test_is_not_kept_alive_for_http_1_0(self, running, house):
        client = running.connect()
        client.ask("/stream", "Connection: keep-alive", version="1.0")
        house.wait_for(1).answer(b"")

        assert b"Keep-Alive" not in client.rest()

    def test_is_not_followed_by_the_answer_to_a_pipelined_request(self, running, house):
        client = running.connect()
        client.send(raw_request("/stream") + raw_request("/"))
        guest = house.wait_for(1)
        guest.answer(b"only this")
        guest.answer(b"")

        assert client.rest().partition(b"\r\n\r\n")[2] == (
            b"9\r\nonly this\r\n0\r\n\r\n"
        )

    def test_cannot_have_a_status_without_a_body(self, running, house, caplog):
        house.status = "204 No Content"
        client = running.connect()
        client.ask("/stream")

        assert client.answer().status == 500
        assert house.guests == []
        caplog.clear()

    def test_holds_no_thread(self, serve, house):
        running = serve(threads=1)
        clients = [running.connect() for _ in range(5)]
        for client in clients:
            client.ask("/stream")
        house.wait_for(5)

        assert running.get("/").body == b"hello"

    def test_is_logged_when_it_has_ended(self, listen, caplog):
        with caplog.at_level(logging.INFO, "repoweb.access"):
            client, guest = listen()
            guest.answer(b"12345")
            assert "GET /stream" not in caplog.text
            guest.answer(b"")
            client.rest()
            until(lambda: "GET /stream" in caplog.text)

        assert re.search(r'"GET /stream HTTP/1.1" 200 5 ', caplog.text)

    def test_is_logged_when_its_client_leaves(self, listen, caplog):
        with caplog.at_level(logging.INFO, "repoweb.access"):
            client, guest = listen()
            guest.answer(b"12345")
            head_of(client)
            client.chunk()
            client.close()
            until(lambda: "GET /stream" in caplog.text)

        assert re.search(r'"GET /stream HTTP/1.1" 200 5 ', caplog.text)


class TestAClientThatLeaves:
    @pytest.mark.parametrize("how", ["close", "reset", "finish_sending"])
    def test_is_noticed_without_a_piece(self, listen, running, how):
        client, guest = listen()
        head_of(client)

        getattr(client, how)()

        until(lambda: guest.ends == ["left"])
        until(lambda: not len(running.lot) and not running.channels())

    def test_leaves_the_others_alone(self, listen):
        (leaving, _), (staying, guest) = listen(), listen()
        leaving.close()
        head_of(staying)

        guest.answer(b"piece")

        assert staying.chunk() == b"piece"

    def test_gets_nothing_that_comes_later(self, listen, running):
        client, guest = listen()
        client.reset()
        until(lambda: guest.ends == ["left"])

        guest.answer(b"piece")
        guest.answer(b"")

        assert running.get("/").body == b"hello"


class TestASlowClient:
    def test_gets_all_of_a_long_first_piece(self, listen):
        client, guest = listen(receive_buffer=4096)

        guest.answer(PIECE * 100)

        head_of(client)
        assert client.chunk() == PIECE * 100

    def test_gets_pieces_in_their_order(self, listen):
        client, guest = listen(receive_buffer=4096)
        pieces = [b"%d " % number * 500 for number in range(1, 20)]
        guest.answer(b"first" * 200_000)

        for piece in pieces:
            guest.answer(piece)

        head_of(client)
        assert client.chunk() == b"first" * 200_000
        assert [client.chunk() for _ in pieces] == pieces

    def test_that_leaves_too_much_behind_is_dropped(self, listen, running):
        client, guest = listen(receive_buffer=4096)
        head_of(client)
        guest.answer(b"first")

        for _ in range(400):  # the system's buffers hold some of it
            guest.answer(PIECE)

        until(lambda: guest.ends == ["left"])
        until(lambda: not running.channels())
        assert not client.rest().endswith(b"0\r\n\r\n")

    @pytest.mark.usefixtures("short_patience")
    def test_that_takes_nothing_for_long_is_dropped(self, listen, running):
        client, guest = listen(receive_buffer=4096)
        head_of(client)

        guest.answer(PIECE * 400)

        until(lambda: guest.ends == ["left"])
        until(lambda: not running.channels())

    def test_that_takes_a_little_now_and_then_is_not(self, listen, running):
        client, guest = listen(receive_buffer=4096)
        guest.answer(PIECE * 300)
        head_of(client)
        [channel] = until(lambda: [c for c in running.channels() if c.parked])
        until(lambda: channel.parked.clogged)
        ticket = channel.parked
        looks, look = [], running.lot._streams._look

        running.loop.call_soon(lambda: looks.append(look(ticket)))
        until(lambda: looks)

        assert ticket.clogged is not None
        assert client.chunk() == PIECE * 300
        assert guest.ends == []

    def test_does_not_hold_up_the_others(self, listen):
        slow, slow_guest = listen(receive_buffer=4096)
        quick, guest = listen()
        head_of(quick)
        slow_guest.answer(PIECE * 300)

        guest.answer(b"piece")

        assert quick.chunk() == b"piece"
        slow.close()

    def test_is_served_while_the_loop_rests(self, listen, running):
        """What waits for a client costs no turn until he takes some."""
        slow, guest = listen(receive_buffer=4096)
        guest.answer(PIECE * 300)
        until(lambda: any(c.total_outbufs_len for c in running.channels()))
        running.get("/")
        turns = []
        turn, running.loop.turn = running.loop.turn, lambda: (turns.append(1), turn())

        for _ in range(20):
            running.get("/")

        assert len(turns) < 2000
        slow.close()


class TestThePulse:
    @pytest.mark.usefixtures("quick_pulse")
    def test_comes_again_and_again(self, listen):
        client, _ = listen()
        head_of(client)

        assert [client.chunk() for _ in range(3)] == [b"pulse"] * 3

    @pytest.mark.usefixtures("quick_pulse")
    def test_is_not_for_requests_with_one_answer(self, running, house):
        client, stream = running.connect(), running.connect()
        client.ask("/wait")
        stream.ask("/stream")
        house.wait_for(2)
        head_of(stream)

        assert stream.chunk() == b"pulse"
        assert not client.has_input()

    def test_is_one_timer_for_all(self, listen, running):
        for _ in range(20):
            listen()
        timers = [entry[2] for entry in running.loop.timers._heap]
        pulses = [t for t in timers if t.callback == running.lot._streams._beat]

        assert len(pulses) == 1

    @pytest.mark.usefixtures("quick_pulse")
    def test_ends_with_the_last_stream(self, listen, running):
        client, _ = listen()
        client.close()

        until(lambda: running.lot._streams._pulse is None)

        client, _ = listen()
        head_of(client)
        assert client.chunk() == b"pulse"


class TestTheEndOfTheServer:
    def test_ends_streams_orderly(self, listen, running):
        opened = [listen() for _ in range(20)]

        running.stop()

        for client, guest in opened:
            assert client.rest().endswith(b"\r\n%b\r\n0\r\n\r\n" % NOTHING)
            assert guest.ends == ["expired"]

    def test_sends_first_what_was_said_before(self, listen, running):
        client, guest = listen()
        with running.busy_loop():
            guest.answer(b"the last")
            running.server.stop()

        assert client.rest().endswith(b"the last\r\nb\r\n%b\r\n0\r\n\r\n" % NOTHING)


class TestManyStreams:
    def test_get_every_piece(self, serve, house):
        running = serve()
        clients = [running.connect() for _ in range(1000)]
        for client in clients:
            client.ask("/stream")
        house.wait_for(1000)
        for client in clients:
            head_of(client)

        for piece in (b"one", b"two", b"three"):
            for guest in house.guests:
                guest.answer(piece)
            assert all(client.chunk() == piece for client in clients)

        assert len(running.lot) == 1000

    def test_that_come_and_go_leave_nothing_behind(self, running, house):
        for round_ in range(10):
            clients = [running.connect() for _ in range(20)]
            for client in clients:
                client.ask("/stream")
            house.wait_for(20 * (round_ + 1))
            for number, client in enumerate(clients):
                house.guests[-1 - number].answer(b"piece")
                (client.close, client.reset)[number % 2]()

        until(lambda: not len(running.lot) and not running.channels())
        assert not len(running.lot._streams)
        assert len(running.loop.timers) < 200

    def test_whose_pieces_come_from_many_threads_lose_none(self, listen):
        client, guest = listen()
        head_of(client)
        threads = [
            threading.Thread(
                target=lambda name=name: [guest.answer(name) for _ in range(200)]
            )
            for name in (b"a", b"b", b"c", b"d")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        got = [client.chunk() for _ in range(800)]

        assert sorted(got) == sorted([b"a", b"b", b"c", b"d"] * 200)

"""Requests that wait, seen from the wire."""

import threading

from flask import Flask, Response, request
from house import NOTHING, PARK_KEY, Guest
from raw import request as raw_request
from raw import until


def test_a_parked_request_gets_the_body_of_its_waiter(client, house):
    client.ask("/wait")
    house.wait_for(1).answer(b"news")

    answer = client.answer()

    assert (answer.status, answer.body) == (200, b"news")


def test_the_connection_serves_on_after_a_parked_answer(client, house):
    for number in range(1, 4):
        client.ask("/wait")
        house.wait_for(number).answer(b"%d" % number)
        assert client.answer().body == b"%d" % number

    assert client.get("/").body == b"hello"


def test_an_answer_may_come_while_the_waiter_starts(client, house):
    class Hasty(Guest):
        def start(self, answer):
            super().start(answer)
            answer(b"at once")

    house.guest_class = Hasty

    assert client.get("/wait").body == b"at once"


def test_a_second_answer_is_ignored(client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    guest.answer(b"first")
    guest.answer(b"second")
    assert client.answer().body == b"first"

    guest.answer(b"third")

    assert client.get("/").body == b"hello"


def test_a_late_answer_does_not_reach_the_next_request_of_its_connection(client, house):
    client.ask("/wait")
    first = house.wait_for(1)
    first.answer(b"first")
    client.answer()
    client.ask("/wait")
    second = house.wait_for(2)

    first.answer(b"late")
    second.answer(b"second")

    assert client.answer().body == b"second"


def test_the_deadline_answers_what_the_waiter_says_then(client, house):
    house.guest_class = type("Impatient", (Guest,), {"seconds": 0.05})

    answer = client.get("/wait")

    assert (answer.status, answer.body) == (200, NOTHING)
    assert house.guests[0].ends == ["expired"]
    assert client.get("/").body == b"hello"


def test_an_answer_in_time_cancels_the_deadline(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    before = _pending_timers(running)

    guest.answer(b"news")
    client.answer()

    assert _pending_timers(running) == before - 1
    assert guest.ends == []


def test_parked_requests_do_not_hold_the_only_thread(serve, house):
    running = serve(threads=1)
    waiting = [running.connect() for _ in range(5)]
    for client in waiting:
        client.ask("/wait")
    house.wait_for(5)

    assert running.get("/").body == b"hello"


def test_fifteen_hundred_parked_requests_cost_no_thread(serve, house):
    running = serve(threads=2)
    before = threading.active_count()
    clients = [running.connect() for _ in range(1500)]
    for client in clients:
        client.ask("/wait")
    house.wait_for(1500)

    assert threading.active_count() == before
    assert len(running.lot) == 1500
    for guest in house.guests:
        guest.answer(b"news")
    assert all(client.answer().body == b"news" for client in clients)


def test_a_pipelined_request_is_answered_after_the_parked_one(client, house):
    client.send(raw_request("/wait") + raw_request("/"))
    guest = house.wait_for(1)

    guest.answer(b"first")

    assert [client.answer().body, client.answer().body] == [b"first", b"hello"]


def test_a_request_that_comes_while_another_is_parked_waits_its_turn(
    running, client, house
):
    client.ask("/wait")
    guest = house.wait_for(1)
    client.ask("/")
    running.get("/")  # the loop has had time to read it, if it did
    assert _queue_of_parked(running) == 1
    assert not client.has_input()

    guest.answer(b"first")

    assert [client.answer().body, client.answer().body] == [b"first", b"hello"]


def test_pipelined_requests_may_all_park_one_after_the_other(client, house):
    client.send(raw_request("/wait") * 3)

    for number in range(1, 4):
        house.wait_for(number).answer(b"%d" % number)
        assert client.answer().body == b"%d" % number
    assert len(house.guests) == 3


def test_a_stray_line_end_does_not_unpark(running, client, house):
    client.ask("/wait")
    guest = house.wait_for(1)
    client.send(b"\r\n")
    running.get("/")
    assert _queue_of_parked(running) == 1
    assert not client.has_input()

    guest.answer(b"news")

    assert client.answer().body == b"news"
    assert client.get("/").body == b"hello"


def test_input_while_parked_does_not_spin_the_loop(running, client, house):
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


def test_a_body_sent_with_a_parked_request_is_not_taken_for_the_next(client, house):
    body = raw_request("/")
    client.ask("/wait", f"Content-Length: {len(body)}", method="POST")
    client.send(body)

    house.wait_for(1).answer(b"news")

    assert client.answer().body == b"news"
    assert client.get("/").body == b"hello"


def test_the_body_after_a_parked_request_is_asked_for_when_its_turn_comes(
    client, house
):
    head = raw_request("/", "Expect: 100-continue", "Content-Length: 4", method="POST")
    client.send(raw_request("/wait") + head)
    house.wait_for(1).answer(b"first")
    assert client.answer().body == b"first"

    assert client.answer(of_head=True).status == 100

    client.send(b"body")
    assert client.answer().body == b"hello"


def test_an_http_1_0_client_gets_its_version_and_the_end(client, house):
    client.ask("/wait", version="1.0")
    house.wait_for(1).answer(b"news")

    head, _, body = client.rest().partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"Connection: close" in head
    assert body == b"news"


def test_an_http_1_0_client_may_keep_the_connection(client, house):
    client.ask("/wait", "Connection: keep-alive", version="1.0")
    house.wait_for(1).answer(b"news")

    answer = client.answer()

    assert answer.head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert answer.headers["connection"] == "Keep-Alive"
    assert client.get("/").body == b"hello"


def test_a_client_that_asks_to_close_gets_one_answer_and_the_end(client, house):
    client.send(raw_request("/wait", "Connection: close") + raw_request("/"))
    house.wait_for(1).answer(b"news")

    answer = client.answer()

    assert (answer.headers["connection"], answer.body) == ("close", b"news")
    assert client.rest() == b""


def test_head_is_not_offered_to_wait(client, house):
    offered = []

    def page(environ, start_response):
        offered.append(PARK_KEY in environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return []

    house.pages["/offer"] = page
    client.ask("/offer", method="HEAD")

    assert client.rest().partition(b"\r\n\r\n")[2] == b""
    assert offered == [False]


def test_an_application_without_room_is_told_so(serve, house):
    running = serve()
    running.lot._limit = 1
    first, second = running.connect(), running.connect()
    first.ask("/wait")
    house.wait_for(1)

    assert second.get("/wait").status == 503

    house.guests[0].answer(b"news")
    first.answer()
    second.ask("/wait")
    house.wait_for(2).answer(b"news")
    assert second.answer().body == b"news"


def test_an_offer_that_came_too_early_is_kept_by_an_answer_at_once(serve, house):
    """Of six that were offered the two places at the same time, four do not wait."""
    running, all_offered = serve(threads=6), threading.Barrier(6)
    running.lot._limit = 2

    def hesitate(environ, start_response):
        body = house.wait(environ, start_response)
        all_offered.wait()
        return body

    house.pages["/hesitate"] = hesitate
    clients = [running.connect() for _ in range(6)]
    for client in clients:
        client.ask("/hesitate")

    until(lambda: sum(client.has_input() for client in clients) == 4)
    assert len(running.lot) == 2
    for guest in house.guests:
        guest.answer(b"news")
    bodies = [client.answer().body for client in clients]
    assert (bodies.count(b"news"), bodies.count(NOTHING)) == (2, 4)


def test_headers_and_cookies_of_flask_are_kept(serve, house):
    app = Flask("after")

    @app.get("/wait")
    def wait():
        body = request.environ[PARK_KEY](Guest(house))
        response = Response(body, mimetype="application/json", direct_passthrough=True)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    @app.after_request
    def secure(response):
        response.headers["X-Frame-Options"] = "DENY"
        return response

    client = serve(app).connect()
    client.ask("/wait")
    house.wait_for(1).answer(b"{}")

    answer = client.answer()

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.head.count(b"Set-Cookie: ") == 2
    assert answer.body == b"{}"


def test_flask_answers_head_of_a_waiting_page_at_once(serve, house):
    app = Flask("head")

    @app.get("/wait")
    def wait():
        park = request.environ.get(PARK_KEY, lambda _: iter(()))
        return Response(park(Guest(house)), direct_passthrough=True)

    client = serve(app).connect()
    client.ask("/wait", method="HEAD")

    assert client.rest().partition(b"\r\n\r\n")[2] == b""
    assert house.guests == []


def test_an_empty_body_is_an_answer_too(client, house):
    client.ask("/wait")
    house.wait_for(1).answer(b"")

    answer = client.answer()

    assert (answer.headers["content-length"], answer.body) == ("0", b"")


def test_heads_of_many_kinds_are_not_kept_for_ever(running, client, house):
    house.guest_class = type("Brief", (Guest,), {"seconds": 0})
    for number in range(300):
        house.headers = [("X-Number", str(number))]
        client.get("/wait")

    assert 0 < len(running.lot._heads) <= 256


def _queue_of_parked(running):
    """How many requests have been read on the connection that is parked."""
    [channel] = [one for one in running.channels() if one.parked]
    return len(channel.requests) + (channel.request is not None)


def _pending_timers(running):
    return sum(timer.callback is not None for *_, timer in running.loop.timers._heap)

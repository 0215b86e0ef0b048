"""What fails for one who waits, fails for him alone."""

import pytest
from house import PARK_KEY, Guest
from raw import until


class Failing(Guest):
    """A waiter whose method of some name fails."""

    method = ""

    def start(self, answer):
        super().start(answer)
        self._fail("start")

    def expire(self):
        self._fail("expire")
        return super().expire()

    def leave(self):
        super().leave()
        self._fail("leave")

    def _fail(self, method):
        if self.method == method:
            raise RuntimeError(method)


def park_one_failing_of_three(running, house, **attributes):
    clients = [running.connect() for _ in range(3)]
    for number, client in enumerate(clients, 1):
        house.guest_class = (
            type("One", (Failing,), attributes) if number == 2 else Guest
        )
        client.ask("/wait")
        house.wait_for(number)
    return clients


def check_the_others(running, house, clients):
    first, _, third = clients
    for guest in house.guests:
        guest.answer(b"news")
    assert (first.answer().body, third.answer().body) == (b"news", b"news")
    assert running.get("/").body == b"hello"


def test_one_who_cannot_start_to_wait_is_cut_off(running, house, caplog):
    clients = park_one_failing_of_three(running, house, method="start")

    assert clients[1].rest() == b""

    assert house.guests[1].ends == ["left"]
    check_the_others(running, house, clients)
    assert "a waiting request failed" in caplog.text
    caplog.clear()


def test_one_who_cannot_expire_is_cut_off(running, house, caplog):
    clients = park_one_failing_of_three(running, house, method="expire", seconds=0.05)

    assert clients[1].rest() == b""

    check_the_others(running, house, clients)
    assert "a waiting request failed" in caplog.text
    caplog.clear()


def test_one_who_cannot_leave_has_gone_all_the_same(running, house, caplog):
    clients = park_one_failing_of_three(running, house, method="leave")

    clients[1].close()

    until(lambda: len(running.lot) == 2)
    check_the_others(running, house, clients)
    assert "a waiting request failed" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("body", ["text", None, 7])
def test_one_whose_answer_is_not_bytes_is_cut_off(running, house, caplog, body):
    clients = park_one_failing_of_three(running, house)
    with running.busy_loop():
        house.guests[1].answer(body)
        for guest in house.guests:
            guest.answer(b"news")

    assert clients[1].rest() == b""

    check_the_others(running, house, clients)
    assert "a waiting request failed" in caplog.text
    caplog.clear()


def test_draining_goes_on_after_one_who_cannot_expire(running, house, caplog):
    clients = park_one_failing_of_three(running, house, method="expire")

    running.stop()

    assert clients[0].answer().status == 200
    assert clients[1].rest() == b""
    assert clients[2].answer().status == 200
    caplog.clear()


def park_badly(house, start_response, environ, *, before=(), status="200 OK"):
    """Return a body that parks after the pieces in `before`."""

    def body():
        yield from before
        yield from environ[PARK_KEY](Guest(house))

    start_response(status, [])
    return body()


def test_parking_after_a_piece_of_the_body_ends_the_connection(
    running, client, house, caplog
):
    house.pages["/late"] = lambda environ, start_response: park_badly(
        house, start_response, environ, before=[b"piece"]
    )
    client.ask("/late")

    assert b"piece" in client.rest()

    assert house.guests == []
    assert running.get("/").body == b"hello"
    assert "only a whole body" in caplog.text
    caplog.clear()


def test_parking_before_start_response_is_an_error_500(client, house, caplog):
    house.pages["/early"] = lambda environ, _: list(environ[PARK_KEY](Guest(house)))

    assert client.get("/early").status == 500

    assert house.guests == []
    caplog.clear()


def test_parking_a_status_without_a_body_is_an_error_500(client, house, caplog):
    house.status = "204 No Content"

    assert client.get("/wait").status == 500

    assert house.guests == []
    caplog.clear()


def test_parking_with_a_header_that_cannot_be_sent_is_an_error_500(
    client, house, caplog
):
    house.headers = [("X-Name", "\N{SNOWMAN}")]

    assert client.get("/wait").status == 500

    assert house.guests == []
    caplog.clear()


def test_an_empty_piece_before_parking_does_no_harm(client, house):
    house.pages["/empty"] = lambda environ, start_response: park_badly(
        house, start_response, environ, before=[b""]
    )
    client.ask("/empty")
    house.wait_for(1).answer(b"news")

    assert client.answer().body == b"news"


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_page_that_exits_ends_its_connection_only(
    running, client, house, caplog, error
):
    def page(_environ, _start_response):
        raise error

    house.pages["/exit"] = page
    client.ask("/exit")

    assert client.rest() == b""

    assert running.get("/").body == b"hello"
    until(lambda: "Exception when servicing" in caplog.text)
    caplog.clear()

"""Responses that wait where the server cannot park them, and where it can."""

import threading

import pytest

from repoweb.web import hanging
from repoweb.web.hanging import PARK_KEY, TooManyWaiting, hang


class Guest:
    """Somebody who waits; it notes what happens to it."""

    def __init__(self, seconds=30.0):
        self.seconds = seconds
        self.answer = None
        self.began = threading.Event()
        self.ends = []

    def start(self, answer):
        self.answer = answer
        self.began.set()

    def expire(self):
        self.ends.append("expired")
        return b"nothing"

    def leave(self):
        self.ends.append("left")


@pytest.fixture
def in_request(app):
    with app.test_request_context("/wait") as context:
        yield context.request.environ


@pytest.mark.usefixtures("in_request")
class TestOnAThread:
    def test_it_waits_for_the_answer(self):
        guest = Guest()
        response = hang(guest, "text/plain")
        speaker = threading.Thread(
            target=lambda: guest.began.wait(5) and guest.answer(b"news")
        )
        speaker.start()

        assert b"".join(response.response) == b"news"

        speaker.join()
        assert guest.ends == ["left"]

    def test_an_answer_at_once_is_an_answer(self):
        guest = Guest()
        guest.start = lambda answer: answer(b"old news")

        assert b"".join(hang(guest, "text/plain").response) == b"old news"

    def test_after_its_time_it_says_so(self):
        guest = Guest(seconds=0.01)

        assert b"".join(hang(guest, "text/plain").response) == b"nothing"
        assert guest.ends == ["expired", "left"]

    def test_it_does_not_hold_a_thread_for_long(self, monkeypatch):
        monkeypatch.setattr(hanging, "LONGEST_BLOCKING", 0.01)

        assert b"".join(hang(Guest(seconds=999), "text/plain").response) == b"nothing"

    def test_who_goes_away_leaves(self):
        guest = Guest()
        body = iter(hang(guest, "text/plain").response)
        guest.start = lambda answer: answer(b"news")
        next(body)

        body.close()

        assert guest.ends == ["left"]

    def test_nothing_begins_before_the_server_asks_for_the_body(self):
        guest = Guest()

        hang(guest, "text/plain")

        assert not guest.began.is_set()


class TestParked:
    def test_the_server_takes_the_guest(self, in_request):
        taken = []
        in_request[PARK_KEY] = lambda guest: taken.append(guest) or [b"later"]
        guest = Guest()

        response = hang(guest, "application/json")

        assert taken == [guest]
        assert (response.mimetype, list(response.response)) == (
            "application/json",
            [b"later"],
        )

    def test_a_server_without_room_is_an_error(self, in_request):
        in_request[PARK_KEY] = lambda _guest: None

        with pytest.raises(TooManyWaiting, match="no room"):
            hang(Guest(), "text/plain")

"""Who is here: in every answer, steady between two polls, without waking anyone."""

import json

import pytest

from repoweb.chat import presence
from repoweb.chat.presence import Presence

from .live import until


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(presence, "time", clock)
    return clock


@pytest.fixture
def here(clock):
    here = Presence()
    here.clock = clock
    return here


def told(here):
    return json.loads("{" + here.told() + "}")


class TestPresence:
    def test_tells_that_nobody_is_here(self, here):
        assert told(here) == {"nc": 0, "who": []}

    def test_tells_each_login_once_and_sorted(self, here):
        for login in ("bob", "alice", "bob"):
            here.join(login)

        assert told(here) == {"nc": 2, "who": ["alice", "bob"]}
        assert here.waiting() == [("alice", 1), ("bob", 2)]

    def test_counts_who_left_for_a_moment(self, here):
        here.join("bob")
        here.leave("bob")

        here.clock.now += 1.9

        assert told(here)["who"] == ["bob"]
        assert here.waiting() == []

    def test_does_not_count_who_left_for_good(self, here):
        here.join("bob")
        here.leave("bob")
        assert here.logins() == ["bob"]

        here.clock.now += 2.1

        assert here.logins() == []
        assert told(here)["nc"] == 0

    def test_counts_who_came_back_in_time(self, here):
        here.join("bob")
        here.leave("bob")
        here.clock.now += 1
        here.join("bob")

        here.clock.now += 100

        assert here.logins() == ["bob"]

    def test_counts_who_left_with_one_of_two(self, here):
        here.join("bob", 2)
        here.leave("bob")

        here.clock.now += 100

        assert here.logins() == ["bob"]

    def test_counts_who_is_answered_at_once(self, here):
        here.touch("bob")
        here.clock.now += 1
        assert here.logins() == ["bob"]

        here.clock.now += 2

        assert here.logins() == []

    def test_counts_from_the_last_time(self, here):
        here.touch("alice")
        here.touch("bob")
        here.clock.now += 1.5
        here.touch("alice")

        here.clock.now += 1

        assert here.logins() == ["alice"]

    def test_is_not_written_anew_where_nobody_came_or_went(self, here):
        for number in range(100):
            here.join(f"user{number}")
        before = here.told()

        for number in range(100):
            here.leave(f"user{number}")
            here.join(f"user{number}")

        assert here.told() is before

    def test_quotes_what_a_login_may_contain(self, here):
        here.join('Zoë "\\')

        assert told(here)["who"] == ['Zoë "\\']


class TestAnAnswer:
    @pytest.fixture
    def alice(self, live):
        return live.visitor("alice")

    @pytest.fixture
    def parked(self, hub, live):
        return lambda count: until(lambda: len(hub) == len(live.lot) == count)

    @pytest.fixture(autouse=True)
    def _first(self, live):
        assert live.visitor("drh").post("/chat-send", msg="first").status == 200

    def who(self, answer):
        data = json.loads(answer.body)
        assert data["nc"] == len(data["who"])
        return data["who"]

    def test_tells_who_polls_and_who_listens(self, live, alice, parked):
        alice.ask("/chat-poll/1")
        alice.ask("/chat-poll/1")
        live.visitor("bob").listen("/chat-stream/1").event()
        parked(3)

        answer = live.visitor("drh").get("/chat-poll/0?wait=0")

        assert self.who(answer) == ["alice", "bob"]

    def test_tells_each_who_is_released_of_all_others(self, live, alice, parked):
        bob = live.visitor("bob")
        waiting = [alice.ask("/chat-poll/1"), bob.ask("/chat-poll/1")]
        parked(2)

        bob.post("/chat-send", msg="second")

        assert [self.who(one.answer()) for one in waiting] == [["alice", "bob"]] * 2

    def test_that_came_at_once_counts_him_who_asked(self, alice):
        assert self.who(alice.get("/chat-poll/0")) == ["alice"]

    def test_of_a_program_that_does_not_wait_does_not_count_it(self, alice):
        assert self.who(alice.get("/chat-poll/0?wait=0")) == []

    def test_after_the_time_is_over_tells_it_too(self, alice):
        assert self.who(alice.get("/chat-poll/1?hold=1")) == ["alice"]

    def test_is_not_caused_by_who_comes_or_goes(self, live, alice, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        bob = live.visitor("bob").ask("/chat-poll/1")
        parked(2)
        bob.leave()
        parked(1)

        live.server.stop()
        assert waiting.answer().msgs == []

    def test_tells_the_version_of_the_pages_scripts(self, app, alice):
        version = app.extensions["repoweb.assets"].version

        assert json.loads(alice.get("/chat-poll/0").body)["ver"] == version

"""/chat-poll waits on the real server: parked, without a thread for each."""

import threading
import time

import pytest
from click.testing import CliRunner

from repoweb.chat.waiter import MOST_PER_ADDRESS, MOST_PER_USER
from repoweb.cli import repoweb
from repoweb.repository.obscure import obscure


@pytest.fixture
def alice(live):
    return live.visitor("alice")


@pytest.fixture
def bob(live):
    return live.visitor("bob")


@pytest.fixture
def first(bob):
    """Message 1."""
    assert bob.post("/chat-send", msg="first").status == 200


@pytest.mark.usefixtures("first")
class TestAParkedPoll:
    def test_is_answered_by_a_message(self, alice, bob, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        bob.post("/chat-send", msg="second")

        answer = waiting.answer()
        assert (answer.status, answer.texts) == (200, ["second"])
        assert answer.headers["Content-Type"] == "application/json"
        parked(0)

    def test_is_answered_by_a_message_of_another_program(
        self, alice, foreign_say, parked
    ):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        foreign_say("from outside")

        assert waiting.answer().texts == ["from outside"]

    def test_is_answered_by_a_deletion(self, alice, bob, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        bob.post("/chat-delete/1")

        (message,) = waiting.answer().msgs
        assert (message["msgid"], message["mdel"], message["xfrom"]) == (2, 1, "bob")

    def test_is_answered_by_a_command(self, alice, path, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        CliRunner().invoke(repoweb, ["chat", "send", str(path), "-m", "by command"])

        assert waiting.answer().texts == ["by command"]

    def test_gets_exactly_what_one_gets_that_does_not_wait(self, alice, bob, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)
        bob.post("/chat-send", msg="a <b> http://x.org/", k="key", lmtime="x")

        released, direct = waiting.answer(), alice.get("/chat-poll/1")

        assert released.body == direct.body
        ignored = {"Date", "Content-Length"}
        assert {k: v for k, v in released.headers.items() if k not in ignored} == {
            k: v for k, v in direct.headers.items() if k not in ignored
        }

    def test_has_the_security_headers(self, alice, bob, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)
        bob.post("/chat-send", msg="second")

        headers = waiting.answer().headers

        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]

    def test_ends_empty_when_its_time_is_over(self, alice, parked):
        answer = alice.get("/chat-poll/1?hold=1")

        assert (answer.status, answer.msgs) == (200, [])
        parked(0)

    @pytest.mark.usefixtures("hub")
    def test_is_forgotten_when_its_client_leaves(self, alice, bob, parked):
        waiting, leaving = alice.ask("/chat-poll/1"), alice.ask("/chat-poll/1")
        parked(2)

        leaving.leave()

        parked(1)
        bob.post("/chat-send", msg="second")
        assert waiting.answer().texts == ["second"]

    def test_gets_the_error_when_the_capability_is_taken(self, alice, foreign, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        foreign.execute("UPDATE user SET cap='o' WHERE login='alice'")

        (message,) = waiting.answer().msgs
        assert (message["isError"], message["code"]) == (True, "perm")

    def test_gets_the_error_when_its_user_logs_out(self, alice, bob, parked, rows):
        waiting = alice.ask("/chat-poll/1")
        others = bob.ask("/chat-poll/1")
        parked(2)

        assert alice.post("/logout").status in {302, 303}

        (message,) = waiting.answer().msgs
        assert (message["isError"], message["code"]) == (True, "login")
        assert rows("SELECT coalesce(cookie, '') FROM user WHERE login='alice'") == [
            ("",)
        ]
        parked(1)
        bob.post("/chat-send", msg="second")
        assert others.answer().texts == ["second"]

    def test_gets_the_error_when_its_password_is_changed(self, alice, foreign, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        foreign.execute("UPDATE user SET cookie=NULL, cexpire=0 WHERE login='alice'")

        (message,) = waiting.answer().msgs
        assert message["code"] == "login"

    @pytest.mark.usefixtures("alice")
    def test_of_a_token_stays_when_the_cookie_goes(self, live, foreign, parked, bob):
        proof = f"resid={obscure('alice')}&token={obscure('pw-alice')}"
        waiting = live.visitor().ask(f"/chat-poll/1?{proof}")
        parked(1)

        foreign.execute("UPDATE user SET cookie=NULL, cexpire=0 WHERE login='alice'")
        bob.post("/chat-send", msg="second")

        assert waiting.answer().texts == ["second"]

    def test_sees_the_administrator_clear_the_chat(self, alice, live, parked):
        waiting = alice.ask("/chat-poll/1")
        parked(1)

        live.visitor("drh").post("/Admin/Chat", action="clear", name="Demo")

        assert [message["mdel"] for message in waiting.answer().msgs] == [1]

    def test_is_shown_to_the_administrator(self, alice, bob, live, parked):
        waiting = [alice.ask("/chat-poll/1"), alice.ask("/chat-poll/1")]
        waiting.append(bob.ask("/chat-poll/1"))
        parked(3)

        page = live.visitor("drh").get("/Admin/Chat").body.decode()

        assert '<tr><td>alice</td><td class="num">2</td></tr>' in page
        assert '<tr><td>bob</td><td class="num">1</td></tr>' in page

    def test_takes_no_thread(self, alice, bob, live, parked):
        """There are 4 threads for requests."""
        names = ["alice", "bob", "dora", "drh"]
        visitors = [live.visitor(name) for name in names]
        waiting = [v.ask("/chat-poll/1") for v in visitors for _ in range(8)]
        parked(32)

        assert alice.get("/chat").status == 200
        bob.post("/chat-send", msg="second")

        assert [one.answer().texts for one in waiting] == [["second"]] * 32

    def test_shares_its_answer_with_all_of_the_same_form(
        self, alice, bob, live, parked, chat
    ):
        """Who waits at the same place gets the same bytes, which are made once."""
        waiting = [v.ask("/chat-poll/1") for v in (alice, bob) for _ in range(10)]
        waiting += [live.visitor("drh").ask("/chat-poll/1?raw=1") for _ in range(10)]
        parked(30)
        before = chat.renderer.count

        bob.post("/chat-send", msg="second & last")

        bodies = {one.answer().body for one in waiting}
        assert len(bodies) == 2
        assert chat.renderer.count == before + 2

    def test_that_asks_for_the_head_only_does_not_wait(self, alice, hub):
        answer = alice.head("/chat-poll/1?hold=20")

        assert (answer.status, answer.body) == (200, b"")
        assert len(hub) == 0


@pytest.mark.usefixtures("first")
class TestTooManyPolls:
    def refused(self, visitor):
        answer = visitor.get("/chat-poll/1?hold=1")
        if answer.status == 200:
            return None
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        return answer.msgs[0]

    def test_of_a_user_are_refused(self, alice, parked):
        waiting = [alice.ask("/chat-poll/1") for _ in range(MOST_PER_USER)]
        parked(MOST_PER_USER)

        error = self.refused(alice)

        assert (error["isError"], error["code"]) == (True, "busy")
        assert error["xmsg"] == "At most 12 requests may wait at once."
        assert len(waiting) == MOST_PER_USER

    def test_of_another_user_are_not(self, alice, bob, parked):
        for _ in range(MOST_PER_USER):
            alice.ask("/chat-poll/1")
        parked(MOST_PER_USER)

        assert self.refused(bob) is None

    def test_have_room_again_when_one_leaves(self, alice, parked):
        waiting = [alice.ask("/chat-poll/1") for _ in range(MOST_PER_USER)]
        parked(MOST_PER_USER)
        assert self.refused(alice)

        waiting[5].leave()
        parked(MOST_PER_USER - 1)

        assert self.refused(alice) is None

    def test_need_no_room_where_there_is_a_message(self, alice, parked):
        for _ in range(MOST_PER_USER):
            alice.ask("/chat-poll/1")
        parked(MOST_PER_USER)

        assert alice.get("/chat-poll/0").texts == ["first"]
        assert alice.get("/chat-poll/1?wait=0").msgs == []

    def test_of_an_address_are_refused_where_nobody_may_chat(self, live, sql, parked):
        sql("UPDATE user SET cap='C' WHERE login='nobody'")
        nobody = live.visitor()
        for _ in range(MOST_PER_ADDRESS):
            nobody.ask("/chat-poll/1")
        parked(MOST_PER_ADDRESS)

        error = self.refused(nobody)

        assert error["xmsg"] == "At most 6 requests may wait at once."


@pytest.mark.usefixtures("alice")
def test_who_polls_again_and_again_loses_nothing_and_gets_nothing_twice(live, bob):
    count, got = 300, {}
    bob.post("/chat-send", msg="0")
    done = threading.Event()

    def follow(name, visitor):
        cursor, got[name] = 0, []
        polls = 0
        while cursor < count + 1 and not done.is_set():
            ids = visitor.get(f"/chat-poll/{cursor}").ids
            polls += 1
            got[name] += ids
            cursor = ids[-1] if ids else cursor
        got[f"{name} polls"] = polls

    followers = [
        threading.Thread(target=follow, args=(name, live.visitor(login)))
        for name, login in enumerate(["alice", "bob", "drh"])
    ]
    for thread in followers:
        thread.start()
    for number in range(count):
        assert bob.post("/chat-send", msg=str(number), k=f"k{number}").status == 200
    for thread in followers:
        thread.join(20)
    done.set()

    for name in range(len(followers)):
        assert got[name] == list(range(1, count + 2))
        assert got[f"{name} polls"] > 50


@pytest.mark.usefixtures("first")
def test_the_end_of_the_server_answers_who_waits(live, alice, parked):
    waiting = [alice.ask("/chat-poll/1") for _ in range(5)]
    parked(5)
    begin = time.monotonic()

    live.server.stop()

    assert [one.answer().msgs for one in waiting] == [[]] * 5
    assert time.monotonic() - begin < 2


@pytest.mark.usefixtures("first")
def test_who_comes_and_goes_leaves_nothing_behind(alice, bob, parked, hub):
    for number in range(30):
        waiting = [alice.ask(f"/chat-poll/{number + 1}") for _ in range(6)]
        for one in waiting[number % 6 :]:
            one.leave()  # before, while or after it is parked
        assert bob.post("/chat-send", msg=str(number)).status == 200
        for one in waiting[: number % 6]:
            assert one.answer().texts == [str(number)]

    parked(0)
    assert not hub._crowd._owners
    assert not hub._crowd._groups


@pytest.mark.usefixtures("first")
def test_a_poll_needs_no_tables_of_its_own_after_a_rebuild(
    alice, foreign, foreign_say, parked
):
    waiting = alice.ask("/chat-poll/1")
    parked(1)

    foreign.execute("DROP TABLE chatfts1")  # as `fossil rebuild` does
    foreign_say("after the rebuild")

    assert waiting.answer().texts == ["after the rebuild"]

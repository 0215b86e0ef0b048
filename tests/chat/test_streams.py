"""/chat-stream on the real server: each message is told to all who listen."""

import http.client
import json
import sqlite3
import threading

import pytest

from repoweb.chat import watcher
from repoweb.chat.waiter import MOST_PER_ADDRESS, MOST_PER_USER
from repoweb.serving import streams
from repoweb.web import hanging

from .live import until


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
class TestTheFirstEvent:
    def test_tells_what_lies_behind_the_cursor(self, alice):
        event = alice.listen("/chat-stream?name=0").event()

        assert event.texts == ["first"]
        assert event.name == "1"

    def test_comes_at_once_without_any_message(self, alice):
        event = alice.listen("/chat-stream?name=1").event()

        assert event.data["msgs"] == []
        assert event.name == "1"

    def test_tells_when_to_come_back(self, alice):
        event = alice.listen("/chat-stream/1").event()

        retry = int(event.lines[0].removeprefix("retry: "))
        assert 1000 <= retry <= 3000

    def test_is_the_answer_of_a_poll(self, alice, bob):
        bob.post("/chat-send", msg='a <b> \\ " http://x.org/\nindented', k="key")

        told = alice.listen("/chat-stream/0?rows=1").event().data
        polled = alice.get("/chat-poll/0?rows=1").body

        assert told == json.loads(polled)

    def test_counts_who_listens_himself(self, alice):
        data = alice.listen("/chat-stream/1").event().data

        assert (data["nc"], data["who"]) == (1, ["alice"])

    def test_begins_with_the_newest_for_a_negative_number(self, alice, bob):
        bob.post("/chat-send", msg="second")

        event = alice.listen("/chat-stream?name=-1").event()

        assert event.texts == ["second"]

    def test_lies_behind_the_last_event_of_who_comes_back(self, alice, bob):
        bob.post("/chat-send", msg="second")

        listening = alice.listen("/chat-stream?name=0", **{"Last-Event-ID": "1"})

        assert listening.event().texts == ["second"]

    def test_is_not_followed_by_others_if_they_are_not_wanted(self, alice, parked):
        listening = alice.listen("/chat-stream/0?wait=0")

        assert listening.event().texts == ["first"]
        assert listening.event() is None
        parked(0)

    def test_tells_that_the_number_is_not_of_this_table(self, alice):
        data = alice.listen("/chat-stream/99?rows=1").event().data

        assert data["reset"] == 1
        assert [message["msgid"] for message in data["msgs"]] == [1]

    def test_has_a_gap_in_place_of_very_many(self, alice, sql):
        for _ in range(300):
            sql("INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5, 'bob', 'x')")

        event = alice.listen("/chat-stream/1?rows=1").event()

        assert len(event.data["msgs"]) == 200
        assert event.data["more"] == {"from": 2, "to": 101, "count": 100}
        assert event.name == "301"

    def test_has_the_right_headers(self, alice):
        headers = alice.listen("/chat-stream/1", **{"Accept-Encoding": "gzip"}).headers

        assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Encoding" not in headers


@pytest.mark.usefixtures("first")
class TestAListener:
    @pytest.fixture
    def listening(self, alice, parked):
        listening = alice.listen("/chat-stream/1")
        listening.event()
        parked(1)
        return listening

    def test_is_told_each_message(self, listening, bob, parked):
        for number in range(5):
            bob.post("/chat-send", msg=f"message {number}")

            event = listening.event()
            assert event.texts == [f"message {number}"]
            assert event.name == str(number + 2)
        parked(1)

    def test_is_told_what_another_program_says(self, listening, foreign_say):
        foreign_say("from outside")

        assert listening.event().texts == ["from outside"]

    def test_is_told_a_deletion(self, listening, bob):
        bob.post("/chat-delete/1")

        (message,) = listening.event().data["msgs"]
        assert message["mdel"] == 1

    def test_gets_the_event_that_all_get(self, listening, live, bob, chat, parked):
        others = [
            live.visitor(name).listen("/chat-stream/1") for name in ("bob", "drh")
        ]
        for other in others:
            other.event()
        parked(3)
        before = chat.renderer.count

        bob.post("/chat-send", msg="second & last")

        events = [one.event() for one in (listening, *others)]
        assert len({tuple(event.lines) for event in events}) == 1
        assert chat.renderer.count == before + 1

    def test_gets_it_beside_those_who_poll(self, listening, live, bob, parked):
        poll = live.visitor("drh").ask("/chat-poll/1")
        parked(2)

        bob.post("/chat-send", msg="second")

        assert listening.event().texts == poll.answer().texts == ["second"]

    def test_who_falls_behind_catches_up_in_one_group(
        self, listening, live, bob, parked, hub
    ):
        late = live.visitor("alice").listen("/chat-stream/0")
        assert late.event().ids == [1]
        parked(2)

        for text in ("second", "third"):
            bob.post("/chat-send", msg=text)
            assert listening.event().texts == late.event().texts == [text]
        assert len(hub._crowd._groups) == 1

    def test_gets_a_message_that_comes_while_he_is_parked(
        self, alice, bob, chat, monkeypatch
    ):
        """Between the first event and the parking nothing is lost."""
        check_room = chat.hub.check_room

        def say_something(waiter):
            bob.post("/chat-send", msg="in between")
            check_room(waiter)

        monkeypatch.setattr(chat.hub, "check_room", say_something)
        listening = alice.listen("/chat-stream/1")

        assert listening.event().texts == []
        assert listening.event().texts == ["in between"]

    def test_is_forgotten_when_he_leaves(self, listening, parked, hub):
        listening.leave()

        parked(0)
        assert not hub._crowd._owners
        assert not hub._crowd._groups

    def test_is_shown_to_the_administrator(self, listening, live):
        page = live.visitor("drh").get("/Admin/Chat").body.decode()

        assert '<tr><td>alice</td><td class="num">1</td></tr>' in page
        listening.leave()

    def test_gets_a_comment_now_and_then(self, alice, monkeypatch):
        monkeypatch.setattr(streams, "PULSE_SECONDS", 0.05)
        listening = alice.listen("/chat-stream/1")
        listening.event()

        assert listening.event().lines == [":"]

    def test_of_http_1_0_gets_no_chunks(self, live, alice, bob, parked):
        connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=10)
        connection._http_vsn_str = "HTTP/1.0"
        connection.request("GET", "/chat-stream/1", headers={"Cookie": alice.cookie})
        response = connection.getresponse()
        parked(1)
        bob.post("/chat-send", msg="second")

        lines = [response.readline() for _ in range(7)]

        assert response.headers["Connection"] == "close"
        assert "Transfer-Encoding" not in response.headers
        assert b'"xmsg":"second"' in lines[5]
        response.close()
        connection.close()


@pytest.mark.usefixtures("first")
class TestTheEnd:
    @pytest.fixture
    def listening(self, alice, parked):
        listening = alice.listen("/chat-stream/1")
        listening.event()
        parked(1)
        return listening

    def is_refused(self, listening, code):
        data = listening.event().data
        (message,) = data["msgs"]
        ended = listening.event() is None
        return ended and message["isError"] and message["code"] == data["code"] == code

    def test_comes_when_the_capability_is_taken(self, listening, foreign, parked):
        foreign.execute("UPDATE user SET cap='o' WHERE login='alice'")

        assert self.is_refused(listening, "perm")
        parked(0)

    def test_comes_before_the_message_that_he_may_not_read(self, listening, bob, sql):
        sql("UPDATE user SET cap='o' WHERE login='alice'")
        bob.post("/chat-send", msg="secret")

        assert self.is_refused(listening, "perm")

    def test_comes_with_the_logout(self, listening, alice, bob, parked):
        others = bob.listen("/chat-stream/1")
        others.event()
        parked(2)

        alice.post("/logout")

        assert self.is_refused(listening, "login")
        parked(1)
        others.leave()

    def test_comes_when_the_session_is_over(self, alice, foreign, monkeypatch):
        """Time passes without a commit."""
        monkeypatch.setattr(watcher, "LOOK_SECONDS", 0.1)
        foreign.execute(
            "UPDATE user SET cexpire=julianday('now')+1.5/86400 WHERE login='alice'"
        )
        listening = alice.listen("/chat-stream/1")
        listening.event()

        assert self.is_refused(listening, "login")

    def test_of_the_server_is_orderly(self, listening, live):
        live.server.stop()

        assert listening.event() is None

    def test_of_the_hour_is_orderly(self, alice, hub, monkeypatch):
        monkeypatch.setattr("repoweb.chat.waiter.STREAM_SECONDS", 0.1)
        listening = alice.listen("/chat-stream/1")
        listening.event()

        assert listening.event() is None
        until(lambda: not len(hub))

    def test_of_the_table_is_a_reset(self, alice, foreign, bob):
        for number in range(5):
            bob.post("/chat-send", msg=f"message {number}")
        listening = alice.listen("/chat-stream/6?rows=1")
        listening.event()

        foreign.execute("DROP TABLE chat")

        event = listening.event()
        assert (event.data["reset"], event.data["msgs"]) == (1, [])
        assert event.name == "0"
        bob.post("/chat-send", msg="anew")
        assert listening.event().ids == [1]


@pytest.mark.usefixtures("first")
class TestWhoIsNotLetIn:
    def test_gets_the_error_of_a_poll(self, live):
        answer = live.visitor("carol").get("/chat-stream/1")

        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.msgs[0]["code"] == "perm"

    def test_is_who_has_too_many_already(self, alice, parked):
        for _ in range(MOST_PER_USER - 1):
            alice.listen("/chat-stream/1")
        alice.ask("/chat-poll/1")
        parked(MOST_PER_USER)

        for path in ("/chat-stream/1", "/chat-poll/1"):
            answer = alice.get(path)
            assert (answer.status, answer.msgs[0]["code"]) == (503, "busy")

    def test_are_too_many_of_an_address(self, live, sql, parked):
        sql("UPDATE user SET cap='C' WHERE login='nobody'")
        nobody = live.visitor()
        for _ in range(MOST_PER_ADDRESS):
            nobody.listen("/chat-stream/1")
        parked(MOST_PER_ADDRESS)

        assert nobody.get("/chat-stream/1").status == 503

    def test_is_everybody_where_an_administrator_wants_no_streams(
        self, alice, configure
    ):
        configure("fx-chat-streams", "0")

        answer = alice.get("/chat-stream/1")

        assert (answer.status, answer.msgs[0]["code"]) == (404, "off")

    def test_is_everybody_where_each_request_holds_a_program(self, alice, app):
        app.config["STREAMS"] = False

        answer = alice.get("/chat-stream/1")

        assert (answer.status, answer.msgs[0]["code"]) == (404, "off")
        assert '"streams": []' in alice.get("/chat").body.decode()

    def test_is_who_asks_otherwise(self, alice, hub):
        head = alice.head("/chat-stream/1")

        assert (head.status, head.body) == (200, b"")
        assert alice.post("/chat-stream/1").status == 405
        assert len(hub) == 0


@pytest.mark.usefixtures("first")
def test_the_limit_holds_however_many_come_at_once(hub, live, alice, parked):
    """Four are let in while there is room for two; the others are told so later."""
    all_let_in, done = threading.Barrier(4), []
    check_room, add = hub.check_room, hub.add

    def check_together(waiter):
        check_room(waiter)
        all_let_in.wait(5)

    def add_and_tell(waiter):
        try:
            add(waiter)
        finally:
            done.append(waiter)

    for _ in range(MOST_PER_USER - 2):
        alice.ask("/chat-poll/1")
    parked(MOST_PER_USER - 2)
    hub.check_room, hub.add = check_together, add_and_tell

    late = [alice.ask("/chat-poll/1") for _ in range(4)]

    until(lambda: len(done) == 4)
    parked(MOST_PER_USER)
    live.server.stop()
    answers = [one.answer().msgs for one in late]
    assert [msgs[0]["code"] for msgs in answers if msgs] == ["busy", "busy"]


@pytest.mark.usefixtures("first")
def test_another_file_at_the_path_is_a_reset(alice, path, template, parked):
    listening = alice.listen("/chat-stream/1?rows=1")
    listening.event()
    parked(1)

    other = path.with_name("other.fossil")
    other.write_bytes(template.read_bytes())
    _copy_sessions(path, other)
    other.replace(path)

    assert listening.event().data["reset"] == 1


def _copy_sessions(source, target):
    db = sqlite3.connect(target)
    db.execute("ATTACH ? AS old", (str(source),))
    db.execute(
        "UPDATE user SET (cookie, cexpire)=(SELECT cookie, cexpire"
        " FROM old.user o WHERE o.login=user.login)"
    )
    db.commit()
    db.close()


@pytest.mark.usefixtures("first")
def test_many_listeners_miss_nothing_and_get_nothing_twice(live, bob, parked):
    count = 40
    visitors = [live.visitor(name) for name in ("alice", "bob", "dora", "drh")]
    listening = [v.listen("/chat-stream/1") for v in visitors for _ in range(10)]
    for one in listening:
        one.event()
    parked(40)

    senders = [
        threading.Thread(
            target=lambda: [bob.post("/chat-send", msg="x") for _ in range(count // 4)]
        )
        for _ in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    for one in listening:
        ids = []
        while len(ids) < count:
            ids += one.event().ids
        assert ids == list(range(2, count + 2))


@pytest.mark.usefixtures("first")
def test_who_comes_and_goes_leaves_nothing_behind(alice, bob, parked, hub):
    for number in range(20):
        listening = [alice.listen(f"/chat-stream/{number + 1}") for _ in range(6)]
        for one in listening[number % 6 :]:
            one.leave()
        assert bob.post("/chat-send", msg=str(number)).status == 200
        for one in listening[: number % 6]:
            ids = one.event().ids or one.event().ids
            assert ids == [number + 2]
            one.leave()

    parked(0)
    assert not hub._crowd._owners
    assert not hub._crowd._groups
    assert not hub._crowd._group_of


class TestAnotherServer:
    """Without `repoweb.park` a stream runs on the thread that iterates it."""

    @pytest.fixture
    def listening(self, client_of, say):
        say("first")
        alice = client_of("alice")
        return lambda: alice.get("/chat-stream/0")

    def test_tells_what_comes(self, listening, say, hub):
        pieces = iter(listening().response)
        assert b'"xmsg":"first"' in next(pieces)

        say("second")
        hub.announce()

        assert b'"xmsg":"second"' in next(pieces)
        pieces.close()
        assert len(hub) == 0

    def test_ends_after_a_while(self, listening, monkeypatch, hub):
        monkeypatch.setattr(hanging, "LONGEST_BLOCKING", 0.05)

        assert listening().data.endswith(b"\n\n")
        assert len(hub) == 0

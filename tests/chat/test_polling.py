"""/chat-poll answers as Fossil's, byte for byte (FOSSIL.md 7.4)."""

import threading

import pytest

from repoweb.chat import store

from .live import until

EMPTY = b'{"msgs":[\n\n]}'
FIRST = (
    b'{"msgid":1,"mtime":"2026-11-20T20:41:00Z","lmtime":"2026-11-20T12:00:00",'
    b'"xfrom":"alice","uclr":"#ddefcc",'
    b'"xmsg":"Hello *world* &amp; &lt;b&gt;","fsize":0}'
)
SECOND = (
    b'{"msgid":2,"mtime":"2026-11-20T20:41:00Z","xfrom":"bob","uclr":"#dacff8",'
    b'"xmsg":"a file","fsize":9,"fname":"my file.txt","fmime":"text/plain"}'
)
DELETION = (
    b'{"msgid":3,"mtime":"2026-11-20T20:41:00Z","xfrom":"bob","uclr":"#dacff8",'
    b'"xmsg":"","fsize":0,"mdel":2}'
)


def as_fossils(answer):
    """The bytes of an answer without what we say beside the messages."""
    fossils, ours, _ = answer.data.rpartition(b',"nc":')
    assert ours
    return fossils + b"}"


def numbers(answer):
    return [message["msgid"] for message in answer.json["msgs"]]


class TestTheAnswer:
    @pytest.mark.usefixtures("captured")
    def test_lists_all_messages(self, alice):
        answer = alice.get("/chat-poll/0")

        assert as_fossils(answer) == b'{"msgs":[\n' + FIRST + b",\n" + SECOND + b"\n]}"
        assert answer.headers["Content-Type"] == "application/json"

    @pytest.mark.usefixtures("captured")
    def test_has_the_source_if_it_is_asked_for_raw(self, alice):
        answer = alice.get("/chat-poll/0?raw=1")

        raw = FIRST.replace(b"&amp; &lt;b&gt;", b"& <b>")
        assert as_fossils(answer) == b'{"msgs":[\n' + raw + b",\n" + SECOND + b"\n]}"

    @pytest.mark.usefixtures("captured")
    def test_is_raw_also_with_an_empty_parameter(self, alice):
        assert b"& <b>" in alice.get("/chat-poll/0?raw").data

    @pytest.mark.usefixtures("captured_deletion")
    def test_tells_a_deletion(self, alice):
        answer = alice.get("/chat-poll/2")

        assert as_fossils(answer) == b'{"msgs":[\n' + DELETION + b"\n]}"

    @pytest.mark.usefixtures("captured")
    def test_of_a_poll_that_ended_is_empty(self, alice):
        answer = alice.get("/chat-poll/2?hold=1")

        assert as_fossils(answer) == EMPTY
        assert answer.headers["Content-Type"] == "application/json"

    def test_of_an_empty_chat_is_empty(self, alice):
        assert as_fossils(alice.get("/chat-poll/0?wait=0")) == EMPTY

    @pytest.mark.usefixtures("captured")
    def test_has_no_local_time_where_it_is_empty(self, sql, alice):
        sql("UPDATE chat SET lmtime=''")

        assert b"lmtime" not in alice.get("/chat-poll/0").data

    @pytest.mark.usefixtures("captured")
    def test_has_null_for_a_row_without_a_poster(self, sql, alice):
        sql("UPDATE chat SET xfrom=NULL WHERE msgid=2")

        answer = alice.get("/chat-poll/1")

        assert b'"xfrom":null,"uclr":"#e1cdf3","xmsg"' in answer.data

    @pytest.mark.usefixtures("captured")
    def test_is_transparent_for_the_robot(self, configure, alice):
        configure("chat-timeline-user", "bob")

        assert b'"xfrom":"bob","uclr":"transparent",' in alice.get("/chat-poll/1").data

    @pytest.mark.usefixtures("captured")
    def test_has_the_colour_of_the_alias(self, configure, alice):
        configure("user-color-map", "alice drh\nbob stephan")

        colours = [m["uclr"] for m in alice.get("/chat-poll/0").json["msgs"]]

        assert colours == ["#f3e0ca", "#d8f8cf"]

    @pytest.mark.usefixtures("tables")
    def test_escapes_as_fossil_does(self, sql, alice):
        text = 'a"b\\c\nd\re\tf\x01\x08\x0c\x1f\x7f/é\u2028😀'
        sql("INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5, 'bob', ?)", text)

        answer = alice.get("/chat-poll/0?raw")

        written = (
            r'"xmsg":"a\"b\\c\nd\re\u0009f\u0001\u0008\u000c\u001f' + "\x7f/é\u2028😀"
        )
        assert f'{written}","fsize":0}}'.encode() in answer.data
        assert answer.json["msgs"][0]["xmsg"] == text

    def test_has_our_own_field_at_the_end(self, say, alice):
        say(key="key-1")

        answer = as_fossils(alice.get("/chat-poll/0"))

        assert answer.endswith(b',"fsize":0,"k":"key-1"}\n]}')

    def test_has_no_key_where_none_was_sent(self, say, alice):
        say()

        assert list(alice.get("/chat-poll/0").json["msgs"][0]) == (
            ["msgid", "mtime", "xfrom", "uclr", "xmsg", "fsize"]
        )

    def test_has_rows_of_our_page_in_place_of_the_text(self, say, alice):
        say("hello")

        (message,) = alice.get("/chat-poll/0?rows=1").json["msgs"]

        assert list(message)[-1] == "html"
        assert message["xmsg"] == ""
        assert '<div class="m-b" id="m1b" dir="auto">hello</div>' in message["html"]

    @pytest.mark.usefixtures("captured_deletion")
    def test_has_no_row_for_a_deletion(self, alice):
        (message,) = alice.get("/chat-poll/2?rows=1").json["msgs"]

        assert "html" not in message


class TestTheNumber:
    @pytest.fixture(autouse=True)
    def messages(self, say, repository):
        """1 to 5; 3 is deleted, which row 6 tells."""
        for number in range(1, 6):
            say(f"message {number}")
        with repository.writing() as db:
            store.delete(db, 3, "bob", is_admin=False)

    ALL = (1, 2, 4, 5, 6)

    @pytest.mark.parametrize(
        ("address", "listed"),
        [
            ("/chat-poll/4", [5, 6]),
            ("/chat-poll?name=4", [5, 6]),
            ("/chat-poll/4?name=1", [5, 6]),
            ("/chat-poll/0", ALL),
            ("/chat-poll", ALL),
            ("/chat-poll?name=", ALL),
            ("/chat-poll?name=0", ALL),
            ("/chat-poll/garbage", ALL),
            ("/chat-poll?name=garbage", ALL),
            ("/chat-poll/4garbage", [5, 6]),
            ("/chat-poll?name=%204", [5, 6]),
            ("/chat-poll/-2", [4, 5, 6]),
            ("/chat-poll?name=-2", [4, 5, 6]),
            ("/chat-poll/-3", [2, 4, 5, 6]),
            ("/chat-poll/-99", ALL),
            ("/chat-poll?name=-" + "9" * 40, ALL),
            ("/chat-poll/" + "9" * 40 + "?wait=0", []),
            ("/chat-poll/6?wait=0", []),
            ("/chat-poll/99?wait=0", []),
        ],
    )
    def test_says_behind_which_message_the_answer_begins(self, alice, address, listed):
        answer = alice.get(address)

        assert answer.status_code == 200
        assert numbers(answer) == list(listed)

    @pytest.mark.parametrize(
        ("query", "listed"),
        [
            ("before=5&n=2", [4, 2]),
            ("before=5&n=1", [4]),
            ("before=5&n=-1", [4, 2, 1]),
            ("before=5&n=0", [4, 2, 1]),
            ("before=5", [4, 2, 1]),
            ("before=5&n=garbage", [4, 2, 1]),
            ("before=5&n=" + "9" * 40, [4, 2, 1]),
            ("before=99&n=2", [5, 4]),
            ("before=1&n=2", []),
            ("before=" + "9" * 40 + "&n=1", [5]),
            ("before=0", ALL),
            ("before=-3", ALL),
            ("before=garbage", ALL),
        ],
    )
    def test_before_which_lists_older_messages_newest_first(self, alice, query, listed):
        answer = alice.get(f"/chat-poll?{query}")

        assert numbers(answer) == list(listed)

    def test_before_which_makes_the_other_one_count_for_nothing(self, alice):
        assert numbers(alice.get("/chat-poll/99?before=3&n=5")) == [2, 1]

    def test_of_older_messages_is_the_initial_history_by_default(
        self, alice, configure
    ):
        configure("chat-initial-history", "2")

        assert numbers(alice.get("/chat-poll?before=6")) == [5, 4]


class TestWaitingOnAThread:
    """Where the server cannot park requests, as with any WSGI server."""

    def test_ends_when_a_message_comes(self, alice, say, hub):
        say("one")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(alice.get("/chat-poll/1?hold=20").data)
        )
        thread.start()
        until(lambda: len(hub), "somebody who waits")

        say("two")
        hub.announce()
        thread.join(5)

        assert b'"xmsg":"two"' in answers[0]

    def test_takes_no_longer_than_it_holds(self, alice, say, hub):
        say("one")

        answer = alice.get("/chat-poll/1?hold=1")

        assert as_fossils(answer) == EMPTY
        assert len(hub) == 0

    def test_takes_as_long_as_the_setting_says(self, alice, say, configure):
        say("one")
        configure("chat-poll-timeout", "1")

        assert as_fossils(alice.get("/chat-poll/1?hold=garbage")) == EMPTY

    def test_takes_no_longer_than_the_operator_allows(self, app, alice, say):
        say("one")
        app.config["POLL_SECONDS"] = 1

        assert as_fossils(alice.get("/chat-poll/1?hold=400")) == EMPTY

    def test_is_not_done_when_it_is_not_wanted(self, alice, say, hub):
        say("one")

        answer = alice.get("/chat-poll/1?wait=0&hold=20")

        assert as_fossils(answer) == EMPTY
        assert hub._watcher._thread is None

    def test_is_not_done_for_head(self, alice, say):
        say("one")

        answer = alice.head("/chat-poll/1?hold=20")

        assert (answer.status_code, answer.data) == (200, b"")

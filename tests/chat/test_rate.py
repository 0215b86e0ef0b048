"""Nobody fills the chat faster than a minute allows, and nobody else is held up."""

import pytest

from .test_sending import FOSSIL


@pytest.fixture
def send(client_of):
    def send(by="bob", text="hello", **fields):
        return client_of(by).post("/chat-send", data={"msg": text, **fields})

    return send


@pytest.fixture
def shift(sql):
    """Let all messages be so many seconds older."""
    return lambda seconds: sql("UPDATE chat SET mtime=mtime-?/86400.0", seconds)


def test_who_has_sent_many_has_to_wait(send, configure, rows):
    configure("fx-chat-per-minute", "3")
    answers = [send() for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json["isError"] is True
    assert answers[3].json["code"] == "rate"
    assert "At most 3 messages" in answers[3].json["xmsg"]
    assert 55 <= int(answers[3].headers["Retry-After"]) <= 60
    assert rows("SELECT count(*) FROM chat") == [(3,)]


def test_others_may_send_meanwhile(send, configure):
    configure("fx-chat-per-minute", "2")
    for _ in range(3):
        send("bob")

    assert [send("alice").status_code for _ in range(3)] == [200, 200, 429]


def test_there_is_room_again_when_the_first_is_a_minute_old(send, configure, shift):
    configure("fx-chat-per-minute", "2")
    send()
    shift(50)
    send()
    refused = send()
    shift(11)

    assert refused.status_code == 429
    assert 8 <= int(refused.headers["Retry-After"]) <= 11
    assert [send().status_code for _ in range(2)] == [200, 429]


def test_a_message_that_is_sent_again_is_known_all_the_same(send, configure):
    configure("fx-chat-per-minute", "1")
    stored = send(k="abc").json

    assert send(k="abc").json == {**stored, "dup": 1}
    assert send(k="def").status_code == 429


def test_what_other_programs_stored_counts(send, configure, foreign_say):
    configure("fx-chat-per-minute", "2")
    send()
    foreign_say(by="bob")

    assert send().status_code == 429


def test_0_sets_no_limit(send, configure):
    configure("fx-chat-per-minute", "0")

    assert {send().status_code for _ in range(5)} == {200}


def test_fossils_command_line_reads_the_reason(client_of, configure):
    configure("fx-chat-per-minute", "1")
    bob = client_of("bob")
    bob.post("/chat-send", data={"msg": "one"})

    answer = bob.post("/chat-send", data={"msg": "two"}, headers=FOSSIL)

    assert answer.status_code == 200
    assert answer.text.startswith('{"isError": true,')


def test_a_form_without_scripts_gets_a_page(send, configure):
    configure("fx-chat-per-minute", "1")
    send()

    answer = send(back="1")

    assert (answer.status_code, answer.mimetype) == (429, "text/html")
    assert answer.headers["Retry-After"]

"""Who waits at one of the servers sees at once what happens at the other."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def pool():
    with ThreadPoolExecutor(30) as pool:
        yield pool


@pytest.fixture
def wait(pool):
    """Let a visitor wait: `wait(bob, 3).result()` are the messages behind 3."""

    def start(visitor, cursor):
        waiting = pool.submit(visitor.poll, cursor, raw=1)
        time.sleep(0.2)
        assert not waiting.done()
        return waiting

    return start


@pytest.fixture
def theirs(fossil_server, visit):
    """Bob at fossil's server, where somebody has spoken."""
    bob = visit(fossil_server, "bob")
    bob.poll(before=1)
    bob.send("first")
    return bob


@pytest.fixture
def ours(theirs, repoweb, visit):
    """Bob at repoweb."""
    return visit(repoweb, cookies=theirs.cookies)


def test_repoweb_sees_what_fossil_stored(theirs, ours, wait):
    waiting = wait(ours, 1)

    theirs.send("second")

    begun = time.monotonic()
    assert [m["xmsg"] for m in waiting.result()] == ["second"]
    assert time.monotonic() - begun < 0.5


def test_fossil_sees_what_repoweb_stored(theirs, ours, wait):
    waiting = wait(theirs, 1)

    ours.send("second")

    begun = time.monotonic()
    assert [m["xmsg"] for m in waiting.result()] == ["second"]
    assert time.monotonic() - begun < 3  # it looks once a second


def test_repoweb_sees_what_fossil_deleted(theirs, ours, wait):
    waiting = wait(ours, 1)

    theirs.delete(1)

    assert [(m["msgid"], m["mdel"]) for m in waiting.result()] == [(2, 1)]
    assert ours.poll() == theirs.poll()


def test_fossil_sees_what_repoweb_deleted(theirs, ours, wait):
    waiting = wait(theirs, 1)

    ours.delete(1)

    assert [(m["msgid"], m["mdel"]) for m in waiting.result()] == [(2, 1)]
    assert ours.poll() == theirs.poll()


def test_neither_deletes_what_somebody_else_said(
    theirs, ours, fossil_server, repoweb, visit
):
    for server in (fossil_server, repoweb):
        visit(server, "alice").get("chat-delete/1")
    assert [m["msgid"] for m in ours.poll()] == [1]

    visit(repoweb, "drh").get("chat-delete/1")

    assert [m.get("mdel") for m in theirs.poll()] == [1]


def test_a_conversation_goes_to_and_fro(theirs, ours, pool):
    """Each waits for the other one's message and answers it."""

    def talk(visitor, own_turn):
        cursor, heard = 1, []
        for turn in range(4):
            if turn % 2 == own_turn:
                visitor.send(f"turn {turn}")
            while f"turn {turn}" not in heard:
                for message in visitor.poll(cursor, raw=1):
                    cursor = message["msgid"]
                    heard.append(message["xmsg"])
        return heard

    talks = [pool.submit(talk, ours, 0), pool.submit(talk, theirs, 1)]

    for one in talks:
        assert one.result() == [f"turn {n}" for n in range(4)]


def test_a_poll_without_news_ends_alike(fossil, path, theirs, ours, pool):
    fossil("setting", "chat-poll-timeout", 1, "-R", path)

    ends = [pool.submit(one.get, "chat-poll/1") for one in (theirs, ours)]

    first, second = (end.result() for end in ends)
    assert first.body == second.in_fossils_words
    assert first.json == {"msgs": []}


def test_who_is_locked_out_by_fossil_is_released_with_an_error(
    fossil, path, ours, wait
):
    waiting = wait(ours, 1)

    fossil("user", "capabilities", "bob", "o", "-R", path)

    [answer] = waiting.result()
    assert answer["isError"]
    assert "not logged in" in answer["xmsg"]


def test_who_logs_out_at_fossil_is_released_with_an_error(
    fossil_server, ours, visit, wait
):
    waiting = wait(ours, 1)

    visit(fossil_server, cookies=ours.cookies).log_out()

    assert waiting.result()[0]["isError"]

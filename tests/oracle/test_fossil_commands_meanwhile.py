"""`fossil commit` and `fossil rebuild` on the file that repoweb serves."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from .developer import Developer
from .tables import ask, derived, require_same, require_sound_index, texts

WAITERS = 5


@pytest.fixture(params=["delete", "wal"])
def path(path, request):
    """In both journal modes."""
    assert ask(path, f"PRAGMA journal_mode={request.param}") == [(request.param,)]
    return path


@pytest.fixture
def bob(repoweb, visit):
    bob = visit(repoweb, "bob")
    bob.send("first")
    return bob


@pytest.fixture
def waiters(bob, repoweb, visit):
    """Polls that wait behind the first message: `[w.result() for w in waiters]`."""
    visitors = [visit(repoweb, cookies=bob.cookies) for _ in range(WAITERS)]
    with ThreadPoolExecutor(WAITERS) as pool:
        yield [pool.submit(visitor.poll, 1, raw=1) for visitor in visitors]


@pytest.fixture
def developer(fossil, path, folder):
    return Developer(fossil, path, folder)


def listen(visitor, cursor, count):
    """Poll as a page does, until so many messages came; returns their texts."""
    heard = []
    while len(heard) < count:
        new = visitor.poll(cursor, raw=1)
        cursor = new[-1]["msgid"]
        heard += [message["xmsg"] for message in new]
    return heard


def heard(waiters):
    return [[message["xmsg"] for message in waiter.result()] for waiter in waiters]


def test_commits_disturb_nobody_who_waits(fossil, path, bob, waiters, developer):
    for number in range(5):
        developer.commit(f"file{number}.txt", f"add file{number}.txt")
        assert bob.get("stat").status == 200

    assert not any(waiter.done() for waiter in waiters)
    bob.send("second")

    assert heard(waiters) == [["second"]] * WAITERS
    assert "add file4.txt" in bob.get("home").text
    assert "0 errors" in fossil("test-integrity", "-R", path)


def test_a_rebuild_disturbs_nobody_who_waits(fossil, path, bob, waiters):
    fossil("rebuild", path)

    assert not any(waiter.done() for waiter in waiters)
    bob.send("second")

    assert heard(waiters) == [["second"]] * WAITERS
    assert bob.find("first") == [1]
    require_sound_index(path)


def test_after_a_rebuild_they_hear_what_fossil_stores(
    developer, bob, waiters, fossil_server, visit
):
    developer.run("rebuild")

    visit(fossil_server, cookies=bob.cookies).send("from fossil")

    assert heard(waiters) == [["from fossil"]] * WAITERS
    assert bob.find("fossil") == [2]
    require_sound_index(developer.path)


def test_commits_and_rebuilds_amid_a_conversation(
    fossil, developer, bob, repoweb, visit
):
    count, ended = 100, threading.Event()

    def send():
        try:
            for number in range(count):
                bob.send(f"message {number}")
                time.sleep(0.01)
        finally:
            ended.set()

    def search(visitor):
        while not ended.is_set():
            visitor.find("first")
            assert visitor.get("chat").status == 200

    def work():
        commits = 0
        while not ended.is_set():
            commits += developer.attempt_commit(f"file{commits}.txt")
            developer.attempt("rebuild")
        return commits + developer.attempt_commit("last.txt")

    others = [visit(repoweb, cookies=bob.cookies) for _ in range(4)]
    with ThreadPoolExecutor(6) as pool:
        worker = pool.submit(work)
        readers = [pool.submit(listen, other, 1, count) for other in others[:3]]
        searcher = pool.submit(search, others[3])
        pool.submit(send).result()
        searcher.result()
        commits = worker.result()
        messages = [reader.result() for reader in readers]

    path = developer.path
    assert texts(path) == ["first", *messages[0]]
    assert messages == [[f"message {n}" for n in range(count)]] * 3
    assert bob.find("message 99") == [101]
    require_sound_index(path)
    assert "0 errors" in fossil("test-integrity", "-R", path)
    assert len(ask(path, "SELECT 1 FROM event WHERE type='ci'")) == commits + 1 >= 2


def test_a_script_of_commands_is_not_disturbed(path, developer, bob, sql):
    """While nobody speaks repoweb writes nothing, or the next command would fail."""
    sql("REPLACE INTO config(name, value) VALUES('chat-timeline-user', 'chat-robot')")
    assert bob.get("chat").status == 200

    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(listen, bob, 1, 3 * 10)
        for number in range(10):
            developer.commit(f"file{number}.txt")
            assert developer.attempt("tag", "add", f"tag{number}", "trunk")
            assert developer.attempt("rebuild")
            time.sleep(0.05 * (number % 3))
            assert developer.attempt("tag", "cancel", f"tag{number}", "trunk")
        heard = heard.result()

    assert texts(path) == ["first", *heard]


def test_a_rebuild_keeps_the_chat_and_our_own_tables(fossil, path, bob, visit, repoweb):
    sent = bob.post("chat-send", msg="with a key", k="key1")
    assert sent.json == {"msgid": 2}
    assert not visit(repoweb).log_in("bob", "wrong")
    own = "SELECT name FROM sqlite_schema WHERE name GLOB 'fx_*' ORDER BY 1"
    tables, stored = ask(path, own), texts(path)
    assert ("fx_chatkey",) in tables

    fossil("rebuild", path)

    assert (ask(path, own), texts(path)) == (tables, stored)
    assert ask(path, "SELECT uname FROM fx_loginfail") == [("bob",)]
    again = bob.post("chat-send", msg="with a key", k="key1")
    assert again.json == {"msgid": 2, "dup": 1}
    assert texts(path) == stored


def test_a_rebuild_takes_the_index_and_repoweb_brings_it_back(fossil, path, bob):
    index = "SELECT 1 FROM sqlite_schema WHERE name='chatfts1'"
    assert ask(path, index)

    fossil("rebuild", path)
    assert not ask(path, index)

    assert bob.find("first") == [1]
    require_sound_index(path)


def test_a_rebuild_after_a_conversation_changes_no_row_that_a_reader_sees(
    fossil, path, bob, developer
):
    developer.commit("hello.txt")
    bob.send("second")
    before = derived(path)

    fossil("rebuild", path)

    require_same(before, derived(path))


@pytest.mark.parametrize("option", ["--vacuum", "--wal", "--compress"])
def test_a_file_that_was_made_over_is_served_on(fossil, path, bob, waiters, option):
    fossil("rebuild", option, path)

    bob.send("second")

    assert heard(waiters) == [["second"]] * WAITERS


def test_a_push_disturbs_nobody_who_waits(bob, waiters, fossil_server, clone):
    """To fossil's server, while others chat at repoweb."""
    url = fossil_server.url.replace("//", "//drh:pw-drh@")
    developer = clone(url)
    developer.commit("pushed.txt", "pushed")

    developer.run("push", url, "--once")

    assert "pushed" in bob.get("home").text
    assert not any(waiter.done() for waiter in waiters)
    bob.send("second")
    assert heard(waiters) == [["second"]] * WAITERS

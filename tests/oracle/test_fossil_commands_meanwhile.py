"""`fossil commit` and `fossil rebuild` on the file that repoweb serves."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tables import ask, derived, require_same, require_sound_index, texts

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
def commit(fossil, path, folder):
    """Try to commit a file from a check-out, as a developer does."""
    fossil("open", path, cwd=folder)

    def run(name):
        (folder / name).write_text(name)
        fossil("add", name, cwd=folder)
        options = ("-m", f"add {name}", "--no-warnings")
        return fossil.attempt("commit", *options, cwd=folder)

    return run


def heard(waiters):
    return [[message["xmsg"] for message in waiter.result()] for waiter in waiters]


def test_commits_disturb_nobody_who_waits(fossil, path, bob, waiters, commit):
    for number in range(5):
        assert commit(f"file{number}.txt")
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
    fossil, path, bob, waiters, fossil_server, visit
):
    fossil("rebuild", path)

    visit(fossil_server, cookies=bob.cookies).send("from fossil")

    assert heard(waiters) == [["from fossil"]] * WAITERS
    assert bob.find("fossil") == [2]
    require_sound_index(path)


def test_commits_and_rebuilds_amid_a_conversation(
    fossil, path, bob, commit, repoweb, visit
):
    count, ended = 100, threading.Event()

    def send():
        for number in range(count):
            bob.send(f"message {number}")
            time.sleep(0.01)
        ended.set()

    def read(reader):
        cursor, heard = 1, []
        while len(heard) < count:
            new = reader.poll(cursor, raw=1)
            cursor = new[-1]["msgid"]
            heard += [message["xmsg"] for message in new]
        return heard

    def search(visitor):
        while not ended.is_set():
            visitor.find("first")
            assert visitor.get("chat").status == 200

    def work():
        commits = 0
        while not ended.is_set():
            commits += commit(f"file{commits}.txt")
            fossil.attempt("rebuild", path)
        return commits + commit("last.txt")

    others = [visit(repoweb, cookies=bob.cookies) for _ in range(4)]
    with ThreadPoolExecutor(6) as pool:
        worker = pool.submit(work)
        readers = [pool.submit(read, other) for other in others[:3]]
        searcher = pool.submit(search, others[3])
        pool.submit(send).result()
        searcher.result()
        commits = worker.result()
        messages = [reader.result() for reader in readers]

    assert texts(path) == ["first", *messages[0]]
    assert messages == [[f"message {n}" for n in range(count)]] * 3
    assert bob.find("message 99") == [101]
    require_sound_index(path)
    assert "0 errors" in fossil("test-integrity", "-R", path)
    assert len(ask(path, "SELECT 1 FROM event WHERE type='ci'")) == commits + 1 >= 2


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
    fossil, path, bob, commit
):
    assert commit("hello.txt")
    bob.send("second")
    before = derived(path)

    fossil("rebuild", path)

    require_same(before, derived(path))


def test_a_file_that_was_vacuumed_is_served_on(fossil, path, bob, waiters):
    fossil("rebuild", "--vacuum", path)

    bob.send("second")

    assert heard(waiters) == [["second"]] * WAITERS


def test_a_sync_disturbs_nobody_who_waits(
    fossil, path, bob, waiters, fossil_server, tmp_path
):
    """A developer pushes to fossil's server while others chat at repoweb."""
    clone, checkout = tmp_path / "clone.fossil", tmp_path / "clone"
    checkout.mkdir()
    url = fossil_server.url.replace("//", "//drh:pw-drh@")
    fossil("clone", "--no-open", url, clone)
    fossil("setting", "autosync", "off", "-R", clone)
    fossil("open", clone, cwd=checkout)
    (checkout / "pushed.txt").write_text("pushed")
    fossil("add", "pushed.txt", cwd=checkout)

    fossil("commit", "-m", "pushed", "--no-warnings", cwd=checkout)
    fossil("push", url, "--once", "-R", clone)

    assert "pushed" in bob.get("home").text
    assert not any(waiter.done() for waiter in waiters)
    bob.send("second")
    assert heard(waiters) == [["second"]] * WAITERS

"""A thousand messages that both write: none is lost, and all are found."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from .tables import ask, require_sound_index, texts

COUNT = 1000
WRITERS = 4  # on each side, when they write at once


@pytest.fixture(params=["delete", "wal"])
def mode(path, request):
    """The journal mode, set while nobody has the file open."""
    assert ask(path, f"PRAGMA journal_mode={request.param}") == [(request.param,)]


@pytest.fixture
def servers(path, fossil, fossil_server, repoweb, visit):
    """Both, of which fossil 2.21 has to make the table first."""
    fossil("sql", "-R", path, "INSERT INTO config VALUES('fx-chat-per-minute', 0, 0)")
    visit(fossil_server, "bob").poll(before=1)
    return fossil_server, repoweb


def send_all(visitor, messages):
    for message in messages:
        visitor.send(message)


def read_all(visitor):
    """Poll as a page does, until everything was said."""
    cursor, heard = 0, []
    while len(heard) < COUNT:
        new = visitor.poll(cursor, raw=1)
        cursor = new[-1]["msgid"]
        heard += [message["xmsg"] for message in new]
    return heard


def test_written_in_turn(fossil, path, servers, visit):
    theirs, ours = (visit(server, "bob") for server in servers)
    messages = [f"message {n}" for n in range(COUNT)]

    for number, message in enumerate(messages):
        (theirs, ours)[number % 2].send(message)
        if number % 100 == 1:
            require_sound_index(path)

    assert texts(path) == messages
    assert ours.find("message 500") == [501]  # fossil wrote it
    assert ours.find("message 501") == [502]
    assert ours.find("message 998") == [999]
    assert len(ours.get("chat-query", q="message").json["msgs"]) == 500
    require_sound_index(path)
    assert "0 errors" in fossil("test-integrity", "-R", path)


@pytest.mark.usefixtures("mode", "servers")
def test_written_at_once(fossil, path, servers, visit):
    writers = [visit(server, "bob") for server in servers for _ in range(WRITERS)]
    readers = [visit(server, "alice") for server in (*servers, servers[1])]
    share = COUNT // len(writers)

    with ThreadPoolExecutor(len(writers) + len(readers)) as pool:
        heard = [pool.submit(read_all, reader) for reader in readers]
        sent = [
            pool.submit(send_all, writer, [f"w{w}m{n}" for n in range(share)])
            for w, writer in enumerate(writers)
        ]
        for one in sent:
            one.result()
        heard = [one.result() for one in heard]

    stored = texts(path)
    assert len(stored) == COUNT
    for w in range(len(writers)):
        own = [text for text in stored if text.startswith(f"w{w}m")]
        assert own == [f"w{w}m{n}" for n in range(share)]
    assert heard == [stored] * len(readers)
    ours = visit(servers[1], "bob")
    for word in ("w0m0", "w3m124", "w7m124"):
        [found] = ours.find(word)
        assert stored[found - 1] == word
    require_sound_index(path)
    assert "0 errors" in fossil("test-integrity", "-R", path)
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]

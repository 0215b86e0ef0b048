"""Both delete old messages, and what one of them deletes the other can live with."""

import pytest

from .tables import ask, change, require_sound_index

AGES = (10, 8, 6, 4, 2, 0)  # days, of the messages 200 to 205
RULES = {  # days and count: the first that stays by Fossil's code, and by ours
    (7, 0): (202, 202),
    (7, 2): (202, 202),
    (1, 2): (203, 204),  # Fossil keeps one more than chat-keep-count
    (0, 2): (203, 200),  # for us, as documented, this is for ever
    (-1, 2): (203, 200),
    (0, 0): (205, 200),
    (2.5, 0): (204, 204),
}
SECRET = "zebrastripes"
NO_REMOTE = ("--remote", "http://nowhere.invalid/", "--unsafe")
"""Fossil wants to know a server before it does what needs none."""


@pytest.fixture
def theirs(fossil_server, visit):
    """Bob at fossil's server, which has made the tables."""
    bob = visit(fossil_server, "bob")
    bob.poll(before=1)
    return bob


@pytest.fixture
def ours(repoweb, visit):
    """Bob at repoweb, which has made the tables."""
    bob = visit(repoweb, "bob")
    bob.get("chat")
    return bob


@pytest.fixture
def grow_old(path):
    """Fill the chat with messages from 10 days ago until now, known to the index."""

    def fill(first=200, *, index=True):
        for number, age in enumerate(AGES, first):
            change(
                path,
                "INSERT INTO chat(msgid, mtime, xfrom, xmsg) VALUES"
                f"({number}, julianday('now')-{age}, 'bob', '{SECRET} {number}')",
            )
        if index and ask(path, "SELECT 1 FROM sqlite_schema WHERE name='chatfts1'"):
            change(path, "INSERT INTO chatfts1(chatfts1) VALUES('rebuild')")

    return fill


@pytest.fixture
def keep(fossil, path):
    """Set, by fossil's command, what stays."""

    def setting(days, count):
        change(
            path,
            f"REPLACE INTO config(name, value) VALUES('chat-keep-days', '{days}')",
            f"REPLACE INTO config(name, value) VALUES('chat-keep-count', '{count}')",
        )
        assert str(count) in fossil("setting", "chat-keep-count", "-R", path)

    return setting


def ids(path):
    return [row[0] for row in ask(path, "SELECT msgid FROM chat ORDER BY 1")]


@pytest.mark.parametrize("rule", RULES)
def test_fossil_purges_by_its_code(path, theirs, grow_old, keep, rule):
    grow_old()
    keep(*rule)

    theirs.poll(-1)

    assert ids(path) == list(range(RULES[rule][0], 206))


@pytest.mark.parametrize("rule", RULES)
def test_repoweb_purges_by_fossils_documentation(path, ours, grow_old, keep, rule):
    grow_old()
    keep(*rule)

    ours.poll(-1)

    assert ids(path) == list(range(RULES[rule][1], 206))
    require_sound_index(path)


def test_after_a_purge_by_fossil_repoweb_goes_on(path, theirs, ours, grow_old, keep):
    grow_old()
    keep(5, 0)
    theirs.poll(-1)
    assert ids(path) == [203, 204, 205]

    ours.send("hello")
    ours.delete(204)

    assert ids(path) == [203, 205, 206, 207]
    assert ours.find(SECRET) == [203, 205]
    require_sound_index(path)


def test_after_a_purge_by_repoweb_fossil_goes_on(path, theirs, ours, grow_old, keep):
    grow_old()
    keep(5, 0)
    ours.send("hello")
    assert ids(path) == [203, 204, 205, 206]

    theirs.send("hello too")
    theirs.delete(207)
    keep(1, 0)
    theirs.poll(-1)

    assert ids(path) == [205, 206, 208]
    assert [m["msgid"] for m in ours.poll()] == [205, 206, 208]


def test_messages_that_nobody_indexed_are_purged_without_harm(
    path, ours, grow_old, keep
):
    """As fossil 2.21 leaves them; Fossil itself then finds the file malformed."""
    grow_old(index=False)
    keep(5, 0)

    ours.send("hello")

    assert ids(path) == [203, 204, 205, 206]
    assert ours.find(SECRET) == [203, 204, 205]
    require_sound_index(path)


@pytest.mark.usefixtures("ours")
def test_repowebs_command_purges(run_repoweb, path, grow_old, keep):
    grow_old()
    keep(7, 0)

    assert "2 messages" in run_repoweb("chat", "purge", path)

    assert ids(path) == [202, 203, 204, 205]
    require_sound_index(path)


def test_fossils_command_purges(fossil, path, ours, grow_old, keep):
    if not fossil.indexes_chat:
        pytest.skip("this fossil has no command to purge")
    grow_old()
    keep(5, 0)

    fossil("chat", "purge", "-R", path, *NO_REMOTE)

    assert ids(path) == [203, 204, 205]
    assert ours.find(SECRET) == [203, 204, 205]
    require_sound_index(path)


def test_fossils_command_reindexes_for_both(fossil, run_repoweb, path, ours, grow_old):
    grow_old(index=False)
    if not fossil.indexes_chat:
        pytest.skip("this fossil has no command to reindex")

    fossil("chat", "reindex", "-R", path, *NO_REMOTE)

    assert ours.find(SECRET) == list(range(200, 206))
    require_sound_index(path)
    run_repoweb("chat", "reindex", path)
    require_sound_index(path)


def test_nothing_of_a_purged_message_stays_in_the_file(path, ours, grow_old, keep):
    grow_old()
    keep(7, 0)
    assert f"{SECRET} 200".encode() in path.read_bytes()

    ours.poll(-1)

    content = path.read_bytes()
    assert f"{SECRET} 200".encode() not in content
    assert f"{SECRET} 205".encode() in content

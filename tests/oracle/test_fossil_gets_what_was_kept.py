"""A talk in the chat is kept as a forum thread, which fossil syncs to a clone."""

import pytest


@pytest.fixture
def path(path, sql):
    sql("UPDATE user SET cap='oC234' WHERE login='alice'")
    return path


@pytest.fixture
def alice(repoweb, visit):
    return visit(repoweb, "alice")


@pytest.fixture
def bob(repoweb, visit):
    return visit(repoweb, "bob")


def test_a_kept_talk_is_in_the_clone_when_the_chat_is_empty(
    alice, bob, cloned, sql, rebuilds_the_same
):
    alice.send("Shall we release *now*?")
    bob.send("Yes!")

    kept = alice.post("chat-keep", m="1,2", place="thread", title="Release")
    assert kept.status == 303, kept.text
    sql("DELETE FROM chat", "DROP TABLE IF EXISTS chatfts1")
    rebuilds_the_same()
    clone = cloned()

    name = kept.headers["location"].rpartition("/")[2]
    page = clone.visitor().get(f"forumpost/{name}").text
    assert "Shall we release *now*?" in page
    assert "Yes!" in page

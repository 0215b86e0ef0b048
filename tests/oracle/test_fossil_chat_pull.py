"""`fossil chat pull`, which makes a backup, from repoweb; and the other way."""

import pytest

from .tables import messages, require_sound_index


@pytest.fixture
def other(fossil, tmp_path):
    """The file into which messages are pulled."""
    path = tmp_path / "other.fossil"
    fossil("new", path, "--admin-user", "drh")
    return path


@pytest.fixture
def pull(fossil, other, repoweb):
    """Pull as fossil does: `pull("drh:pw-drh")`."""

    def run(who, *arguments, end=""):
        url = repoweb.url.rstrip("/").replace("//", f"//{who}@") + end
        options = ("-R", other, "--unsafe", "--remote", url)
        return fossil.run("chat", "pull", *options, *arguments)

    return run


@pytest.fixture
def bob(repoweb, visit):
    """He has said something."""
    bob = visit(repoweb, "bob")
    bob.send("Grüße 🦊", lmtime="2026-11-20T12:00:00")
    bob.send("a file", ("a b.txt", "text/plain", bytes(range(256)) * 5000))
    bob.send("a mistake")
    bob.delete(3)
    return bob


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize("end", ["", "/"])
def test_all_messages_are_pulled(pull, path, other, end):
    done = pull("drh:pw-drh", end=end)

    assert done.status == 0, done
    assert "3 new records" in done.output
    assert messages(other) == messages(path)


def test_later_only_new_ones_are(pull, path, other, bob):
    pull("drh:pw-drh")
    bob.send("another")

    done = pull("drh:pw-drh")

    assert "1 new records" in done.output
    assert messages(other) == messages(path)


@pytest.mark.usefixtures("bob")
def test_again_all_are_pulled_if_it_is_asked_for(pull, path, other):
    pull("drh:pw-drh")

    done = pull("drh:pw-drh", "--all")

    assert "3 new records" in done.output
    assert messages(other) == messages(path)


@pytest.mark.usefixtures("bob")
def test_a_backup_file_is_written(pull, path, tmp_path):
    done = pull("drh:pw-drh", "--out", tmp_path / "backup.db")

    assert done.status == 0, done
    assert messages(tmp_path / "backup.db") == messages(path)


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize("who", ["bob:pw-bob", "drh:wrong", "eve:pw-drh"])
def test_only_a_setup_user_may_pull(pull, other, who):
    done = pull(who)

    # fossil tells it by what SQLite says of an answer that is no database
    assert done.status == 1
    assert "chatbu.chat" in done.output
    pull("drh:pw-drh")
    assert len(messages(other)) == 3


def test_a_chat_that_was_never_used_is_pulled(pull, other):
    done = pull("drh:pw-drh")

    assert done.status == 0, done
    assert messages(other) == []


@pytest.mark.usefixtures("bob")
def test_what_was_pulled_is_served_by_repoweb(
    pull, other, fossil, serve_repoweb, visit
):
    pull("drh:pw-drh")
    fossil("user", "password", "drh", "pw-drh", "-R", other)

    drh = visit(serve_repoweb(other), "drh")
    drh.send("hello")

    assert [m["msgid"] for m in drh.poll()] == [1, 2, 4, 5]
    assert drh.find("file") == [2]
    require_sound_index(other)


def test_repowebs_command_pulls_from_fossils_server(
    run_repoweb, path, other, bob, fossil_server
):
    theirs = fossil_server.url.replace("//", "//drh:pw-drh@")

    said = run_repoweb("chat", "pull", other, theirs)

    assert "3 messages" in said
    assert messages(other) == messages(path)
    require_sound_index(other)
    bob.send("another")
    assert "1 messages" in run_repoweb("chat", "pull", other, theirs)

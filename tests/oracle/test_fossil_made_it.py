"""Repositories that real fossil made, of every kind, are served as they are."""

import pytest

from .tables import ask, change, messages, require_sound_index

FIRST_CHAT = """
CREATE TABLE chat(
  msgid INTEGER PRIMARY KEY AUTOINCREMENT, mtime JULIANDAY, xfrom TEXT, xmsg TEXT,
  file BLOB, fname TEXT, fmime TEXT)"""
"""As Fossil's chat of December 2020 made it, without mdel and lmtime."""

SECOND_CHAT = FIRST_CHAT.replace("fmime TEXT)", "fmime TEXT, mdel INT)")

OLD_MESSAGES = """
INSERT INTO chat(msgid, mtime, xfrom, xmsg, fname, fmime, file) VALUES
  (1, julianday('now', '-1 hour'), 'alice', 'an old message', NULL, NULL, NULL),
  (2, julianday('now', '-1 hour'), 'bob', 'with a file', 'a b.txt', 'text/plain',
   x'610a')"""


def made_new(_fossil, _path):
    pass


def made_with_sha1(fossil, path):
    path.unlink()
    fossil("new", path, "--sha1", "--admin-user", "drh")
    fossil("user", "password", "drh", "pw-drh", "-R", path)
    fossil("user", "new", "bob", "", "pw-bob", "-R", path)
    fossil("user", "capabilities", "bob", "o23C", "-R", path)
    assert len(ask(path, "SELECT uuid FROM blob")[0][0]) == 40


def made_wal(_fossil, path):
    assert ask(path, "PRAGMA journal_mode=wal") == [("wal",)]


def made_rebuilt(fossil, path):
    fossil("rebuild", path)


def made_searchable(fossil, path):
    fossil("fts-config", "enable", "cdtw", "-R", path)
    fossil("fts-config", "index", "on", "-R", path)


def made_with_chat(_fossil, path):
    change(path, FIRST_CHAT, OLD_MESSAGES)
    change(path, "ALTER TABLE chat ADD COLUMN mdel INT")
    change(path, "ALTER TABLE chat ADD COLUMN lmtime TEXT")


def made_with_first_chat(_fossil, path):
    change(path, FIRST_CHAT, OLD_MESSAGES)


def made_with_second_chat(_fossil, path):
    change(path, SECOND_CHAT, OLD_MESSAGES)


KINDS = {
    name.removeprefix("made_").replace("_", " "): make
    for name, make in list(globals().items())
    if name.startswith("made_")
}
WITH_CHAT = [kind for kind in KINDS if kind.endswith("chat")]


@pytest.fixture
def made(fossil, path, request):
    KINDS[request.param](fossil, path)
    return path


@pytest.mark.parametrize("made", KINDS, indirect=True)
def test_it_is_served_and_stays_sound(fossil, made, serve_repoweb, visit):
    mode = ask(made, "PRAGMA journal_mode")
    drh = visit(serve_repoweb(made), "drh")

    for page in ("home", "stat", "chat", "sitemap", "my", "Admin/Chat", "Admin/Users"):
        assert drh.get(page).status == 200, page
    assert "initial empty check-in" in drh.get("home").text
    drh.send("hello world")
    found = drh.find("world")
    assert [m["xmsg"] for m in drh.poll(found[0] - 1)] == ["hello world"]

    assert "0 errors" in fossil("test-integrity", "-R", made)
    assert ask(made, "PRAGMA journal_mode") == mode
    assert ask(made, "PRAGMA integrity_check") == [("ok",)]
    require_sound_index(made)


@pytest.mark.parametrize("made", WITH_CHAT, indirect=True)
def test_its_old_messages_are_shown_and_found(made, serve_repoweb, visit):
    bob = visit(serve_repoweb(made), "bob")

    page, polled = bob.get("chat").text, bob.poll()

    assert "an old message" in page
    assert "a b.txt" in page
    assert [m["xmsg"] for m in polled] == ["an old message", "with a file"]
    assert bob.get("chat-download/2/a%20b.txt").body == b"a\n"
    assert bob.find("old") == [1]


@pytest.mark.parametrize("made", WITH_CHAT, indirect=True)
def test_what_repoweb_migrated_works_in_fossil(
    made, serve_repoweb, serve_fossil, visit
):
    ours = visit(serve_repoweb(made), "bob")
    ours.send("from repoweb")
    theirs = visit(serve_fossil(made), "bob")

    theirs.send("from fossil", lmtime="2026-11-20T12:00:00")
    theirs.delete(2)

    assert [m["msgid"] for m in theirs.poll()] == [1, 3, 4, 5]
    assert [row[:4] + row[7:] for row in messages(made)] == [
        (1, "alice", "an old message", None, None),
        (3, "bob", "from repoweb", None, None),
        (4, "bob", "from fossil", "2026-11-20T12:00:00", None),
        (5, "bob", None, None, 2),
    ]
    assert ours.find("from") == [3, 4]
    require_sound_index(made)


@pytest.mark.parametrize("made", WITH_CHAT, indirect=True)
def test_what_fossil_migrated_works_in_repoweb(
    made, serve_repoweb, serve_fossil, visit
):
    theirs = visit(serve_fossil(made), "bob")
    theirs.send("from fossil")
    ours = visit(serve_repoweb(made), "bob")

    ours.send("from repoweb")
    ours.delete(2)

    assert [m["msgid"] for m in theirs.poll()] == [1, 3, 4, 5]
    assert ours.poll(raw=1) == theirs.poll(raw=1)
    require_sound_index(made)


def test_a_chat_that_was_never_used_by_fossil_is_made_on_the_first_visit(
    path, serve_repoweb, serve_fossil, visit
):
    tables = "SELECT name FROM sqlite_schema WHERE name IN ('chat', 'chatfts1')"
    assert ask(path, tables) == []

    visit(serve_repoweb(path), "bob").get("chat")

    assert sorted(ask(path, tables)) == [("chat",), ("chatfts1",)]
    assert visit(serve_fossil(path), "bob").get("chat").status == 200

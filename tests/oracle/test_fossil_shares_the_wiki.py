"""A wiki page, written through repoweb, fossil's server and fossil's command line."""

import pytest


@pytest.fixture
def path(path, sql):
    sql("UPDATE user SET cap='iofkjmb' WHERE login='alice'")
    return path


@pytest.fixture
def alice(repoweb, visit):
    return visit(repoweb, "alice")


def save(visitor, text, base, name="The page"):
    form = {"name": name, "content": text, "base": base}
    return visitor.post("wikiedit", mimetype="text/x-markdown", **form)


@pytest.fixture
def newest(rows):
    """The hash of the newest version."""

    def ask():
        return rows(
            "SELECT uuid FROM blob JOIN event ON objid=rid WHERE type='w'"
            " ORDER BY event.mtime DESC LIMIT 1"
        )[0][0]

    return ask


def test_both_show_the_same_page(alice, fossil_server, visit, rebuilds_the_same):
    assert save(alice, "Hello *there*, [x](/info/abcd)", "").status == 303

    theirs = visit(fossil_server, "alice")

    assert "<em>there</em>" in theirs.get("wiki", name="The page").text
    assert "The page" in theirs.get("wcontent").text
    rebuilds_the_same()


def test_what_fossil_stored_meanwhile_is_not_overwritten(
    alice, newest, fossil, path, tmp_path
):
    save(alice, "first", "")
    base = newest()
    file = tmp_path / "page"
    file.write_text("by fossil")
    fossil("wiki", "commit", "The page", file, "-R", path)

    answer = save(alice, "by alice", base)

    assert answer.status == 409
    assert "by fossil" in fossil("wiki", "export", "The page", "-R", path)
    assert save(alice, "by both", newest()).status == 303
    assert "by both" in fossil("wiki", "export", "The page", "-R", path)


def test_a_page_is_synced_to_a_clone_and_continued_there(
    alice, cloned, rebuilds_the_same
):
    save(alice, "first", "")
    clone = cloned()
    assert clone.events("w") == 1

    clone.developer.write("commit", "The page", "second, in the clone")
    clone.sync()

    assert "second, in the clone" in alice.get("wiki", name="The page").text
    rebuilds_the_same()

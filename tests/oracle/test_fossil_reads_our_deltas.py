"""Older versions that repoweb stored as deltas: fossil reads and syncs them."""

from contextlib import closing

import pytest

from repoweb.repository.delta import create
from repoweb.repository.repository import Repository
from repoweb.repository.writing import forum, technote, wiki
from repoweb.repository.writing.forum import NewPost
from repoweb.repository.writing.moderation import approve
from repoweb.repository.writing.put import Author, put
from repoweb.repository.writing.technote import NewTechnote

from .tables import ask

VERSIONS = 12
LINES = "".join(f"Line {number}: {7**number}\n" for number in range(60))
NOTE = "71ee9dc386f1c48717837d8270adb279770ad789"
DELTAS = "SELECT count(*) FROM delta"


@pytest.fixture
def write(path):
    """Write one artifact: `write(cards)`; gives its hash."""
    with closing(Repository(path)) as repository:

        def run(cards, *, moderated=False):
            with repository.writing() as db:
                return put(db, cards, Author("alice", moderated=moderated))

        run.repository = repository
        yield run


def text(number):
    return LINES.replace(f"Line {number}:", f"Changed {number}:") + f"{number}\n"


def write_page(write):
    hashes = []
    for number in range(VERSIONS):
        parent = hashes[-1] if hashes else None
        hashes.append(write(wiki.cards("P", text(number), "text/plain", parent)).hash)
    return hashes


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (LINES, text(3)),
        (text(3), LINES * 3),
        (LINES, "\n".join(sorted(LINES.split("\n")))),
        ("x" * 3000, "y" + "x" * 5000),
        (LINES, "nothing alike"),
        ("short", LINES),
    ],
)
def test_fossil_applies_a_delta(fossil, tmp_path, source, target):
    (tmp_path / "source").write_text(source)
    (tmp_path / "delta").write_bytes(create(source.encode(), target.encode()))

    fossil("test-delta-apply", "source", "delta", "target", cwd=tmp_path)

    assert (tmp_path / "target").read_text() == target


def test_all_versions_but_the_newest_are_deltas_which_fossil_reads(
    write, fossil, path, rows, rebuilds_the_same
):
    hashes = write_page(write)

    assert rows(DELTAS) == [(VERSIONS - 1,)]
    newest = "SELECT uuid FROM blob JOIN event ON objid=rid LEFT JOIN delta USING(rid)"
    assert rows(f"{newest} WHERE type='w' AND srcid IS NULL") == [(hashes[-1],)]
    sizes = "SELECT sum(length(content)), sum(size) FROM blob JOIN delta USING(rid)"
    [(stored, size)] = rows(sizes)
    assert stored * 8 < size
    for number, name in enumerate(hashes):
        assert text(number) in fossil("artifact", name, "-R", path)
    rebuilds_the_same()
    assert rows(DELTAS) == [(VERSIONS - 1,)]


def test_posts_and_technotes_are_stored_so_too(
    write, fossil, path, rows, rebuilds_the_same
):
    first = write(forum.cards(NewPost(text(1), title="A thread"))).hash
    second = NewPost(text(2), title="A thread", thread=first, parent=first)
    write(forum.cards(second))
    note = NewTechnote(NOTE, "2026-01-03T00:00:00", "A note", text(1))
    before = write(technote.cards(note)).hash
    write(
        technote.cards(NewTechnote(NOTE, note.time, "A note", text(2), parent=before))
    )

    assert rows(DELTAS) == [(2,)]
    for name in (first, before):
        assert text(1) in fossil("artifact", name, "-R", path)
    rebuilds_the_same()


def test_a_clone_gets_all_versions_and_gives_back_its_own(
    write, fossil, cloned, rows, rebuilds_the_same
):
    hashes = write_page(write)
    clone = cloned()

    clone.developer.write("commit", "P", text(40))
    clone.sync()

    for number, name in enumerate(hashes):
        assert text(number) in fossil("artifact", name, "-R", clone.developer.path)
    assert " 0 errors" in fossil("test-integrity", clone.developer.path)
    version = "SELECT uuid FROM blob JOIN event ON objid=rid ORDER BY event.mtime DESC"
    [(name,)] = rows(f"{version} LIMIT 1")
    write(wiki.cards("P", text(41), "text/plain", name))
    clone.sync()
    assert text(41) in fossil("wiki", "export", "P", "-R", clone.developer.path)
    rebuilds_the_same()


def test_what_is_public_needs_nothing_that_waits_for_a_moderator(write, path, rows):
    public = write(wiki.cards("P", text(1), "text/plain", None))

    held = write(wiki.cards("P", text(2), "text/plain", public.hash), moderated=True)

    assert rows(DELTAS) == [(0,)]
    write(wiki.cards("P", text(3), "text/plain", held.hash))
    assert rows(DELTAS) == [(0,)]
    with write.repository.writing() as db:
        approve(db, held.rid)
    write(wiki.cards("P", text(4), "text/plain", held.hash))
    assert ask(path, "SELECT rid FROM delta") == [(held.rid,)]


def test_what_is_short_or_new_altogether_stays_whole(write, rows):
    first = write(wiki.cards("P", "a", "", None)).hash
    second = write(wiki.cards("P", text(1), "text/plain", first)).hash

    write(wiki.cards("P", LINES[::-1], "text/plain", second))

    assert rows(DELTAS) == [(0,)]

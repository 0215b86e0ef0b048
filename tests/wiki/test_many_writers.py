"""Ten who write the same page at once: nothing is lost unseen, and nothing forks."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from repoweb.repository import wikipages
from repoweb.repository.manifests import manifest_of
from repoweb.repository.writing import wiki
from repoweb.repository.writing.put import Author, put
from repoweb.wiki import store

WRITERS, LINES = 10, 5


def test_every_line_arrives_and_every_version_has_one_child(repository, rows):
    with repository.writing() as db:
        store.save(db, store.Draft("Page", "begin", "text/plain", ""), Author("drh"))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda writer: add_lines(repository, writer), range(WRITERS)))

    with repository.reading() as db:
        text = manifest_of(db, wikipages.current(db, "Page").rid).text
    wanted = {f"{w}-{n}" for w in range(WRITERS) for n in range(LINES)}
    assert set(text.split()) == {"begin", *wanted}
    assert rows("SELECT pid FROM plink GROUP BY pid HAVING count(*)>1") == []
    assert rows("SELECT count(*) FROM plink") == [(WRITERS * LINES,)]


def add_lines(repository, writer):
    """Edit as a person does: read, write, and on a conflict read again."""
    for number in range(LINES):
        while not add_line(repository, f"{writer}-{number}"):
            pass


def add_line(repository, line):
    with repository.reading() as db:
        page = wikipages.current(db, "Page")
        text = manifest_of(db, page.rid).text
    draft = store.Draft("Page", f"{text}\n{line}", "text/plain", page.hash)
    with suppress(store.EditConflict), repository.writing() as db:
        store.save(db, draft, Author("alice"))
        return True
    return False


@pytest.fixture
def forked(repository):
    """A page that two clones changed before they were synced."""
    with repository.writing() as db:
        first = put(db, wiki.cards("Page", "begin", "", None), Author("drh")).hash
        put(db, wiki.cards("Page", "one", "", first), Author("alice"))
        put(db, wiki.cards("Page", "two", "", first), Author("bob"))


@pytest.mark.usefixtures("forked")
def test_a_fork_that_came_from_elsewhere_is_told(bob):
    page = bob.get("/wiki?name=Page")

    assert "alice changed the page at the same time" in page.text
    assert "written beside" in bob.get("/whistory?name=Page").text


@pytest.mark.usefixtures("forked")
def test_it_is_over_when_somebody_has_edited_the_page(alice, bob, write):
    write(alice, "Page", "one and two")

    assert "at the same time" not in bob.get("/wiki?name=Page").text
    assert "written beside" in bob.get("/whistory?name=Page").text


def test_a_page_without_a_fork_says_nothing(alice, bob, write):
    write(alice, "Page", "one", "")
    write(alice, "Page", "two")

    assert "at the same time" not in bob.get("/wiki?name=Page").text
    assert "written beside" not in bob.get("/whistory?name=Page").text

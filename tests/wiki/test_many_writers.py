"""Ten who write the same page at once: nothing is lost unseen, and nothing forks."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from repoweb.repository import wikipages
from repoweb.repository.manifests import manifest_of
from repoweb.repository.writing.put import Author
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

"""Check-ins and comparisons with much that differs: a part at once, then the rest."""

from datetime import UTC, datetime

import pytest
from pages import parse

from repoweb.info import changes
from repoweb.repository.checkin import check_in
from repoweb.web import diffview

FILES = 60


@pytest.fixture(autouse=True)
def _links(sql):
    sql("UPDATE user SET cap='hgjorz' WHERE login='nobody'")


@pytest.fixture
def commit(repository):
    def make(files):
        time = datetime(2099, 3, 1, tzinfo=UTC)
        with repository.writing() as db:
            return check_in(db, files, comment="many", user="drh", time=time)

    return make


@pytest.fixture
def many(commit):
    """A check-in of many small files."""
    return commit({f"f{n:02}": b"one\ntwo\n" for n in range(FILES)})


def sections(page):
    return page.all("section", "file-diff")


def late(page):
    return [e["id"] for e in page.elements if "data-later" in e.attributes]


@pytest.fixture(params=["/info/{}?", "/vdiff?from=root:tip&to={}&"])
def address(request, many):
    return request.param.format(many)


def test_the_first_files_come_at_once(nobody, address):
    page = parse(nobody.get(address).text)

    at_once = changes._FILES_AT_ONCE
    names = range(at_once + 1, FILES + 1)
    assert late(page) == [*(f"c{n}" for n in names), *(f"d{n}" for n in names)]
    assert len(sections(page)) == FILES
    assert len(page.all("table", "diff")) == at_once


def test_it_is_said_what_follows_and_where(nobody, address):
    [rest] = parse(nobody.get(address).text).all("p", "rest")

    assert "20 more files" in rest.text
    assert rest["data-whole"].endswith("whole=1")


def test_the_whole_page_has_all_of_it(nobody, address):
    page = parse(nobody.get(f"{address}&whole=1").text)

    assert not late(page)
    assert not page.all("p", "rest")
    assert len(page.all("table", "diff")) == FILES
    assert page.by_id(f"c{FILES}").text.split() == ["added", "f59", "+2", "-0"]


def test_after_many_lines_the_next_files_wait(nobody, commit):
    text = b"a line\n" * diffview.AT_ONCE
    uuid = commit({"a": text, "b": b"short\n", "c": b"short\n"})

    page = parse(nobody.get(f"/info/{uuid}").text)

    assert late(page) == ["c2", "c3", "d2", "d3"]


def test_without_differences_the_counts_follow(nobody, many):
    page = parse(nobody.get(f"/info/{many}?diff=0").text)

    assert f"d{FILES}" in late(page)
    assert not late(parse(nobody.get(f"/info/{many}?diff=0&whole=1").text))

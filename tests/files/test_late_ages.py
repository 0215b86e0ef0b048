"""/dir and /tree of a long history: who changed the files last comes after the page."""

import pytest
from pages import parse

from repoweb.repository import ages

PAGES = ["/dir?ci=tip", "/tree?ci=tip", "/tree?ci=tip&flat=1", "/dir/src?ci=tip"]


@pytest.fixture(autouse=True)
def _long_history(commit, monkeypatch):
    commit({"a b&c.txt": "1", "src/d.py": "2"}, comment="first")
    commit({"a b&c.txt": "1", "src/d.py": "3"}, comment="second")
    monkeypatch.setattr(ages, "_SHORT", 0)


def rows(page):
    """The files and what is said of them, by the ids of their rows."""
    ids = [e for e in page.elements if (e.get("id") or "").startswith("f/")]
    return {e["id"]: " ".join(e.text.split()) for e in ids}


def late(page):
    return [e["id"] for e in page.elements if "data-later" in e.attributes]


@pytest.mark.parametrize("address", PAGES)
def test_it_is_left_out_at_first(nobody, address):
    page = parse(nobody.get(address).text)

    assert "2099-03-01" not in " ".join(rows(page).values())
    assert late(page) == list(rows(page))
    [place] = [e for e in page.elements if "data-whole" in e.attributes]
    assert place["data-whole"] == f"?{address.partition('?')[2]}&whole=1"


@pytest.mark.parametrize("address", PAGES)
def test_the_whole_page_has_it_in_the_same_rows(nobody, address):
    early = parse(nobody.get(address).text)
    whole = parse(nobody.get(f"{address}&whole=1").text)

    assert list(rows(whole)) == list(rows(early))
    assert all("2099-03-01" in text for text in rows(whole).values())
    assert not late(whole)


def test_what_is_known_comes_at_once(nobody):
    nobody.get("/dir?ci=tip&whole=1")

    page = parse(nobody.get("/tree?ci=tip&flat=1").text)

    assert not late(page)
    assert "second" in page.all("table", "files")[0].text


def test_files_by_age_need_it_at_once(nobody):
    page = parse(nobody.get("/tree?ci=tip&sort=1&flat=1").text)

    assert not late(page)
    names = [e.text for e in page.all("a", "file")]
    assert names == ["src/d.py", "a b&c.txt"]

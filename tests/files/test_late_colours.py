"""/file, /artifact and /annotate: the colours of long texts come after the page."""

import pytest
from pages import parse

LONG = "def f(): return None  # <b>\n" * 400
PAGES = ["/file/long.py?ci=tip", "/artifact/long.py?ci=tip", "/annotate/long.py?ci=tip"]


@pytest.fixture(autouse=True)
def _project(commit):
    commit({"long.py": LONG, "short.py": LONG[:280], "long.unknown": LONG})


def has_colours(page):
    return any(css.startswith("c-") for e in page.all("span") for css in e.classes)


def lines_of(page):
    return [e.text for e in [*page.all("span", "l"), *page.all("td", "t")]]


def place_of_the_rest(page):
    return [e["data-whole"] for e in page.elements if "data-whole" in e.attributes]


@pytest.mark.parametrize("address", PAGES)
def test_a_long_text_comes_without_and_tells_where_they_are(nobody, address):
    page = parse(nobody.get(address).text)

    assert not has_colours(page)
    assert place_of_the_rest(page) == ["?ci=tip&whole=1"]
    [link] = [a for a in page.all("a") if any(p.tag == "noscript" for p in a.parents)]
    assert link["href"] == "?ci=tip&whole=1"


@pytest.mark.parametrize("address", PAGES)
def test_the_whole_page_has_the_same_text_with_colours(nobody, address):
    early = parse(nobody.get(address).text)
    whole = parse(nobody.get(f"{address}&whole=1").text)

    assert has_colours(whole)
    assert not place_of_the_rest(whole)
    assert lines_of(whole) == lines_of(early)


def test_colours_that_are_known_come_at_once(nobody):
    nobody.get("/file/long.py?ci=tip&whole=1")

    assert has_colours(parse(nobody.get("/file/long.py?ci=tip&txt=1").text))


@pytest.mark.parametrize("address", ["/file/short.py", "/file/long.unknown"])
def test_for_other_texts_nothing_follows(nobody, address):
    assert not place_of_the_rest(parse(nobody.get(address).text))


def test_the_address_of_the_whole_is_quoted(nobody):
    page = parse(nobody.get('/file/long.py?ln=2&x="><script>').text)

    assert place_of_the_rest(page) == ["?ln=2&x=%22%3E%3Cscript%3E&whole=1"]

"""Footnotes in Markdown, as Fossil understands them."""

import pytest
from pages import parse

from repoweb.web.markup import MARKDOWN, render
from repoweb.web.markup.footnote_list import MOST_DEEP, MOST_MARKS
from repoweb.web.markup.links import Links


@pytest.fixture
def shown():
    """Render a text: `shown("a(^b)")` is the page."""
    return lambda text: parse(str(render(text, MARKDOWN, Links())))


def notes(page):
    return [item.text.replace("↩︎", "").split() for item in page.all("li")]


def marks(page):
    return [link.text for link in page.within("sup", "footnote-ref", "a")]


@pytest.mark.parametrize(
    "text",
    [
        "Text(^a *note*)",
        "[Text](^a *note*)",
        "[Text] (^a *note*)",
        "Text[^1]\n\n[^1]: a *note*",
        "Text[^1]\n[^1]: a *note*",
        "[Text][^ My  Label]\n\n[^my label]: a\n  *note*",
        "[Text][^]\n\n[^text]: a *note*",
        "[^x]:\n   a *note*\n\nText[^X]",
    ],
)
def test_each_way_to_write_one_gives_a_mark_and_a_note(shown, text):
    page = shown(text)

    assert page.all("p")[0].text == "Text[1]"
    assert marks(page) == ["[1]"]
    assert notes(page) == [["a", "note"]]
    assert page.within("section", "footnotes", "em")[0].text == "note"


def test_the_mark_and_the_note_lead_to_each_other(shown):
    page = shown("Text[^1] and [^1]\n\n[^1]: note")

    first, second = page.within("sup", "footnote-ref", "a")
    assert first["href"] == second["href"] == "#" + page.all("li")[0]["id"]
    back = [link["href"] for link in page.all("a", "footnote-backref")]
    assert back == ["#" + first["id"], "#" + second["id"]]


def test_a_span_that_is_commented_on_is_marked(shown):
    page = shown("Here [some *text*](^why) goes on.")

    assert page.all("span", "notescope")[0].text == "some text[1]"
    assert page.within("span", "notescope", "em")[0].text == "text"


@pytest.mark.parametrize(
    "text", ["(^)", "(^ )", "( ^a)", r"\(^a)", "`(^a)`", "(^a", "f(x)^2", "[a](b)"]
)
def test_what_only_looks_like_one_is_none(shown, text):
    assert marks(shown(text)) == []


def test_notes_have_numbers_in_the_order_of_the_text(shown):
    page = shown("[^b] (^c) [^a] [^b]\n\n[^a]: A\n[^b]: B")

    assert marks(page) == ["[1]", "[2]", "[3]", "[1]"]
    assert notes(page) == [["B"], ["c"], ["A"]]


def test_a_note_may_have_paragraphs(shown):
    page = shown("a[^1]\n\n[^1]: one\n\n    two\n\nthree")

    assert len(page.within("section", "footnotes", "p")) == 2
    assert notes(page) == [["one", "two"]]
    assert page.all("p")[1].text == "three"


def test_a_label_with_two_definitions_has_both_texts(shown):
    assert notes(shown("a[^1]\n\n[^1]: one\n[^1]: two")) == [["one", "two"]]


def test_a_note_within_a_note_is_one_too(shown):
    page = shown("a(^b(^c))")

    assert notes(page) == [["b[2]"], ["c"]]


def test_notes_that_are_too_deep_show_their_source(shown):
    deep = MOST_DEEP + 1

    page = shown("(^a" * deep + ")" * deep)

    assert len(page.all("li")) == deep
    assert "too deep" in page.all("li")[-1].text


def test_classes_are_shown_and_are_none_of_ours(shown):
    page = shown("a(^.btn.Big: text) b(^.only:)")

    assert [span.text for span in page.all("span", "note-class")] == ["btn", "big"]
    assert page.all("span", "btn") == []
    assert notes(page) == [["btn", "big", "text"], [".only:"]]
    assert page.within("li", "footnote-item", "p")[0].text.startswith("btn big text")


def test_a_reference_to_nothing_is_told(shown):
    page = shown("a[^x] and [b][^y]")

    assert marks(page) == ["[missing]"] * 2
    assert len(page.all("li", "misref")) == 1
    assert len(page.all("a", "footnote-backref")) == 2


def test_a_note_to_which_nothing_refers_is_told_with_its_source(shown):
    page = shown("a\n\n[^x]: .big: <script>alert(1)</script> *b*")

    assert page.all("code")[0].text == ".big: <script>alert(1)</script> *b*"
    assert "“x”" in page.all("li", "stray")[0].text


def test_a_picture_and_a_heading_may_have_notes(shown):
    page = shown("# Title(^one)\n\n![alt(^two)](/raw/1) - [^x]\n\n> [^x]: three")

    assert marks(page)[0] == "[1]"
    assert page.all("img")[0]["alt"] == "alt"


@pytest.mark.parametrize("piece", ["(^a)", "[^1]", "[a](^b)", "[^x] "])
def test_a_text_of_nothing_but_marks_costs_little(shown, piece):
    page = shown("[^1]: note\n\n" + piece * (MOST_MARKS + 500))

    assert len(page.all("sup")) == MOST_MARKS


@pytest.mark.parametrize(
    "text",
    ["(^" * 60_000, "(^" * 3000 + ")" * 3000, "[^1]: " * 20_000, "[a](^" * 30_000],
)
def test_open_brackets_break_nothing(shown, text):
    assert shown(text).elements

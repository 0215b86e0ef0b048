"""Messages as Markdown: what was typed is what is read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import parse

from repoweb.chat.message import Message
from repoweb.keep.quoting import quoted
from repoweb.repository.targets import Target
from repoweb.web.markup import MARKDOWN, render
from repoweb.web.markup.links import Links

KNOWN = {"trunk": Target("/info/trunk", "Branch")}


def message(text, **changed):
    values = {
        "msgid": 375,
        "time": "2026-11-20T12:34:56Z",
        "local_time": None,
        "poster": "bob",
        "text": text,
        "size": 0,
        "file_name": None,
        "file_type": None,
        "deletes": None,
        "key": None,
    }
    return Message(**{**values, **changed})


def shown(*messages):
    text = quoted(messages, KNOWN.get)
    return parse(str(render(text, MARKDOWN, Links(KNOWN.get))))


def body(page):
    """What stands below the line that names the poster."""
    whole = page.all("blockquote")[0].text.strip()
    return whole.partition("UTC:")[2].strip()


def test_poster_time_and_link_stand_above_the_text():
    page = shown(message("hello"))

    assert page.all("strong")[0].text == "bob"
    assert page.all("a")[0]["href"] == "/chat?m=375"
    assert page.all("a")[0].text == "2026-11-20 12:34"
    assert body(page) == "hello"


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "*stars* _lines_ `ticks` ~~waves~~",
        "1. one\n2. two",
        "- a\n- b",
        "> quoted",
        "a | b\n--|--\n1 | 2",
        "<b>x</b> &amp; <script>",
        "[nothing] [x](javascript:alert(1)) ![y](z)",
        "one\ntwo\n\nthree",
        "footnote[^1]\n\n[^1]: x",
        "http://x.org/<script>",
        "===\n---",
        "- [ ] task",
        "[a]: http://x.org",
        "\\ backslash \\* \\[",
    ],
)
def test_markup_that_was_typed_is_shown_as_it_was(text):
    page = shown(message(text))

    assert squeezed(body(page)) == squeezed(text)
    assert not page.all("script")


def squeezed(text):
    return " ".join(text.split())


def test_addresses_and_targets_stay_links():
    page = shown(message("see https://x.org/a_b*c, [trunk] and [nix]"))

    links = {a.text: a["href"] for a in page.all("a")[1:]}
    assert links == {
        "https://x.org/a_b*c": "https://x.org/a_b*c",
        "[trunk]": "/info/trunk",
    }


def test_indented_lines_stay_as_they_are():
    text = "def f():\n    return `x`\n```\n"

    assert shown(message(text)).all("code")[0].text == text + "\n"


def test_files_are_named_and_several_messages_are_several_quotations():
    page = shown(message("a"), message("", size=3, file_name="x_y.png", poster=None))

    quotes = page.all("blockquote")
    assert len(quotes) == 2
    assert "Attached: x_y.png" in quotes[1].text
    assert quotes[1].text.strip().startswith("nobody")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=60))
def test_whatever_was_typed_is_read(text):
    page = shown(message(f"a{text}"))

    if not re.search(r"https?://|\[trunk", text):
        assert squeezed(body(page)) == squeezed(f"a{text}")

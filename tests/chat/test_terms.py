"""What was typed into the search field, and the piece of a text that is shown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from repoweb.chat.snippets import LENGTH, MATCH_BEGIN, MATCH_END, snippet
from repoweb.chat.terms import Terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", Terms()),
        ("release build", Terms('"release" "build"*')),
        ('"release build"', Terms('"release build"')),
        ('"release build" done', Terms('"release build" "done"*')),
        ('done "release build"', Terms('"done" "release build"')),
        ('"open end', Terms('"open end"')),
        ("from:bob", Terms(poster="bob")),
        ("FROM:@bob", Terms(poster="bob")),
        ("from:", Terms()),
        ("from:bob release", Terms('"release"*', poster="bob")),
        ("release from:bob", Terms('"release"*', poster="bob")),
        ("has:file", Terms(has="file")),
        ("Has:Image", Terms(has="image")),
        ("has:fun", Terms('"has" "fun"*')),
        ("#375", Terms(msgid=375)),
        ("#375 from:bob", Terms(poster="bob", msgid=375)),
        ("#x", Terms('"x"*')),
        ("f(x)", Terms('"f" "x"*')),
        ("c++", Terms('"c"*')),
        ("* - ()", Terms()),
    ],
)
def test_the_terms_of_a_query(text, terms):
    assert Terms.parse(text) == terms


def test_a_poster_may_be_given_besides():
    assert Terms.parse("release", "bob") == Terms('"release"*', poster="bob")
    assert Terms.parse("from:ann", "bob") == Terms(poster="ann")


def marked(*words):
    return " ".join(words).replace("{", MATCH_BEGIN).replace("}", MATCH_END)


class TestASnippet:
    def test_marks_the_matches(self):
        assert snippet(marked("a {b} c {d}")) == "a <mark>b</mark> c <mark>d</mark>"

    def test_is_one_line(self):
        assert snippet(marked("a\n\n\t{b}\nc")) == "a <mark>b</mark> c"

    def test_begins_shortly_before_the_first_match(self):
        text = snippet(marked("word " * 100, "{needle}", "word " * 100))

        before, mark, behind = text.partition("<mark>needle</mark>")
        assert mark
        assert before.startswith("…word")
        assert len(before) < 60
        assert len(behind) < LENGTH
        assert behind.endswith("…")

    def test_of_a_text_without_matches_is_its_beginning(self):
        assert snippet("x" * 500) == "x" * LENGTH + "…"

    def test_escapes_what_was_typed(self):
        assert snippet(marked("<mark> {<b>} </mark>")) == (
            "&lt;mark&gt; <mark>&lt;b&gt;</mark> &lt;/mark&gt;"
        )

    @given(st.text(alphabet=st.sampled_from([*"ab <>&\n", MATCH_BEGIN, MATCH_END])))
    def test_has_no_other_tag(self, text):
        html = snippet(text)

        assert isinstance(html, Markup)
        rest = re.sub(r"<mark>[^<>]*</mark>", "", html)
        assert not set(rest) & {"<", ">"}

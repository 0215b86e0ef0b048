"""Code is coloured as Pygments does it, only faster."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from repoweb.web.beginnings import ASCII, beginnings
from repoweb.web.colours import coloured_lines
from repoweb.web.lexing import hasten
from repoweb.web.markup.sanitise import CODE_PREFIX

ROOT = Path(__file__).parent.parent.parent
SAMPLES = {
    "python": "repoweb/web/beginnings.py",
    "javascript": "static/timeline/graph.js",
    "css": "static/web/site.css",
    "html+jinja": "templates/web/layout.html",
    "sql": "schema.sql",
    "rst": "docs/operators.md",
    "bash": ".ci/run",
}
PIECES = [
    "'",
    '"""',
    "#",
    "/*",
    "*/",
    "<a ",
    ">",
    "\\",
    "\n",
    " ",
    "0x1F",
    "def f(",
    "K",
]


def both(language):
    slow, fast = (get_lexer_by_name(language, stripnl=False) for _ in range(2))
    hasten(fast)
    return slow, fast


@pytest.mark.parametrize("language", SAMPLES)
def test_the_tokens_are_those_of_pygments(language):
    slow, fast = both(language)
    text = (ROOT / SAMPLES[language]).read_text()

    assert list(fast.get_tokens(text)) == list(slow.get_tokens(text))


@given(
    st.sampled_from(["python", "css", "tcl", "javascript"]),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join),
)
@example("python", "")
@example("css", "a { b: \N{KELVIN SIGN} }")
def test_broken_code_has_the_tokens_of_pygments_too(language, text):
    slow, fast = both(language)

    assert list(fast.get_tokens(text)) == list(slow.get_tokens(text))


def test_few_rules_are_tried():
    _, fast = both("python")
    list(fast.get_tokens("x = 1\n"))
    root = fast.get_tokens_unprocessed.args[1]["root"]

    assert len(root["="]) < len(root[""]) / 4


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("abc|d", "ad"),
        ("(?i)ab", "aA"),
        ("x?y*z", "xyz"),
        ("(?=q)[0-3]+", "0123"),
        (r"\bif\b", "i"),
        ("(?i:k)x", "kK"),
    ],
)
def test_a_pattern_begins_with_what_it_says(pattern, found):
    assert beginnings(re.compile(pattern)) == set(found)


@pytest.mark.parametrize(
    "pattern", ["a*", "", "(?i)\N{KELVIN SIGN}", r"(a)?\1b", "(?a)x"]
)
def test_a_pattern_that_is_not_understood_or_empty_begins_with_anything(pattern):
    assert beginnings(re.compile(pattern)) == ASCII


@given(st.data())
def test_no_match_begins_with_anything_else(data):
    patterns = [
        r"[^\W\d]\w*",
        r"(?i)[^k]",
        r"[\s.-]|\S+x",
        r"(?:a|b{0,2})[c-f]",
        r"[^a-y]",
    ]
    pattern = re.compile(data.draw(st.sampled_from(patterns)))
    match = data.draw(st.from_regex(pattern, fullmatch=True))

    assert match[0] in beginnings(pattern) or match[0] not in ASCII


@pytest.mark.parametrize("language", SAMPLES)
def test_the_html_is_that_of_pygments(language):
    lexer = get_lexer_by_name(language, stripnl=False)
    formatter = HtmlFormatter(nowrap=True, classprefix=CODE_PREFIX)
    text = (ROOT / SAMPLES[language]).read_text() + "\n<&>\"'\n"

    html = "\n".join(coloured_lines(lexer.get_tokens(text)))

    theirs = highlight(text, lexer, formatter)
    assert html == theirs.replace("&quot;", '"').replace("&#39;", "'")

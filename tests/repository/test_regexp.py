"""Fossil's regular expressions: what they match, and that they cost little."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.regexp import MOST_WORK, Regexp, RegexpError
from repoweb.repository.regexp_parser import DEEPEST, LONGEST

SIMPLE = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\d", r"\s", "_"])
PLACES = st.sampled_from(["^", "$", r"\b"])
TIMES = st.sampled_from(["", "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}"])


def grouped(parts):
    one = st.tuples(parts, TIMES).map("".join)
    some = st.lists(one | PLACES, max_size=4).map("".join)
    return st.lists(some, min_size=1, max_size=3).map(lambda w: f"({'|'.join(w)})")


EXPRESSIONS = st.recursive(SIMPLE, grouped, max_leaves=8)


@given(EXPRESSIONS, st.text("ab_1 -\n", max_size=8))
def test_they_match_what_pythons_match(expression, text):
    python = expression.replace("$", r"\Z").replace(".", r"[\s\S]")

    found = re.search(python, text, re.ASCII)

    assert Regexp(expression).finds(text) is bool(found)


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("", "", True),
        ("a|", "", True),
        ("^$", "x", False),
        (r"\.py$", "a.py", True),
        (r"\.py$", "a.pyc", False),
        (r"a\tb", "a\tb", True),
        (r"\x41\u00e9", "Aé", True),
        (r"[\x41-C]", "B", True),
        ("[]a]", "]", True),
        ("[a-]", "-", True),
        ("[^-a]", "-", False),
        (r"[\]]", "]", True),
        ("a{2,3}$", "baaaa", True),
        ("^a{2,3}$", "aaaa", False),
        ("a,b", "a,b", True),
        (r"\bcat\b", "a cat.", True),
        (r"\bcat\b", "concat", False),
        ("a.c", "a☃c", True),
        ("A", "a", False),
        (r"\W", "é", True),
        ("}", "}", True),
    ],
)
def test_they_mean_what_fossils_manual_says(expression, text, found):
    assert Regexp(expression).finds(text) is found


@pytest.mark.parametrize(
    "expression",
    [
        *("(", ")", "a)", "[", "[a", "[]", "*", "a|*", "?", "{2}", "\\", r"\q", "[a-"),
        *(r"a{2,1}", "(*a)", r"[\d]", "a" * (LONGEST + 1), "a{999}{999}"),
        *("(" * (DEEPEST + 1) + ")" * (DEEPEST + 1), "(((){99}){99}){99}", "(a?){999}"),
        *("(" * LONGEST, "[" * LONGEST, "\\" * LONGEST),
    ],
)
def test_what_is_none_or_too_long_is_told(expression):
    with pytest.raises(RegexpError, match=r"^The regular expression .*\.$"):
        Regexp(expression)


@pytest.mark.parametrize(
    "expression",
    ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*)(.*)(.*)(.*)(.*)x", "(a?){99}b"],
)
def test_a_long_text_takes_few_steps(expression):
    regexp = Regexp(expression)

    assert not regexp.finds("a" * 100_000)
    assert regexp._work < 2000


def test_what_makes_ever_new_sets_of_ways_is_given_up():
    regexp = Regexp("(a|b)*a(a|b){60}c")
    text = "".join(f"{number:b}" for number in range(20_000))

    with pytest.raises(RegexpError, match="too costly"):
        regexp.finds(text.replace("0", "a").replace("1", "b"))
    assert regexp._work < 2 * MOST_WORK

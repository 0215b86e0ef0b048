"""Regular expressions: they find what fossil's own find."""

import json
import random

import pytest

from repoweb.repository.regexp import Regexp

TEXTS = (
    *("", "a", "b", "ab", "ba", "aab", "abab", "a b", "a_b", "a-b", "src/main.c"),
    *(
        "test_views.py",
        "Views.PY",
        "rel-1.2.3",
        "naïve ☃",
        "x\ty",
        "1",
        "42",
        "]",
        "a]",
    ),
)
WRITTEN = (
    *("", "a", "^a", "b$", "^$", "a|b", "(a|b)+$", "a.b", "[ab]+$", "[^ab]", "a{2}"),
    *("(ab){2}$", "a{1,2}b", r"\.py$", r"\bmain\b", r"\d", r"\D\d", r"\w+\.c$", r"\W"),
    *(
        r"\s",
        r"\S\s\S",
        r"\x61b",
        r"\u2603",
        r"\t",
        "[]]",
        "[a-z]+-[0-9.]+$",
        "[^a-z]$",
    ),
    *("(((a)))", "(a|)b", "(a*)*b", "((a|b)*)+$", ".*.*.*b", "é", "ï.e", r"[\]a]+$"),
)
MADE = 200


@pytest.fixture(scope="module")
def fossils(fossil, template):
    """What fossil finds: `fossils(expressions)[expression]` is a list of texts."""

    def ask(expressions):
        wanted = json.dumps(list(expressions)).replace("'", "''")
        texts = json.dumps(TEXTS).replace("'", "''")
        query = (
            "SELECT e.value AS expression, json_group_array(t.value) AS texts"
            f" FROM json_each('{wanted}') e, json_each('{texts}') t"
            " WHERE t.value REGEXP e.value GROUP BY 1"
        )
        output = fossil("sql", "-R", template, "--readonly", ".mode json", query)
        rows = json.loads(output or "[]")
        return {row["expression"]: json.loads(row["texts"]) for row in rows}

    return ask


def made():
    chosen = random.Random(4)
    parts = ["a", "b", ".", "[ab]", "[^a]", r"\w", r"\s", "(a|b)", "(ab|_)", r"\b"]
    times = ["", "", "", "*", "+", "?", "{2}", "{1,2}"]
    for _ in range(MADE):
        some = chosen.choices(parts, k=chosen.randint(1, 4))
        each = [part + ("" if part == r"\b" else chosen.choice(times)) for part in some]
        yield "".join(each) + chosen.choice(["", "$"])


def test_they_find_the_same(fossils):
    expressions = {*WRITTEN, *made()}

    theirs = fossils(expressions)

    ours = {e: list(filter(Regexp(e).finds, TEXTS)) for e in expressions}
    assert {e: found for e, found in ours.items() if found} == theirs
    assert len(theirs) > MADE / 2

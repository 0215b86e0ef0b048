"""With which characters the match of a pattern can begin.

Never too few of them: where the syntax tree is not understood, with any.
"""

import re
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined] # no public name has them
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Characters = frozenset[str]

ASCII = frozenset(map(chr, range(128)))
"""The characters that are told apart."""

_EMPTY_TOO: tuple[Characters, bool] = ASCII, True
_NO_WIDTH = {sre.AT, sre.ASSERT, sre.ASSERT_NOT}
_REPEATED = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


@lru_cache(maxsize=10_000)
def beginnings(pattern: re.Pattern[str]) -> Characters:
    """Tell which ASCII characters can begin a match; all if it can be empty."""
    if pattern.flags & re.ASCII:
        return ASCII
    tree = parser.parse(pattern.pattern, pattern.flags)
    found, empty = _of_series(tree, fold=bool(pattern.flags & re.IGNORECASE))
    return ASCII if empty else found


def _of_series(tree: Any, *, fold: bool) -> tuple[Characters, bool]:  # noqa: ANN401 - re's
    """Tell the characters, and whether all of a series can be empty."""
    found: Characters = frozenset()
    for kind, value in tree:
        characters, empty = _of(kind, value, fold=fold)
        found |= characters
        if not empty:
            return found, False
    return found, True


def _of(kind: Any, value: Any, *, fold: bool) -> tuple[Characters, bool]:  # noqa: ANN401 - re's
    """Tell it of one part of a series."""
    found = _EMPTY_TOO
    if kind in _NO_WIDTH:
        found = frozenset(), True
    elif kind is sre.LITERAL:
        found = _of_set([(kind, value)], fold=fold), False
    elif kind is sre.IN:
        found = _of_set(value, fold=fold), False
    elif kind is sre.BRANCH:
        ways = [_of_series(tree, fold=fold) for tree in value[1]]
        found = frozenset().union(*(w[0] for w in ways)), any(w[1] for w in ways)
    elif kind is sre.SUBPATTERN and not value[1] & re.ASCII:
        folds = fold or bool(value[1] & re.IGNORECASE)
        found = _of_series(value[3], fold=folds)
    elif kind in _REPEATED:
        characters, empty = _of_series(value[2], fold=fold)
        found = characters, empty or not value[0]
    return found


def _of_set(items: list[tuple[Any, Any]], *, fold: bool) -> Characters:
    """Tell the characters of a set; other characters fold to those of ASCII, too."""
    negated = items[0][0] is sre.NEGATE
    found: Characters = frozenset()
    for kind, value in items[negated:]:
        if kind is sre.LITERAL:
            low = high = value
        elif kind is sre.RANGE:
            low, high = value
        else:
            found |= _of_category(value)
            continue
        if fold and (negated or high >= len(ASCII)):
            return ASCII
        found |= ASCII & frozenset(map(chr, range(low, min(high, len(ASCII)) + 1)))
    if fold:
        found |= {c.swapcase() for c in found}
    return ASCII - found if negated else found


@lru_cache
def _of_category(category: Any) -> Characters:  # noqa: ANN401 - re's
    one = re.compile(_CATEGORIES[category])
    return frozenset(filter(one.match, ASCII))

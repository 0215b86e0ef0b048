"""Which words of changed lines differ, and which lines belong together."""

import re
from difflib import SequenceMatcher

Segment = tuple[str, bool]
"""A piece of a line, and whether it differs from the other line."""

_TOKEN = re.compile(r"\w+|\s+|.")
_MOST_TOKENS = 200  # of a line that is compared word by word
_MOST_PAIRS = 2500  # products of blocks that are aligned by likeness
_ALIKE = 0.4  # share of equal characters that two versions of a line have


def align(old: list[str], new: list[str]) -> list[tuple[int | None, int | None]]:
    """Say which of the new lines is which of the old ones, in their order.

    Args:
        old, new: the lines that a change deletes and inserts.

    Returns:
        Pairs of indexes; None where a line has no counterpart.
    """
    if not old or not new:
        return [(i, None) for i in range(len(old))] + [
            (None, j) for j in range(len(new))
        ]
    if len(old) * len(new) > _MOST_PAIRS:
        return _align_in_order(old, new)
    bags = [_bag(line) for line in new]
    likeness = [[_likeness(a, b) for b in bags] for a in map(_bag, old)]
    return _best_path(likeness)


def mark(old: str, new: str) -> tuple[list[Segment], list[Segment]]:
    """Mark the words of two versions of a line that differ."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(a), len(b)) > _MOST_TOKENS:
        return _mark_middle(old, new)
    left: list[Segment] = []
    right: list[Segment] = []
    for kind, i1, i2, j1, j2 in _readable(a, b):
        _append(left, "".join(a[i1:i2]), kind != "equal")
        _append(right, "".join(b[j1:j2]), kind != "equal")
    return left, right


def _readable(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Compare token by token; a lone blank between two changes changes too."""
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    codes = matcher.get_opcodes()
    last = len(codes) - 1
    return [
        ("replace" if 0 < at < last and _is_blank(a[i1:i2]) else kind, i1, i2, j1, j2)
        for at, (kind, i1, i2, j1, j2) in enumerate(codes)
    ]


def _is_blank(tokens: list[str]) -> bool:
    return all(token.isspace() for token in tokens)


def _mark_middle(old: str, new: str) -> tuple[list[Segment], list[Segment]]:
    """Mark what is between the equal beginning and end of two long lines."""
    least = min(len(old), len(new))
    start = 0
    while start < least and old[start] == new[start]:
        start += 1
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return _cut(old, start, end), _cut(new, start, end)


def _cut(line: str, start: int, end: int) -> list[Segment]:
    stop = len(line) - end
    segments: list[Segment] = []
    _append(segments, line[:start], differs=False)
    _append(segments, line[start:stop], differs=True)
    _append(segments, line[stop:], differs=False)
    return segments


def _append(segments: list[Segment], text: str, differs: bool) -> None:
    if not text:
        return
    if segments and segments[-1][1] == differs:
        segments[-1] = segments[-1][0] + text, differs
    else:
        segments.append((text, differs))


Bag = tuple[frozenset[tuple[str, int]], int]
"""The words of a line, each with a number that tells it from equal ones before it;
and the characters in all of them."""


def _bag(line: str) -> Bag:
    words = [token for token in _TOKEN.findall(line) if not token.isspace()]
    times: dict[str, int] = {}
    found = []
    for word in words:
        number = times[word] = times.get(word, -1) + 1
        found.append((word, number))
    return frozenset(found), sum(map(len, words))


def _likeness(a: Bag, b: Bag) -> float:
    """Tell which share of their characters two lines have in common words.

    Less than _ALIKE need not be exact: lines of very different lengths have 0.
    """
    size = a[1] + b[1]
    if not size:
        return 1.0
    if 2 * min(a[1], b[1]) / size < _ALIKE:
        return 0.0
    return 2 * sum([len(word) for word, _ in a[0] & b[0]]) / size


def _align_in_order(
    old: list[str], new: list[str]
) -> list[tuple[int | None, int | None]]:
    """Pair long blocks line by line if they are of one length, else not at all."""
    if len(old) == len(new):
        return [(i, i) for i in range(len(old))]
    return [(i, None) for i in range(len(old))] + [(None, j) for j in range(len(new))]


def _best_path(likeness: list[list[float]]) -> list[tuple[int | None, int | None]]:
    """Find the pairs, in order on both sides, that are most alike in sum."""
    rows, columns = len(likeness), len(likeness[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            alike = likeness[i][j]
            pair = best[i + 1][j + 1] + alike if alike >= _ALIKE else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    return _path(likeness, best)


def _path(
    likeness: list[list[float]], best: list[list[float]]
) -> list[tuple[int | None, int | None]]:
    rows, columns = len(likeness), len(likeness[0])
    i = j = 0
    pairs: list[tuple[int | None, int | None]] = []
    while i < rows and j < columns:
        alike = likeness[i][j]
        if alike >= _ALIKE and best[i][j] <= best[i + 1][j + 1] + alike:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] <= best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(k, None) for k in range(i, rows)]
    return pairs + [(None, k) for k in range(j, columns)]

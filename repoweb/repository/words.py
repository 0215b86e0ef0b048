"""Which words of changed lines differ, and which lines belong together."""

import re

Segment = tuple[str, bool]
"""A piece of a line, and whether it differs from the other line."""

_TOKEN = re.compile(r"\w+|\s+|.")
_WORD = re.compile(r"\w+|[^\w\s]")
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
    return _best_path(_likeness(old, new))


def mark(old: str, new: str) -> tuple[list[Segment], list[Segment]]:
    """Mark the words of two versions of a line that differ."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(a), len(b)) > _MOST_TOKENS:
        return _mark_middle(old, new)
    left: list[Segment] = []
    right: list[Segment] = []
    for differs, i1, i2, j1, j2 in _readable(a, b):
        _append(left, "".join(a[i1:i2]), differs)
        _append(right, "".join(b[j1:j2]), differs)
    return left, right


def _readable(a: list[str], b: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """Compare token by token; a lone blank between two changes changes too.

    Returns:
        Whether a piece differs, where it begins and ends in the one, and in the other.
    """
    pieces = []
    x = y = 0
    for i, j, length in [*common_runs(a, b), (len(a), len(b), 0)]:
        if x < i or y < j:
            pieces.append((True, x, i, y, j))
        x, y = i + length, j + length
        if length:
            pieces.append((False, i, x, j, y))
    last = len(pieces) - 1
    return [
        (differs or (0 < at < last and _is_blank(a[i1:i2])), i1, i2, j1, j2)
        for at, (differs, i1, i2, j1, j2) in enumerate(pieces)
    ]


def common_runs(a: list[str], b: list[str]) -> list[tuple[int, int, int]]:
    """Find what two lists have in common, as Python's difflib does, but faster.

    Take the longest common run, of several the first, and go on on both sides.

    Returns:
        Where the runs begin in both, in ascending order, and how long they are.
    """
    places: dict[str, list[int]] = {}
    for at, token in enumerate(b):
        places.setdefault(token, []).append(at)
    found = []
    todo = [(0, len(a), 0, len(b))]
    while todo:
        ranges = a1, a2, b1, b2 = todo.pop()
        i, j, length = _longest_run(a, places, ranges)
        if not length:
            continue
        found.append((i, j, length))
        if a1 < i and b1 < j:
            todo.append((a1, i, b1, j))
        if i + length < a2 and j + length < b2:
            todo.append((i + length, a2, j + length, b2))
    return _joined(sorted(found))


def _longest_run(
    a: list[str], places: dict[str, list[int]], ranges: tuple[int, int, int, int]
) -> tuple[int, int, int]:
    """Find the longest run that two ranges have in common."""
    a1, a2, b1, b2 = ranges
    best_i, best_j, longest = a1, b1, 0
    before: dict[int, int] = {}  # how long the runs are that end at a place of b
    for i in range(a1, a2):
        lengths: dict[int, int] = {}
        for j in places.get(a[i], ()):
            if j < b1:
                continue
            if j >= b2:
                break
            length = lengths[j] = before.get(j - 1, 0) + 1
            if length > longest:
                best_i, best_j, longest = i - length + 1, j - length + 1, length
        before = lengths
    return best_i, best_j, longest


def _joined(runs: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join runs that follow one another at once in both."""
    joined: list[tuple[int, int, int]] = []
    for i, j, length in runs:
        if joined:
            x, y, before = joined[-1]
            if (x + before, y + before) == (i, j):
                joined[-1] = x, y, before + length
                continue
        joined.append((i, j, length))
    return joined


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


Bag = tuple[set[str], dict[str, int], int]
"""The words of a line, how often they are there again, and the characters in all."""


def _bag(line: str) -> Bag:
    words = _WORD.findall(line)
    once: set[str] = set()
    again: dict[str, int] = {}
    for word in words:
        if word in once:
            again[word] = again.get(word, 0) + 1
        else:
            once.add(word)
    return once, again, sum(map(len, words))


def _likeness(old: list[str], new: list[str]) -> list[list[float]]:
    """Tell which share of their characters lines have in common words.

    Less than _ALIKE need not be exact: lines of very different lengths have 0.
    """
    bags = [_bag(line) for line in new]
    return [[_share(bag, other) for other in bags] for bag in map(_bag, old)]


def _share(a: Bag, b: Bag) -> float:
    once, again, length = a
    others, others_again, other = b
    size = length + other
    if not size:
        return 1.0
    if 2 * length / size < _ALIKE or 2 * other / size < _ALIKE:
        return 0.0
    common = sum(map(len, once & others))
    if again and others_again:
        common += sum(
            len(word) * min(again[word], others_again[word])
            for word in again.keys() & others_again.keys()
        )
    return 2 * common / size


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
    best = [[0.0] * (columns + 1)] * (rows + 1)
    for i in range(rows - 1, -1, -1):
        row, below = likeness[i], best[i + 1]
        if max(row) < _ALIKE:
            best[i] = below
            continue
        best[i] = here = [0.0] * (columns + 1)
        for j in range(columns - 1, -1, -1):
            alike = row[j]
            pair = below[j + 1] + alike if alike >= _ALIKE else 0.0
            here[j] = max(pair, below[j], here[j + 1])
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

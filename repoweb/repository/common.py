"""What two versions of a text have in common, found fast if they differ little.

Equal beginnings and ends are found by comparing slices. What is between them is
divided at the lines that occur once in both (as in "patience diff"), and what
then remains is compared as `difference` does.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from repoweb.repository.difference import edits
from repoweb.repository.equal import equal_end, equal_start

_SMALL = 40
"""Fewer lines than these are not worth dividing."""

Run = tuple[int, int, int]
"""Where equal lines begin in the one and in the other text, and how many."""

Lines = list[bytes]


def common_runs(a: Lines, b: Lines) -> Iterator[Run]:
    """Find equal lines of two texts, in ascending order in both."""
    yield from _runs(a, b, 0, 0, divide=True)


def _runs(a: Lines, b: Lines, at_a: int, at_b: int, *, divide: bool) -> Iterator[Run]:
    """Compare two pieces, which begin at these places of the whole texts."""
    start = equal_start(a, b)
    if start:
        yield at_a, at_b, start
        a, b, at_a, at_b = a[start:], b[start:], at_a + start, at_b + start
    end = equal_end(a, b)
    if end:
        a, b = a[:-end], b[:-end]
    if a and b:
        way = _divided if divide and min(len(a), len(b)) > _SMALL else _compared
        for x, y, length in way(a, b):
            yield at_a + x, at_b + y, length
    if end:
        yield at_a + len(a), at_b + len(b), end


def _divided(a: Lines, b: Lines) -> Iterator[Run]:
    """Divide at the lines that occur once in both texts."""
    last_x = last_y = 0
    for x, y in [*_anchors(a, b), (len(a), len(b))]:
        if x < last_x or y < last_y:
            continue  # it was in a run that has been found
        yield from _runs(a[last_x:x], b[last_y:y], last_x, last_y, divide=False)
        length = equal_start(a[x:], b[y:])
        if length:
            yield x, y, length
        last_x, last_y = x + length, y + length


def _compared(a: Lines, b: Lines) -> Iterator[Run]:
    x = y = 0
    for edit in edits(a, b):
        if edit.keep:
            yield x, y, edit.keep
        x += edit.keep + edit.delete
        y += edit.keep + edit.insert


def _anchors(a: Lines, b: Lines) -> list[tuple[int, int]]:
    """List the longest series of lines, unique in both, that ascends in both."""
    once = _unique(a) & _unique(b)
    places = {line: y for y, line in enumerate(b) if line in once}
    return _ascending([(x, places[line]) for x, line in enumerate(a) if line in once])


def _unique(lines: Lines) -> set[bytes]:
    return {line for line, count in Counter(lines).items() if count == 1}


def _ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Choose the longest subsequence whose second members ascend."""
    seconds = [y for _, y in pairs]
    if seconds == sorted(seconds):
        return pairs
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, y) in enumerate(pairs):
        rank = bisect_left(tails, y)
        before.append(ends[rank - 1] if rank else -1)
        if rank == len(tails):
            tails.append(y)
            ends.append(at)
        else:
            tails[rank], ends[rank] = y, at
    chosen = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]

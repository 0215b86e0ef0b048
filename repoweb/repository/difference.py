"""What differs between two texts: which lines are kept, deleted and inserted.

The way is that of Fossil's src/diff.c, so that both mostly say the same: carve
off the equal beginning and end, take the longest run of equal lines near the
middle as common, and go on with what is before and after it. Of a line that
occurs often only its last occurrences are looked at, so that the time grows
little faster than the texts.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from repoweb.repository.equal import equal_end, equal_start

_FIRST_CUTOFF = 4  # occurrences of a line that are passed over
_LAST_CUTOFF = 64
_SMALL = 2500  # products of lengths that may be searched exhaustively
_LONG_RUN = 5  # equal lines that are surely no accident
_SHARE = 7  # a run of a seventh of all lines is none either


@dataclass(frozen=True, slots=True)
class Edit:
    """So many lines are kept, then so many deleted, then so many inserted."""

    keep: int
    delete: int
    insert: int


def edits(old: list[bytes], new: list[bytes]) -> list[Edit]:
    """Find what makes the new lines out of the old ones.

    Args:
        old, new: lines in the form in which they are compared.
    """
    return _shifted(_Comparison(old, new).triples(), old, new)


class _Comparison:
    """Two sequences of lines that are being compared."""

    def __init__(self, a: list[bytes], b: list[bytes]) -> None:
        self.a, self.b = a, b
        self.last: list[int] = []
        """Where each line of `a` is in `b` for the last time, or -1: nowhere, or only
        among those that both begin with."""
        self.before: dict[bytes, list[int]] = {}
        """Where else lines are that are in `b` several times."""
        self.result: list[list[int]] = []

    def triples(self) -> list[list[int]]:
        a, b = self.a, self.b
        end = equal_end(a, b)
        end_a, end_b = len(a) - end, len(b) - end
        start = equal_start(a[:end_a], b[:end_b])
        self._look_up(start)
        self._add(start, 0, 0)
        self._divide(start, end_a, start, end_b)
        self._add(len(a) - end_a, 0, 0)
        return [*self.result, [0, 0, 0]]

    def _look_up(self, start: int) -> None:
        """Find where the lines of `a` are in `b`, from a line on."""
        places = range(start, len(self.b))
        last = dict(zip(self.b[start:], places, strict=True))
        self.last = [last.get(line, -1) for line in self.a]
        for at, line in zip(places, self.b[start:], strict=True):
            if last[line] != at:
                self.before.setdefault(line, []).append(at)

    def _divide(self, s1: int, e1: int, s2: int, e2: int) -> None:
        """Split at the best run of common lines, and go on with both sides."""
        todo = [(s1, e1, s2, e2, 0)]
        while todo:
            s1, e1, s2, e2, keep = todo.pop()
            if keep:
                self._add(keep, 0, 0)
                continue
            if e1 <= s1 or e2 <= s2:
                self._add(0, e1 - s1, e2 - s2)
                continue
            x, y, length = self._best_run(s1, e1, s2, e2)
            if length and self._counts(x, length, s1, e1):
                todo.append((x + length, e1, y + length, e2, 0))
                todo.append((0, 0, 0, 0, length))
                todo.append((s1, x, s2, y, 0))
            else:
                self._add(0, e1 - s1, e2 - s2)

    def _counts(self, x: int, length: int, s1: int, e1: int) -> bool:
        """Whether a run means something, or is what blocks of code end with anyway."""
        if length > _LONG_RUN or length * _SHARE >= e1 - s1:
            return True
        telling = [n for n in self.a[x : x + length] if len(n.strip()) > 1]
        if not telling:
            return False
        around = self.a[s1:x] + self.a[x + length : e1]
        return any(line not in around for line in telling)

    def _best_run(self, s1: int, e1: int, s2: int, e2: int) -> tuple[int, int, int]:
        cutoff = _FIRST_CUTOFF
        while cutoff <= _LAST_CUTOFF:
            x, y, length, more = self._common_run(s1, e1, s2, e2, cutoff)
            if length or not more:
                break
            cutoff *= 4
        if not length and (e1 - s1) * (e2 - s2) < _SMALL:
            return self._longest_run(s1, e1, s2, e2)
        return x, y, length

    def _common_run(
        self, s1: int, e1: int, s2: int, e2: int, cutoff: int
    ) -> tuple[int, int, int, bool]:
        """Find a long run that is near the middle and about where it should be."""
        a, b = self.a, self.b
        span, middle = e1 - s1 + e2 - s2, (e1 + s1) // 2
        best = (s1, s2, 0)
        best_score = None
        previous_x, previous_y = s1, s2  # where the run that was found last ends
        ends: dict[int, int] = {}  # of the runs, by how far both sides are apart
        more = False
        for i, last in enumerate(self.last[s1:e1], s1):
            y = last
            if y >= e2:
                at = self.before.get(a[i], ())
                index = bisect_left(at, e2) - 1
                if len(at) - index > cutoff:
                    more = True
                    continue
                if index < 0:
                    continue
                y = at[index]
            if y < s2 or (i < previous_x and y < previous_y):
                continue
            x, shift = i, y - i
            end_x = ends.get(shift, 0)
            if i < end_x:  # this run was found before
                previous_x, previous_y = end_x, end_x + shift
                continue
            end_x, end_y = x + 1, y + 1
            while x > s1 and y > s2 and a[x - 1] == b[y - 1]:
                x, y = x - 1, y - 1
            while end_x < e1 and end_y < e2 and a[end_x] == b[end_y]:
                end_x, end_y = end_x + 1, end_y + 1
            ends[shift] = end_x
            skew = abs((x - s1) - (y - s2))
            distance = abs((x + end_x) // 2 - middle)
            score = (end_x - x) * span - (skew + distance)
            if best_score is None or score > best_score:
                best, best_score = (x, y, end_x - x), score
            previous_x, previous_y = end_x, end_y
        return *best, more

    def _longest_run(self, s1: int, e1: int, s2: int, e2: int) -> tuple[int, int, int]:
        """Find the longest run by trying all places; for short ranges only."""
        a, b = self.a, self.b
        best = (s1, s2, 0)
        for i in range(s1, e1):
            for j in range(s2, e2):
                length = 0
                while i + length < e1 and j + length < e2:
                    if a[i + length] != b[j + length]:
                        break
                    length += 1
                if length > best[2]:
                    best = (i, j, length)
        return best

    def _add(self, keep: int, delete: int, insert: int) -> None:
        """Append to the result, joined with what is there where that can be."""
        if not (keep or delete or insert):
            return
        last = self.result[-1] if self.result else None
        if last is not None and not (keep and (last[1] or last[2])):
            last[0] += keep
            last[1] += delete
            last[2] += insert
        else:
            self.result.append([keep, delete, insert])


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that were only inserted, or only deleted, and how many are kept around."""

    lines: Sequence[bytes]
    at: int
    count: int
    before: int
    after: int
    inserted: bool


def _shifted(
    triples: list[list[int]], old: Sequence[bytes], new: Sequence[bytes]
) -> list[Edit]:
    """Slide what was only inserted, or only deleted, to where it reads best.

    As in Fossil that is where the lines at its ends are shortest together, which
    are mostly blank ones.
    """
    at_old = at_new = 0
    for place, (keep, delete, insert) in enumerate(triples):
        at_old, at_new = at_old + keep, at_new + keep
        if bool(delete) != bool(insert):
            lines, at = (new, at_new) if insert else (old, at_old)
            after = triples[place + 1][0]
            moved = _best_shift(
                _Block(lines, at, insert or delete, keep, after, insert > 0)
            )
            triples[place][0] += moved
            triples[place + 1][0] -= moved
            at_old, at_new = at_old + moved, at_new + moved
        at_old, at_new = at_old + delete, at_new + insert
    return [Edit(*triple) for triple in triples if any(triple)]


def _best_shift(block: _Block) -> int:
    """Tell by how many lines to move a block; negative for up."""
    lines, at, last = block.lines, block.at, block.at + block.count - 1
    end = last + 1 + block.after
    up = down = 0
    while up < block.before and lines[at - 1] == lines[last]:
        beside = last + 1 if block.inserted else at
        if beside < end and (
            len(lines[beside]) + len(lines[last])
            <= len(lines[at - 1]) + len(lines[last - 1])
        ):
            break
        at, last, up = at - 1, last - 1, up + 1
    if up:
        return -up
    while down < block.after and lines[at] == lines[last + 1]:
        beside = at + 1 if block.inserted else at
        if len(lines[at]) + len(lines[last]) <= (
            len(lines[beside]) + len(lines[last + 1])
        ):
            break
        at, last, down = at + 1, last + 1, down + 1
    return down

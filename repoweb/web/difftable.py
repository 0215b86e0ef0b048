"""The table of a difference: its lines, in one column or side by side.

This module writes HTML itself and not by a template, for a page may have ten
thousand lines. Every piece of text goes through `escape`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby, zip_longest

from markupsafe import Markup

from repoweb.repository.diff import Difference, Hunk
from repoweb.repository.words import Segment, align, mark

LONGEST_LINE = 5_000
"""Characters that are shown of a line."""

_ONE_COLUMN = (
    '<table class="diff udiff"><colgroup><col class="n"><col class="n"><col class="s">'
    "<col></colgroup><tbody>"
)
_TWO_COLUMNS = (
    '<table class="diff sbs"><colgroup><col class="n"><col><col class="n"><col>'
    "</colgroup><tbody>"
)
_MIXED = "<del>{}</del>", "<ins>{}</ins>"


def table(
    difference: Difference,
    found: list[Hunk],
    *,
    side_by_side: bool,
    may_mark: Callable[[], bool],
) -> Markup:
    """Write the table of a difference.

    Args:
        difference: of two files.
        found: its hunks.
        side_by_side: in two columns instead of one.
        may_mark: asked for each pair of lines, whether to mark words that differ.
    """
    if side_by_side:
        write, head = _two_columns, _TWO_COLUMNS
    else:
        write, head = _one_column, _ONE_COLUMN
    pieces = [head]
    old = new = 0
    for hunk in found:
        if skipped := hunk.old - old:
            pieces.append(_skip(old, new, skipped))
        pieces += write(_Blocks(difference, hunk, may_mark))
        old, new = hunk.old + hunk.old_length, hunk.new + hunk.new_length
    if skipped := len(difference.old) - old:
        pieces.append(_skip(old, new, skipped))
    pieces.append("</tbody></table>")
    return Markup("".join(pieces))  # noqa: S704 - all text in it is escaped


def _one_column(blocks: "_Blocks") -> Iterator[str]:
    for block in blocks:
        for before, after, text in block.same:
            yield (
                f'<tr><td class="n">{before}</td><td class="n">{after}</td>'
                f'<td class="s"></td><td class="l">{text}</td></tr>'
            )
        for old in filter(None, [pair[0] for pair in block.pairs]):
            yield (
                f'<tr class="d"><td class="n">{old[0]}</td><td class="n"></td>'
                f'<td class="s">-</td><td class="l">{old[1]}</td></tr>'
            )
        for new in filter(None, [pair[1] for pair in block.pairs]):
            yield (
                f'<tr class="i"><td class="n"></td><td class="n">{new[0]}</td>'
                f'<td class="s">+</td><td class="l">{new[1]}</td></tr>'
            )


def _two_columns(blocks: "_Blocks") -> Iterator[str]:
    for block in blocks:
        for old, new, text in block.same:
            yield (
                f'<tr><td class="n">{old}</td><td class="l">{text}</td>'
                f'<td class="n">{new}</td><td class="l">{text}</td></tr>'
            )
        for left, right in _packed(block.pairs):
            yield f"<tr>{_half(left, 'd')}{_half(right, 'i')}</tr>"


Numbered = tuple[int, str]
Pair = tuple[Numbered | None, Numbered | None]


@dataclass(frozen=True, slots=True)
class _Block:
    """Equal lines, and then pairs of what was deleted and inserted."""

    same: list[tuple[int, int, str]]
    pairs: list[Pair]


class _Blocks:
    """Walks through a hunk."""

    def __init__(
        self, difference: Difference, hunk: Hunk, may_mark: Callable[[], bool]
    ) -> None:
        self._difference, self._hunk, self._may_mark = difference, hunk, may_mark

    def __iter__(self) -> Iterator[_Block]:
        old, new = self._hunk.old, self._hunk.new
        for edit in self._hunk.edits:
            same = self._same(old, new, edit.keep)
            old, new = old + edit.keep, new + edit.keep
            pairs = self._pairs(old, new, edit.delete, edit.insert)
            old, new = old + edit.delete, new + edit.insert
            yield _Block(same, pairs)
        yield _Block(self._same(old, new, self._hunk.tail), [])

    def _same(self, old: int, new: int, count: int) -> list[tuple[int, int, str]]:
        lines = _escaped(_decoded(self._difference.new[new : new + count]))
        return [(old + at, new + at, line) for at, line in enumerate(lines, start=1)]

    def _pairs(self, old: int, new: int, delete: int, insert: int) -> list[Pair]:
        before = _decoded(self._difference.old[old : old + delete])
        after = _decoded(self._difference.new[new : new + insert])
        left = list(enumerate(_escaped(before), start=old + 1))
        right = list(enumerate(_escaped(after), start=new + 1))
        pairs: list[Pair] = []
        for i, j in align(before, after):
            one = None if i is None else left[i]
            other = None if j is None else right[j]
            if one and other and self._may_mark():
                marked = _marked(before[i or 0], after[j or 0])
                one, other = (one[0], marked[0]), (other[0], marked[1])
            pairs.append((one, other))
        return pairs


def _marked(old: str, new: str) -> tuple[str, str]:
    left, right = mark(old, new)
    return _segments(left, _MIXED[0]), _segments(right, _MIXED[1])


def _segments(segments: list[Segment], form: str) -> str:
    if all(differs for _, differs in segments):
        return escape("".join(text for text, _ in segments), quote=False)
    return "".join(
        form.format(escape(text, quote=False)) if differs else escape(text, quote=False)
        for text, differs in segments
    )


def _packed(pairs: list[Pair]) -> Iterator[Pair]:
    """Put lines without a counterpart beside one another, where they follow so."""
    for alone, group in groupby(pairs, lambda pair: None in pair):
        if not alone:
            yield from group
            continue
        found = list(group)
        left = [old for old, _ in found if old]
        right = [new for _, new in found if new]
        yield from zip_longest(left, right)


def _half(side: Numbered | None, css_class: str) -> str:
    if side is None:
        return '<td class="n"></td><td class="l e"></td>'
    return f'<td class="n">{side[0]}</td><td class="l {css_class}">{side[1]}</td>'


def _skip(old: int, new: int, count: int) -> str:
    """Tell of equal lines that are not shown: how many come before, and how many."""
    lines = "1 line" if count == 1 else f"{count:,} lines"
    return (
        f'<tr class="skip" data-gap="{old} {new} {count}">'
        f'<td colspan="4">{lines}</td></tr>'
    )


def _decoded(lines: list[bytes]) -> list[str]:
    text = b"\n".join(lines).decode("utf-8", "replace")  # faster than one by one
    return [line[:LONGEST_LINE] for line in text.split("\n")] if lines else []


def _escaped(lines: list[str]) -> list[str]:
    return escape("\n".join(lines), quote=False).split("\n") if lines else []

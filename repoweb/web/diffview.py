"""Differences of files as tables, in one column or side by side.

This module writes HTML itself and not by a template, for a page may have ten
thousand lines. Every piece of text goes through `escape`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby, zip_longest

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from repoweb.repository.diff import (
    CONTEXT,
    Difference,
    Hunk,
    compare,
    hunks,
    is_binary,
)
from repoweb.repository.words import Segment, align, mark

MOST_ROWS = 5_000
"""Lines of one difference that are shown."""

MOST_ON_PAGE = 20_000
MOST_MARKED = 1_500  # pairs of lines on a page that are compared word by word
LONGEST_LINE = 5_000  # characters that are shown of a line
_MOST_CONTEXT = 10_000
SIDE_BY_SIDE = 2
_ONE_COLUMN = (
    '<table class="diff udiff"><colgroup><col class="n"><col class="n"><col class="s">'
    "<col></colgroup><tbody>"
)
_TWO_COLUMNS = (
    '<table class="diff sbs"><colgroup><col class="n"><col><col class="n"><col>'
    "</colgroup><tbody>"
)
_MIXED = "<del>{}</del>", "<ins>{}</ins>"


@dataclass(frozen=True)
class Form:
    """How differences are shown.

    Args:
        columns: 0 not at all, 1 one below the other, 2 side by side.
        ignore_space: blanks do not count.
        context: equal lines around a change; negative for all.
    """

    columns: int = 1
    ignore_space: bool = False
    context: int = CONTEXT

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> "Form":
        """Read Fossil's parameters `diff`, `w` and `dc`; odd values count as none."""
        columns = args.get("diff", "")
        context = args.get("dc", "").removeprefix("-")
        number = int(context) if context.isdecimal() and len(context) < 6 else CONTEXT  # noqa: PLR2004
        return cls(
            int(columns) if columns in {"0", "1", "2"} else 1,
            args.get("w", "0") not in {"0", "off", ""} or args.get("w") == "",
            -1 if args.get("dc", "").startswith("-") else min(number, _MOST_CONTEXT),
        )


@dataclass(frozen=True)
class View:
    """A difference as HTML; without a table the note says why.

    Args:
        inserted, deleted: lines.
        rows: of the table.
        is_whole: it would be the same on every other page.
    """

    table: Markup
    note: str = ""
    inserted: int = 0
    deleted: int = 0
    rows: int = 0
    is_whole: bool = True


class Page:
    """Shows the differences of one page, as many as a page can have."""

    def __init__(self, form: Form, most: int = MOST_ROWS) -> None:
        self.form = form
        self._most = most
        self._rows = MOST_ON_PAGE
        self._marks = MOST_MARKED

    def show(self, old: bytes, new: bytes) -> View:
        """Compare two files, and write the table of what differs."""
        if old == new:
            return View(Markup(), "The content is the same.")
        if is_binary(old) or is_binary(new):
            return View(
                Markup(), f"Binary: {len(old):,} bytes before, {len(new):,} now."
            )
        difference = compare(old, new, ignore_space=self.form.ignore_space)
        counts = difference.inserted, difference.deleted
        if not any(counts):
            return View(Markup(), "Only blanks or the ends of lines differ.")
        if not self.form.columns:
            return View(Markup(), "", *counts)
        found = list(hunks(difference, self.form.context))
        rows = sum(hunk.old_length + hunk.new_length for hunk in found)
        if not self.take_rows(rows):
            note = "Too large to be shown here. The patch has all of it."
            return View(Markup(), note, *counts, is_whole=False)
        table = self._table(difference, found)
        return View(table, "", *counts, rows, is_whole=self._marks >= 0)

    def take_rows(self, rows: int) -> bool:
        """Whether a table of so many rows fits on the page; it then does."""
        if rows > min(self._most, self._rows):
            return False
        self._rows -= rows
        return True

    def _table(self, difference: Difference, found: list[Hunk]) -> Markup:
        if self.form.columns == SIDE_BY_SIDE:
            write, head = self._side_by_side, _TWO_COLUMNS
        else:
            write, head = self._unified, _ONE_COLUMN
        pieces = [head]
        end = 0
        for hunk in found:
            if skipped := hunk.old - end:
                pieces.append(_skip(skipped))
            pieces += write(_Blocks(difference, hunk, self))
            end = hunk.old + hunk.old_length
        if skipped := len(difference.old) - end:
            pieces.append(_skip(skipped))
        pieces.append("</tbody></table>")
        return Markup("".join(pieces))  # noqa: S704 - all text in it is escaped

    def _unified(self, blocks: "_Blocks") -> Iterator[str]:
        for block in blocks:
            for before, after, text in block.same:
                yield (
                    f'<tr><td class="n">{before}</td><td class="n">{after}</td>'
                    f'<td class="s"></td><td class="l">{text}</td></tr>'
                )
            for old, _ in block.pairs:
                yield _single(old, "d", "-") if old else ""
            for _, new in block.pairs:
                yield _single(new, "i", "+") if new else ""

    def _side_by_side(self, blocks: "_Blocks") -> Iterator[str]:
        for block in blocks:
            for old, new, text in block.same:
                yield (
                    f'<tr><td class="n">{old}</td><td class="l">{text}</td>'
                    f'<td class="n">{new}</td><td class="l">{text}</td></tr>'
                )
            for left, right in _packed(block.pairs):
                yield f"<tr>{_half(left, 'd')}{_half(right, 'i')}</tr>"

    def take_mark(self) -> bool:
        """Whether one more pair of lines may be compared word by word."""
        self._marks -= 1
        return self._marks >= 0


Numbered = tuple[int, str]
Pair = tuple[Numbered | None, Numbered | None]


@dataclass(frozen=True, slots=True)
class _Block:
    """Equal lines, and then pairs of what was deleted and inserted."""

    same: list[tuple[int, int, str]]
    pairs: list[Pair]


class _Blocks:
    """Walks through a hunk."""

    def __init__(self, difference: Difference, hunk: Hunk, page: Page) -> None:
        self._difference, self._hunk, self._page = difference, hunk, page

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
        lines = self._difference.new[new : new + count]
        return [
            (old + at, new + at, _text(line)) for at, line in enumerate(lines, start=1)
        ]

    def _pairs(self, old: int, new: int, delete: int, insert: int) -> list[Pair]:
        before = _decoded(self._difference.old[old : old + delete])
        after = _decoded(self._difference.new[new : new + insert])
        pairs: list[Pair] = []
        for i, j in align(before, after):
            left = None if i is None else before[i]
            right = None if j is None else after[j]
            one, other = self._marked(left, right)
            pairs.append(
                (
                    None if i is None else (old + i + 1, one),
                    None if j is None else (new + j + 1, other),
                )
            )
        return pairs

    def _marked(self, old: str | None, new: str | None) -> tuple[str, str]:
        if old is None or new is None or not self._page.take_mark():
            return escape(old or "", quote=False), escape(new or "", quote=False)
        left, right = mark(old, new)
        return _segments(left, _MIXED[0]), _segments(right, _MIXED[1])


def _segments(segments: list[Segment], form: str) -> str:
    if all(differs for _, differs in segments):
        return escape("".join(text for text, _ in segments), quote=False)
    return "".join(
        form.format(escape(text, quote=False)) if differs else escape(text, quote=False)
        for text, differs in segments
    )


def _single(side: Numbered, css_class: str, sign: str) -> str:
    number, text = side
    numbers = (number, "") if sign == "-" else ("", number)
    return (
        f'<tr class="{css_class}"><td class="n">{numbers[0]}</td>'
        f'<td class="n">{numbers[1]}</td><td class="s">{sign}</td>'
        f'<td class="l">{text}</td></tr>'
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


def _skip(count: int) -> str:
    lines = "1 line" if count == 1 else f"{count:,} lines"
    return f'<tr class="skip"><td colspan="4">{lines}</td></tr>'


def _decoded(lines: list[bytes]) -> list[str]:
    return [line.decode("utf-8", "replace")[:LONGEST_LINE] for line in lines]


def _text(line: bytes) -> str:
    return escape(line.decode("utf-8", "replace")[:LONGEST_LINE], quote=False)

"""The lines of a text that are shown, and those of them that are marked."""

import re
import sqlite3
from typing import NamedTuple

from flask import request
from markupsafe import Markup

from repoweb.repository.connection import Reader
from repoweb.web.source import (
    decode,
    has_colours,
    highlighted,
    length,
    lines_of,
    numbered,
    plain,
)
from repoweb.web.whole import is_whole

MOST = 10_000
"""Lines on one page."""

MOST_CHARACTERS = 2 * 1024 * 1024
_KEPT = 512 * 1024
"""Bytes; what is made of a larger file is not kept."""

_COLOURED_AT_ONCE = 8 * 1024
"""Characters; the colours of a longer text come after the page."""

_BEFORE = 100  # lines shown above a marked one that is beyond the first page
_RANGES = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9})?(?:[+,][0-9]{1,9}(?:-[0-9]{1,9})?)*")
_WEIGHT = 100  # bytes in memory for each line besides its HTML


class Lines(NamedTuple):
    """A page of lines.

    Args:
        html: the lines that are shown, with their numbers.
        first, last: the numbers of the first and the last of them; 0 for none.
        total: how many lines the text has.
        marked: the ranges as they were asked for: "", "12", "12-20" or "1-2+5-6".
        colours_follow: whether the whole page has colours that these have not.
    """

    html: Markup
    first: int
    last: int
    total: int
    marked: str
    colours_follow: bool

    @property
    def is_whole(self) -> bool:
        """Whether all lines are shown."""
        return self.last - self.first + 1 == self.total or not self.total


class Ranges:
    """Ranges of lines such as `12`, `12-20` or `1-2+5-6`; nonsense is none."""

    def __init__(self, text: str) -> None:
        self.text = text if _RANGES.fullmatch(text) else ""
        self._ranges = [_range(part) for part in re.split("[+,]", self.text) if part]

    def __contains__(self, number: object) -> bool:
        return any(number in numbers for numbers in self._ranges)

    @property
    def first(self) -> int:
        """The first line that is named, or 0."""
        return min((numbers.start for numbers in self._ranges), default=0)


def _range(text: str) -> range:
    low, _, high = text.partition("-")
    first, last = int(low), int(high or low)
    return range(min(first, last), max(first, last) + 1)


def asked_lines(db: sqlite3.Connection, content: bytes, name: str, uuid: str) -> Lines:
    """Show a text with the lines marked that the parameter `ln` names.

    Args:
        db: a reading connection.
        content: of the file.
        name: of the file, which tells its language.
        uuid: the hash of the content.
    """
    marks = Ranges(request.args.get("ln", ""))
    if len(content) > _KEPT:
        return _page_of(lines_of(decode(content)), name, marks)
    html, follow = coloured(db, content, name, uuid)
    if len(html) > MOST:
        return _page_of(lines_of(decode(content)), name, marks)
    focus = marks.first if marks.first <= len(html) else 0
    shown = numbered(html, 1, marks if marks.text else (), focus)
    return Lines(shown, min(len(html), 1), len(html), len(html), marks.text, follow)


def _page_of(lines: list[str], name: str, marks: Ranges) -> Lines:
    """Show so much of a large text as fits on a page, with the first marked line."""
    focus = marks.first if marks.first <= len(lines) else 0
    start = max(focus - _BEFORE, 1) if focus > MOST - _BEFORE else 1
    page = limited(lines[start - 1 : start - 1 + MOST])
    text, follow = coloured_at_once(page, name)
    html = numbered(text, start, marks, focus)
    return Lines(html, start, start + len(page) - 1, len(lines), marks.text, follow)


class Text(NamedTuple):
    """The HTML of lines, and whether the whole page has colours that these have not."""

    html: list[Markup]
    colours_follow: bool


def coloured(db: sqlite3.Connection, content: bytes, name: str, uuid: str) -> Text:
    """Return the HTML of all lines of a file, and keep it if it is coloured."""
    key = "coloured", uuid, name.rpartition("/")[2]
    cached = db.caches.meanings.get(key) if isinstance(db, Reader) else None
    if isinstance(cached, Text):
        return cached
    found = coloured_at_once(lines_of(decode(content)) if content else [], name)
    if isinstance(db, Reader) and not found.colours_follow:
        cost = sum(map(len, found.html)) + _WEIGHT * len(found.html)
        db.caches.meanings.put(key, found, cost)
    return found


def coloured_at_once(lines: list[str], name: str) -> Text:
    """Colour lines if that is fast, or asked for."""
    late = not is_whole() and length(lines) > _COLOURED_AT_ONCE
    if late and has_colours(lines, name):
        return Text(plain(lines), colours_follow=True)
    return Text(highlighted(lines, name), colours_follow=False)


def limited(lines: list[str]) -> list[str]:
    """Cut off what would make the page too large for a browser."""
    left = MOST_CHARACTERS
    for at, line in enumerate(lines):
        left -= len(line)
        if left < 0:
            return [*lines[:at], line[: len(line) + left] + "…"]
    return lines

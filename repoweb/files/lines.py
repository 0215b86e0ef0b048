"""The lines of a text that are shown, and those of them that are marked."""

import re
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from repoweb.web.source import highlighted, lines_of

MOST = 10_000
"""Lines on one page."""

MOST_CHARACTERS = 2 * 1024 * 1024
_BEFORE = 100  # lines shown above a marked one that is beyond the first page
_RANGES = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9})?(?:[+,][0-9]{1,9}(?:-[0-9]{1,9})?)*")


@dataclass(frozen=True)
class Line:
    """A line; `html` is safe to be shown."""

    number: int
    html: Markup
    is_marked: bool


@dataclass(frozen=True)
class Lines:
    """A page of lines.

    Args:
        total: of the text.
        marked: as it was asked for: "", "12", "12-20" or "1-2+5-6".
        first: the number of the first marked line, or 0.
    """

    shown: list[Line]
    total: int
    marked: str
    first: int

    @property
    def is_whole(self) -> bool:
        """Whether all lines are shown."""
        return len(self.shown) == self.total


def ranges(text: str) -> list[tuple[int, int]]:
    """Read ranges of lines such as `12`, `12-20` or `1-2+5-6`; nonsense is none."""
    if not _RANGES.fullmatch(text):
        return []
    found = []
    for part in re.split("[+,]", text):
        low, _, high = part.partition("-")
        first, last = int(low), int(high or low)
        found.append((min(first, last), max(first, last)))
    return found


def asked_lines(text: str, name: str) -> Lines:
    """Show a text with the lines marked that the parameter `ln` names.

    Args:
        text: of a file.
        name: of the file, which tells its language.
    """
    asked = request.args.get("ln", "")
    marks = ranges(asked)
    lines = lines_of(text) if text else []
    first = min((low for low, _ in marks), default=0)
    first = first if 1 <= first <= len(lines) else 0
    start = max(first - _BEFORE, 1) if first > MOST - _BEFORE else 1
    page = _limited(lines[start - 1 : start - 1 + MOST])
    shown = [
        Line(number, html, any(low <= number <= high for low, high in marks))
        for number, html in enumerate(highlighted(page, name) if page else [], start)
    ]
    return Lines(shown, len(lines), asked if marks else "", first)


def _limited(lines: list[str]) -> list[str]:
    """Cut off what would make the page too large for a browser."""
    left = MOST_CHARACTERS
    for at, line in enumerate(lines):
        left -= len(line)
        if left < 0:
            return [*lines[:at], line[: len(line) + left] + "…"]
    return lines

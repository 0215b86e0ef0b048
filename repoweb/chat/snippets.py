"""The part of a message around what was searched for, and marks as HTML."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

MATCH_BEGIN, MATCH_END = "\x02", "\x03"
"""Stand around a match; characters that a message hardly has, and no HTML."""

BEFORE, LENGTH = 50, 200
"""How many characters stand before the first match, and altogether."""

_NO_MARK = f"[^{MATCH_BEGIN}{MATCH_END}]"
_MATCH = re.compile(f"{MATCH_BEGIN}({_NO_MARK}*){MATCH_END}")


def highlight(marked: str) -> Markup:
    """Mark the matches as Fossil does; marks that were typed make no tag."""
    span = Markup('<span class="match">{}</span>').format
    return Markup("").join(
        span(text) if is_match else escape(text) for text, is_match in _pieces(marked)
    )


def snippet(marked: str) -> Markup:
    """Cut out what is around the first match, in one line, with <mark> around each."""
    mark = Markup("<mark>{}</mark>").format
    return Markup("").join(
        mark(text) if is_match else escape(text) for text, is_match in _cut(marked)
    )


def _pieces(marked: str) -> Iterator[tuple[str, bool]]:
    """Split a text into what lies outside of matches and what lies within."""
    for index, text in enumerate(_MATCH.split(marked)):
        if text:
            yield text, bool(index % 2)


def _cut(marked: str) -> Iterator[tuple[str, bool]]:
    room, begun = LENGTH, False
    for piece, is_match in _pieces(" ".join(marked.split())):
        text = piece
        if not begun:
            begun = True
            if not is_match and MATCH_BEGIN in marked:
                text = _end_of(text)
        if room <= 0:
            return
        yield (text if len(text) <= room else text[:room] + "…"), is_match
        room -= len(text)


def _end_of(text: str) -> str:
    """Cut the beginning off, at a blank if there is one."""
    if len(text) <= BEFORE:
        return text
    end = text[-BEFORE:]
    return "…" + (end.partition(" ")[2] or end)

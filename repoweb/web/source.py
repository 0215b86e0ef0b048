"""Source code as HTML: one piece for each line, with Pygments' tokens as classes."""

import codecs
from collections.abc import Container
from functools import lru_cache

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_for_filename
from pygments.util import ClassNotFound

from repoweb.web.markup.sanitise import CODE_PREFIX

LARGEST = 256 * 1024
LONGEST_LINE = 4_000
"""Characters: of a larger text, or one with a longer line, nothing is coloured."""

_FORMATTER = HtmlFormatter(nowrap=True, classprefix=CODE_PREFIX)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def is_binary(content: bytes) -> bool:
    """Whether a content is no text that can be shown."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return bool(len(content) % 2) or b"\0\0\0" in content
    return b"\0" in content


def decode(content: bytes) -> str:
    """Read a text: UTF-16 if it begins with its mark, else UTF-8, else Latin-1."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def lines_of(text: str) -> list[str]:
    """Split a text into its lines, without what ends them."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def highlighted(lines: list[str], name: str) -> list[Markup]:
    """Return the HTML of each line of a file, coloured as its name suggests."""
    if not has_colours(lines, name):
        return plain(lines)
    lexer = _lexer(name.rpartition("/")[2])
    html = highlight("\n".join(lines), lexer, _FORMATTER).split("\n")
    if len(html) == len(lines) + 1 and not html[-1]:
        html.pop()
    if len(html) != len(lines):  # the lexer took other characters for ends of lines
        return plain(lines)
    return [Markup(line) for line in html]  # noqa: S704 - Pygments has escaped it


def plain(lines: list[str]) -> list[Markup]:
    """Return the HTML of each line without colours."""
    return [escape(line) for line in lines]


def has_colours(lines: list[str], name: str) -> bool:
    """Whether a file's name tells its language, and it is not too large."""
    return (
        _language(name.rpartition("/")[2]) is not None
        and length(lines) <= LARGEST
        and max(map(len, lines), default=0) <= LONGEST_LINE
    )


def length(lines: list[str]) -> int:
    """Count the characters of a text, with the ends of its lines."""
    return sum(map(len, lines)) + len(lines)


def can_colour(name: str) -> bool:
    """Whether a file's name tells its language, which is then ready to be used."""
    return _language(name) is not None and any(_lexer(name).get_tokens("\n"))


@lru_cache(maxsize=512)
def _language(name: str) -> type[Lexer] | None:
    try:
        return find_lexer_class_for_filename(name)  # type: ignore[no-any-return]
    except (ClassNotFound, ValueError):
        return None


@lru_cache(maxsize=512)
def _lexer(name: str) -> Lexer:
    """Make the lexer of a language, which takes long the first time."""
    language = _language(name)
    if language is None:
        raise ClassNotFound(name)
    return language(stripnl=False, ensurenl=False)


def numbered(
    lines: list[Markup], first: int, marked: Container[int] = (), focus: int = 0
) -> Markup:
    """Join lines to the text of a `pre` element: each with its number and an anchor.

    Args:
        lines: their HTML.
        first: the number of the first of them.
        marked: the numbers of those that stand out.
        focus: the number of the line that a browser scrolls to, or 0.
    """
    pieces = []
    for number, line in enumerate(lines, first):
        css = "l mark" if number in marked else "l"
        scroll = " autofocus" if number == focus else ""
        pieces.append(
            f'<span class="{css}"><a id="ln{number}" href="#ln{number}"{scroll}>'
            f"{number}</a>{line}\n</span>"
        )
    return Markup("".join(pieces))  # noqa: S704 - of numbers and of safe lines

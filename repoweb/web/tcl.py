"""TCL lists, the form of Fossil's `mainmenu` and `sitemap-extra`."""

import re
from collections.abc import Iterator

_SPACE = re.compile(r"\s+")
_BARE = re.compile(r"(?:\\.|[^\s\\])+", re.DOTALL)
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r'[\s{}"\\]')


class BadList(ValueError):
    """A text is not a TCL list."""


def parse_list(text: str) -> list[str]:
    """Split a TCL list: words, "quoted words" and {braced words, {nested}}.

    A backslash makes the next character an ordinary one, but stays in braces.

    Raises:
        BadList: a quote or a brace is not closed.
    """
    return list(_words(text))


def format_word(word: str) -> str:
    """Write a word so that `parse_list` reads it as it is."""
    if word and not _SPECIAL.search(word):
        return word
    braced = "{" + word + "}"
    try:
        if parse_list(braced) == [word]:
            return braced
    except BadList:
        pass
    return _SPECIAL.sub(r"\\\g<0>", word)


def _words(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif text[at] == "{":
            end = _closing_brace(text, at)
            yield text[at + 1 : end]
            at = end + 1
        elif text[at] == '"':
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                message = "a quote is not closed"
                raise BadList(message)
            yield _ESCAPED.sub(r"\1", quoted[1])
            at = quoted.end()
        else:
            bare = _BARE.match(text, at)
            if bare is None:
                message = "a backslash at the end"
                raise BadList(message)
            yield _ESCAPED.sub(r"\1", bare[0])
            at = bare.end()


def _closing_brace(text: str, at: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0 and brace[0] == "}":
            return brace.start()
    message = "a brace is not closed"
    raise BadList(message)

"""Reading TCL lists, the form of Fossil's `mainmenu` and `sitemap-extra`."""

from collections.abc import Iterator


class BadList(ValueError):
    """A text is not a TCL list."""


def parse_list(text: str) -> list[str]:
    """Split a TCL list: words, "quoted words" and {braced words, {nested}}.

    Raises:
        BadList: a quote or a brace is not closed.
    """
    return list(_words(text))


def _words(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "{":
            end = _closing_brace(text, at)
            yield text[at + 1 : end]
            at = end + 1
        elif text[at] == '"':
            end = text.find('"', at + 1)
            if end < 0:
                message = "a quote is not closed"
                raise BadList(message)
            yield text[at + 1 : end]
            at = end + 1
        else:
            end = at
            while end < len(text) and not text[end].isspace():
                end += 1
            yield text[at:end]
            at = end


def _closing_brace(text: str, at: int) -> int:
    depth = 0
    for index in range(at, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index
    message = "a brace is not closed"
    raise BadList(message)

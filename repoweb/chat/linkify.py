"""The text of a message as HTML: what was typed, byte for byte, with its links.

Links are words with http:// or https://, and `[target]` or `[target|label]`
where the target names something. The extent of an address is the rule of
Fossil's chat of December 2020 (FOSSIL.md 8.4), applied to characters of the
text instead of bytes of escaped HTML: up to the next blank, but a last
character that is no ASCII letter, digit or slash stays outside.
"""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from repoweb.repository.targets import Target

Resolve = Callable[[str], Target | None]

MOST_TARGETS = 100
"""Further `[…]` of one message stay text, so that a message costs little."""

_TOKEN = re.compile(r"https?://\S+|\[[^\[\]\n]{1,300}\]")
_LAST = re.compile(r"[A-Za-z0-9/]\Z")


def linkify(text: str, resolve: Resolve, base: str = "") -> Markup:
    """Turn a text into HTML with nothing in it but links.

    Args:
        text: as it was sent.
        resolve: finds what a `[target]` names, or None.
        base: the path under which the site lies, put before its own paths.
    """
    return Markup("").join(_pieces(text, resolve, base))


def _pieces(text: str, resolve: Resolve, base: str) -> Iterator[Markup]:
    at = targets = 0
    while found := _TOKEN.search(text, at):
        yield escape(text[at : found.start()])
        at = found.end()
        if not found[0].startswith("["):
            yield _address(found[0])
            continue
        targets += 1
        link = _target(found[0], resolve, base) if targets <= MOST_TARGETS else None
        if link is None:  # the bracket is text, but there may be an address in it
            at = found.start() + 1
        yield escape("[") if link is None else link
    yield escape(text[at:])


def _address(token: str) -> Markup:
    end = len(token) if _LAST.search(token) else len(token) - 1
    link, rest = token[:end], token[end:]
    if link.endswith("://"):
        return escape(token)
    return _link(link, link) + escape(rest)


def _target(token: str, resolve: Resolve, base: str) -> Markup | None:
    found = resolve(token[1:-1].partition("|")[0].rstrip())
    if found is None:
        return None
    inside = found.url.startswith("/")
    return _link(base + found.url if inside else found.url, token, found.title)


def _link(url: str, text: str, title: str = "") -> Markup:
    attributes = Markup(' title="{}"').format(title) if title else Markup("")
    if not url.startswith("/"):
        attributes += Markup(' target="_blank" rel="noopener nofollow"')
    return Markup('<a href="{}"{}>{}</a>').format(url, attributes, text)

"""The text of a message as HTML: what was typed, byte for byte, with its links.

Links are words with http:// or https://, and `[target]` or `[target|label]`
where the target names something. `@login` of a user is marked. The extent of an
address is the rule of Fossil's chat of December 2020 (FOSSIL.md 8.4), applied to
characters of the text instead of bytes of escaped HTML: up to the next blank, but
a last character that is no ASCII letter, digit or slash stays outside.
"""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from repoweb.repository.targets import Target

Resolve = Callable[[str], Target | None]
IsUser = Callable[[str], bool]

MOST_TARGETS = 100
"""Further `[…]` and `@…` of one message stay text, so that a message costs little."""

_TOKEN = re.compile(
    r"https?://\S+|\[[^\[\]\n]{1,300}\]|(?<![\w@])@[^\s@/\"'<>\[\]]{1,80}+(?!@)"
)
_ENDING = re.compile(r"[^\w]+\Z")
_LAST = re.compile(r"[A-Za-z0-9/]\Z")


def nobody_is_known(_name: str) -> bool:
    """Know no user."""
    return False


def linkify(
    text: str, resolve: Resolve, base: str = "", is_user: IsUser = nobody_is_known
) -> Markup:
    """Turn a text into HTML with nothing in it but links and marked users.

    Args:
        text: as it was sent.
        resolve: finds what a `[target]` names, or None.
        base: the path under which the site lies, put before its own paths.
        is_user: whether a login is one that is marked behind an `@`.
    """
    if not _TOKEN.search(text):  # as in most texts
        return escape(text)
    return Markup("").join(_pieces(text, resolve, base, is_user))


def _pieces(
    text: str, resolve: Resolve, base: str, is_user: IsUser
) -> Iterator[Markup]:
    at = looked_up = 0
    while found := _TOKEN.search(text, at):
        yield escape(text[at : found.start()])
        at = found.end()
        token = found[0]
        if token[0] not in "[@":
            yield _address(token)
            continue
        looked_up += 1
        made = None
        if looked_up <= MOST_TARGETS:
            is_target = token[0] == "["
            made = _target(token, resolve, base) if is_target else _user(token, is_user)
        if made is None:  # the first character is text, but more may follow
            at = found.start() + 1
        yield escape(token[0]) if made is None else made
    yield escape(text[at:])


def _user(token: str, is_user: IsUser) -> Markup | None:
    """Mark a login; a comma or a stop behind it does not belong to it."""
    for login in dict.fromkeys((token[1:], _ENDING.sub("", token[1:]))):
        if login and is_user(login):
            span = Markup('<span class="at" data-at="{0}">@{0}</span>').format(login)
            return span + escape(token[1 + len(login) :])
    return None


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

"""Files whose text is rendered: Markdown and Fossil wiki, with links that lead on."""

import posixpath
import re
from urllib.parse import quote, unquote

from flask import request
from markupsafe import Markup, escape

from repoweb.files.place import Checkin
from repoweb.files.types import FOSSIL_WIKI, type_of
from repoweb.web.markup import render
from repoweb.web.markup.links import page_links
from repoweb.web.source import decode, is_binary

__all__ = ["decode", "is_binary", "rendered"]

_LINK = re.compile(r'(<(?:a|img)\b[^<>]*? (href|src)=")([^"]*)"')
_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/#?]|&")


def rendered(text: str, path: str, checkin: Checkin) -> Markup:
    """Render the text of a file; relative links lead to its neighbours.

    Links lead to the pages of files, pictures to the documents of the check-in.
    """
    html = render(with_root(text, path), type_of(path), page_links())
    folder = path.rpartition("/")[0]

    def lead(found: re.Match[str]) -> str:
        start, attribute, value = found.groups()
        if not value or _ABSOLUTE.match(value):
            return found[0]
        link = Markup(value).unescape()  # noqa: S704 - sanitised before
        address = _address(link, folder, checkin, picture=attribute == "src")
        return f'{start}{escape(address)}"'

    return Markup(_LINK.sub(lead, html))  # noqa: S704 - only addresses have changed


def with_root(text: str, path: str) -> str:
    """Let `$ROOT` at the beginning of addresses in Markdown be the site's root."""
    if type_of(path) == FOSSIL_WIKI or "$ROOT" not in text:
        return text
    root = f"{request.script_root}/"
    text = re.sub(
        r"((?:href|src|action)=['\"])\$ROOT/", lambda found: found[1] + root, text
    )
    return re.sub(r"(\]\(<?)\$ROOT/", r"\1/", text)  # the renderer adds the root


def _address(link: str, folder: str, checkin: Checkin, *, picture: bool) -> str:
    """Resolve a relative link of a file in a folder; beyond the top it stays there."""
    path, sign, rest = re.match(r"([^?#]*)([?#]?)(.*)", link, re.DOTALL).groups()  # type: ignore[union-attr]
    target = posixpath.normpath(posixpath.join("/", folder, unquote(path))).lstrip("/")
    if picture:
        return (
            f"{request.script_root}/doc/{quote(checkin.name, safe='')}/{quote(target)}"
        )
    fragment = f"#u-{rest}" if sign == "#" else ""
    return request.script_root + checkin.url("file", target) + fragment

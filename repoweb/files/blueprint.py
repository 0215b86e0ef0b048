"""The blueprint of the pages of files, and what their templates share."""

from flask import Blueprint, current_app, g

from repoweb.files.types import is_markup
from repoweb.web.hyperlinks import show_links
from repoweb.web.menu import has_page

pages = Blueprint("files", __name__)

_STEP = 1024


@pages.app_template_filter("bytes")
def in_bytes(size: int) -> str:
    """Write a number of bytes for people."""
    if size < _STEP:
        return f"{size} bytes" if size != 1 else "1 byte"
    number, unit = size / _STEP, "KiB"
    if number >= _STEP:
        number, unit = number / _STEP, "MiB"
    return f"{number:,.1f} {unit}"


@pages.app_template_global("show_links")
def links_are_shown() -> bool:
    """Whether the visitor gets links into the history; found out once a request."""
    if "links_are_shown" not in g:
        g.links_are_shown = show_links()
    return bool(g.links_are_shown)


@pages.app_template_filter("parts")
def parts(path: str) -> list[tuple[str, str]]:
    """Split a path into its parts: of each the name, and the path up to it."""
    names = path.split("/") if path else []
    return [(name, "/".join(names[: at + 1])) for at, name in enumerate(names)]


@pages.app_template_global("first_line")
def first_line(comment: str) -> str:
    """Return the first line of a comment, without the rest."""
    return comment.strip().partition("\n")[0]


@pages.app_template_global("has_chat")
def has_chat() -> bool:
    """Whether this site has a chat in which a file can be talked about."""
    return has_page(current_app, "/chat")


pages.add_app_template_global(is_markup, "is_markup")

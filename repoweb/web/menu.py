"""The main menu and the sitemap: what the current user may see of them."""

import re
import sqlite3
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import cast

from flask import Flask, current_app, g
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from repoweb.plugin import MenuEntry, load
from repoweb.settings import read_text
from repoweb.web.current import database, site
from repoweb.web.families import is_left_out
from repoweb.web.tcl import BadList, format_word, parse_list

MENU = "mainmenu"
EXTRA = "sitemap-extra"
_MENU_FIELDS = 4  # name, URL, capability expression, classes of the skin
_EXTRA_FIELDS = 3
_KEY = "repoweb.menu"
_MOST_KEPT, _LONGEST_KEPT = 1000, 100
_HARMLESS = re.compile(r"(?:/(?!/)|https?://[^/])[^\x00-\x20\x7f\\]*")


def main_menu() -> list[MenuEntry]:
    """List the menu of the current user: the repository's own, or the plugins'."""
    if "main_menu" not in g:  # a page shows it several times
        text = read_text(database(), MENU)
        entries = default_menu() if text is None else parse_menu(text, _MENU_FIELDS)
        g.main_menu = visible(e for e in entries if _leads_somewhere(e.url))
    return cast("list[MenuEntry]", g.main_menu)


def menu_marks() -> dict[str, str]:
    """Map the addresses of entries that get a dot to the word that says why."""
    if "menu_marks" not in g:
        asked = {
            entry.url: load(entry.mark)()
            for entry in visible(default_menu())
            if entry.mark is not None
        }
        g.menu_marks = {url: word for url, word in asked.items() if word}
    return cast("dict[str, str]", g.menu_marks)


def default_menu() -> list[MenuEntry]:
    """List the menu entries of all plugins, in their order."""
    return [entry for plugin in site().plugins for entry in plugin.menu]


def sitemap(db: sqlite3.Connection) -> list[MenuEntry]:
    """List all pages that the current user may visit from the sitemap."""
    own = [
        entry for plugin in site().plugins for entry in (*plugin.menu, *plugin.sitemap)
    ]
    extra = parse_menu(read_text(db, EXTRA) or "", _EXTRA_FIELDS)
    return visible([*own, *extra])


def visible(entries: Iterable[MenuEntry]) -> list[MenuEntry]:
    """Leave out what the current user may not see."""
    return [entry for entry in entries if current_user.may(entry.needs)]


def parse_menu(text: str, fields: int = _MENU_FIELDS) -> list[MenuEntry]:
    """Read a menu in Fossil's form; a broken one counts as empty."""
    try:
        words = parse_list(text)
    except BadList:
        return []
    rows = (words[at : at + fields] for at in range(0, len(words), fields))
    return [
        MenuEntry(row[0], row[1], row[2])
        for row in rows
        if len(row) == fields and _is_harmless(row[1])
    ]


def format_menu(entries: Iterable[MenuEntry]) -> str:
    """Write a menu in Fossil's form, one entry a line."""
    return "\n".join(
        " ".join(map(format_word, (entry.label, entry.url, entry.needs, "")))
        for entry in entries
    )


def _is_harmless(url: str) -> bool:
    return bool(_HARMLESS.fullmatch(url))


def _leads_somewhere(url: str) -> bool:
    """Whether there is such a page here; Fossil has more of them than we."""
    return not url.startswith("/") or has_page(current_app, url)


def has_page(app: Flask, url: str) -> bool:
    """Whether a path within the site leads to a page."""
    return endpoint_of(app, url) is not None


def endpoint_of(app: Flask, url: str) -> str | None:
    """Tell the endpoint that a path leads to.

    It is "" if that is by way of another path, or the page is left out here.
    """
    path = url.partition("?")[0]
    if len(path) > _LONGEST_KEPT:
        return _match(app, path)
    return cast("str | None", app.extensions[_KEY](path))


def init_app(app: Flask) -> None:
    """Keep where the paths lead to that are asked for on each page."""
    app.extensions[_KEY] = lru_cache(_MOST_KEPT)(partial(_match, app))


def _match(app: Flask, path: str) -> str | None:
    adapter = app.url_map.bind("")
    try:
        return str(adapter.match(path, method="GET")[0])
    except RequestRedirect:
        return ""
    except HTTPException:
        return "" if is_left_out(app, path) else None

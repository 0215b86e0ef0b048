"""Where the links of a text lead: Fossil's rules, in their order (FOSSIL.md 8.2)."""

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, quote_plus

from flask import current_app, request
from flask_login import current_user

from repoweb.repository.targets import Target, resolve
from repoweb.settings import read_text
from repoweb.web.current import database
from repoweb.web.menu import has_page

MOST_TARGETS = 300
"""Further `[…]` of one page stay text, so that a page costs little."""

_URL = re.compile(r"(?:https?://|ftp://|mailto:)[^\x00-\x20\x7f]+")
_WEB = re.compile(r"(?:https?|ftp):|mailto:", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{4,64}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")
_TITLE = re.compile(r"(?! )(?!.* $)(?!.*  )[^\x00-\x1f\x7f]+")
_INTERWIKI = re.compile(r"([A-Za-z0-9]+):(.*)")
_LONGEST_TITLE = 100  # bytes
NEW_PAGE = "No such page yet"
"""The title of a link that leads to the editor of a new wiki page."""


@dataclass
class Links:
    """Finds what the links of one page name; asks for each thing once.

    Args:
        find: gives the target of a name, if the reader may know it.
        interwiki: gives the row `interwiki:TAG` of the configuration.
        base: the path under which the site lies.
        prefix: of all ids in the text, so that they are no others of the page.
        wiki: every well-formed title is a link, also where there is no such
            page yet, as in Fossil's wiki pages.
    """

    find: Callable[[str], Target | None] = lambda _: None
    interwiki: Callable[[str], str | None] = lambda _: None
    base: str = ""
    prefix: str = "u-"
    wiki: bool = False
    _found: dict[str, Target | None] = field(default_factory=dict, repr=False)

    def within(self, prefix: str, *, wiki: bool | None = None) -> "Links":
        """Make the links of another text on the same page, with ids of its own."""
        wiki = self.wiki if wiki is None else wiki
        return replace(self, prefix=prefix, wiki=wiki, _found=self._found)

    def target(self, name: str) -> Target | None:
        """Find a name, at most so many of them for one page."""
        if name not in self._found:
            if len(self._found) >= MOST_TARGETS:
                return None
            self._found[name] = self.find(name)
        return self._found[name]

    def destination(self, text: str) -> Target | None:
        """Resolve the TARGET of `[TARGET|LABEL]`; addresses are ready to be used."""
        if text.startswith("/"):
            return Target(self.base + text, "") if _is_path(text) else None
        if _URL.fullmatch(text) or text.startswith(("./", "../", "#")):
            return Target(quote(text, safe="/:?#[]@!$&'()*+,;=%~"), "")
        if len(text) > 2 * _LONGEST_TITLE or _WEB.match(text):
            return None
        return self._named(text) or self._elsewhere(text) or self._new_or_date(text)

    def address(self, href: str) -> Target | None:
        """Resolve the address of a Markdown link, which may be a name too."""
        if not href or href.startswith("#") or _WEB.match(href):
            return None
        if href.startswith("/"):
            return Target(self.base + href, "") if _is_path(href) else None
        if _HEX.fullmatch(href) or " " in href or href.startswith("wiki:"):
            return self._named(href)
        return self._elsewhere(href)

    def _named(self, text: str) -> Target | None:
        found = self.target(text)
        if found is None or not found.url.startswith("/"):
            return found
        return found._replace(url=self.base + found.url)

    def _elsewhere(self, text: str) -> Target | None:
        """Follow `TAG:PAGE` to another wiki, by the row `interwiki:TAG`."""
        found = _INTERWIKI.fullmatch(text)
        if not found or found[1] == "wiki":
            return None
        url = _interwiki_url(self.interwiki(found[1].lower()), found[2])
        return Target(url, text) if url and _URL.fullmatch(url) else None

    def _new_or_date(self, text: str) -> Target | None:
        name = text.removeprefix("wiki:")
        if _DATE.fullmatch(text) and not self.wiki:
            return Target(f"{self.base}/timeline?c={quote_plus(text)}", "")
        if not self.wiki or _HEX.fullmatch(text) or not is_title(name):
            return None
        return Target(f"{self.base}/wiki?name={quote_plus(name)}", NEW_PAGE)


def is_title(name: str) -> bool:
    """Whether a name can be that of a wiki page (FOSSIL.md 3.3, L card)."""
    return bool(_TITLE.fullmatch(name)) and len(name.encode()) <= _LONGEST_TITLE


def page_links(prefix: str = "u-", *, wiki: bool = False) -> Links:
    """Make the links of the page that is being served to the current user."""
    db, app, user = database(), current_app, current_user

    def find(name: str) -> Target | None:
        found = resolve(db, name)
        if found is None or not user.may(found.needs):
            return None
        if found.url.startswith("/") and not has_page(app, found.url):
            return None
        return found

    return Links(
        find, lambda tag: _interwiki(db, tag), request.script_root, prefix, wiki
    )


def _interwiki(db: sqlite3.Connection, tag: str) -> str | None:
    return read_text(db, f"interwiki:{tag}")


def _interwiki_url(row: str | None, page: str) -> str | None:
    try:
        entry = json.loads(row or "")
        base, by_hash, by_name = (str(entry.get(k) or "") for k in _PARTS)
    except (ValueError, AttributeError):
        return None
    if not page or page.startswith("/"):
        path = page
    elif _HEX.fullmatch(page) and by_hash:
        path = by_hash + page
    elif by_name:
        path = by_name + page
    else:
        return None
    return base + quote(path, safe="/:?#[]@!$&'()*+,;=%~")


_PARTS = ("base", "hash", "wiki")


def _is_path(text: str) -> bool:
    r"""Whether it is a path of this site, for // and to browsers /\ lead elsewhere."""
    return not text.startswith(("//", "/\\"))

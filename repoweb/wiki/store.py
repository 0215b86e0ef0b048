"""Writing wiki pages, so that nobody's change is lost unseen."""

import sqlite3
from dataclasses import dataclass

from repoweb.errors import RepowebError
from repoweb.repository import wikipages
from repoweb.repository.manifests import manifest_of
from repoweb.repository.wikipages import PageVersion
from repoweb.repository.writing import wiki
from repoweb.repository.writing.put import Author, Written, put

FOSSIL_WIKI = "text/x-fossil-wiki"
"""The markup in which `[Page name]` is a link for Fossil, too."""


class EditConflict(RepowebError):
    """Somebody else changed the page meanwhile; `newest` is what there is now."""

    def __init__(self, newest: PageVersion | None) -> None:
        super().__init__("This page was changed meanwhile. Nothing was stored.")
        self.newest = newest


@dataclass(frozen=True)
class Draft:
    """What is in the editor.

    Args:
        text: of the page; empty deletes it.
        base: hash of the version that was edited, "" for a new page.
    """

    name: str
    text: str
    mimetype: str
    base: str


def save(db: sqlite3.Connection, draft: Draft, author: Author) -> Written:
    """Write the next version of a page.

    Raises:
        EditConflict: the newest version is another one than that was edited.
    """
    newest = wikipages.current(db, draft.name)
    if not is_based_on(newest, draft.base):
        raise EditConflict(newest)
    parent = newest.hash if newest else None
    after = newest.mtime if newest else 0.0
    cards = wiki.cards(draft.name, draft.text, draft.mimetype, parent)
    return put(db, cards, author, after=after)


def is_based_on(newest: PageVersion | None, base: str) -> bool:
    """Whether an edit that began with a version may be stored as the next one."""
    if newest is None or not newest.size:
        return not base or (newest is not None and newest.hash == base)
    return newest.hash == base


def rename(
    db: sqlite3.Connection, name: str, new_name: str, base: str, author: Author
) -> None:
    """Move a page to another name; under the old one a link to it stays.

    So links to the old name, here and in clones, still lead to the page.

    Raises:
        EditConflict: the page was changed meanwhile, or there is one of that name.
    """
    page, taken = wikipages.current(db, name), wikipages.current(db, new_name)
    if page is None or page.hash != base or (taken is not None and taken.size):
        raise EditConflict(page)
    manifest = manifest_of(db, page.rid)
    there = Draft(
        new_name, manifest.text, manifest.mimetype, taken.hash if taken else ""
    )
    save(db, there, author)
    left = Draft(name, f"This page is now called [{new_name}].", FOSSIL_WIKI, base)
    save(db, left, author)


def append(db: sqlite3.Connection, name: str, addition: str, author: Author) -> Written:
    """Add a text at the end of a page, whatever the newest version of that is."""
    newest = wikipages.current(db, name)
    if newest is None or not newest.size:
        raise EditConflict(newest)
    page = manifest_of(db, newest.rid)
    text = f"{page.text.rstrip()}\n\n{addition}\n"
    cards = wiki.cards(name, text, page.mimetype, newest.hash)
    return put(db, cards, author, after=newest.mtime)

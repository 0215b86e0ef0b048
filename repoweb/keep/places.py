"""Where messages can be kept: a new thread, a reply, a wiki page or a ticket."""

import secrets
import sqlite3
from dataclasses import dataclass
from urllib.parse import quote_plus

from repoweb.accounts.author import author
from repoweb.errors import RepowebError
from repoweb.forum import queries as forum_queries
from repoweb.forum import store as forum
from repoweb.forum.page import reader
from repoweb.repository import wikipages
from repoweb.repository.attachments import Upload, attach
from repoweb.repository.loading import hash_of
from repoweb.repository.writing.put import Author
from repoweb.settings import TRUE_WORDS, read_text
from repoweb.tickets import store as tickets
from repoweb.tickets.fields import NOTE, fields, note_fields
from repoweb.web.markup import MARKDOWN
from repoweb.web.markup.links import is_title
from repoweb.wiki import store as wiki

THREAD, REPLY, PAGE, TICKET = "thread", "reply", "page", "ticket"
NEEDS = {THREAD: "3", REPLY: "3", PAGE: "f k", TICKET: "n"}
"""The capability that each place needs, besides that of the chat."""

LABELS = {
    THREAD: "A new forum thread",
    REPLY: "A reply in the forum",
    PAGE: "A wiki page",
    TICKET: "A new ticket",
}


class CannotKeep(RepowebError):
    """Messages cannot be kept there; says why."""


@dataclass(frozen=True)
class Wanted:
    """What is to be kept.

    Args:
        title: of the thread, the page or the ticket.
        post: the version that a reply answers, by its number.
        text: in Markdown.
        files: the attachments of the messages.
    """

    title: str
    post: int
    text: str
    files: list[Upload]


@dataclass(frozen=True)
class Kept:
    """Where it is now; the reader's pages have no `base` before the address."""

    url: str
    title: str


def keep(db: sqlite3.Connection, place: str, wanted: Wanted) -> Kept:
    """Store messages in a place, in the transaction of the caller.

    Raises:
        CannotKeep: something is missing.
    """
    return _WAYS[place](db, wanted)


def _thread(db: sqlite3.Connection, wanted: Wanted) -> Kept:
    _require_title(wanted)
    draft = forum.Draft(wanted.text, MARKDOWN, wanted.title, wanted.files)
    written = forum.begin(db, draft, author("4"))
    return Kept(f"/forumpost/{written.hash[:16]}", wanted.title)


def _reply(db: sqlite3.Connection, wanted: Wanted) -> Kept:
    draft = forum.Draft(wanted.text, MARKDOWN, "", wanted.files)
    written = forum.reply(db, wanted.post, draft, author("4"))
    root = forum_queries.root_of(db, written.rid, reader())
    title = forum_queries.title_of(db, root or written.rid)
    return Kept(f"/forumpost/{written.hash[:16]}", title)


def _page(db: sqlite3.Connection, wanted: Wanted) -> Kept:
    _require_title(wanted)
    if not is_title(wanted.title):
        message = "No page can have such a name."
        raise CannotKeep(message)
    writer = _moderated(db, "modreq-wiki", "l")
    page = wikipages.current(db, wanted.title)
    if page is not None and page.size:
        wiki.append(db, wanted.title, wanted.text, writer)
    else:
        base = page.hash if page else ""
        draft = wiki.Draft(wanted.title, wanted.text, MARKDOWN, base)
        wiki.save(db, draft, writer)
    for file in wanted.files:
        attach(db, wanted.title, file, writer)
    return Kept(f"/wiki?name={quote_plus(wanted.title)}", wanted.title)


def _ticket(db: sqlite3.Connection, wanted: Wanted) -> Kept:
    _require_title(wanted)
    writer, name = _moderated(db, "modreq-tkt", "q"), secrets.token_hex(20)
    own, noted = {field.name for field in fields(db)}, set(note_fields(db))
    said = {"title": wanted.title, "status": "Open"}
    note = {NOTE: wanted.text, "mimetype": MARKDOWN, "login": writer.name}
    values = {k: v for k, v in said.items() if k in own}
    values |= {k: v for k, v in note.items() if k in noted}
    tickets.change(db, name, values, writer)
    for file in wanted.files:
        attach(db, name, file, writer)
    return Kept(f"/tktview/{name[:16]}", wanted.title)


_WAYS = {THREAD: _thread, REPLY: _reply, PAGE: _page, TICKET: _ticket}


def _require_title(wanted: Wanted) -> None:
    if not wanted.title:
        message = "What shall it be called?"
        raise CannotKeep(message)


def _moderated(db: sqlite3.Connection, setting: str, trusted: str) -> Author:
    on = (read_text(db, setting) or "").lower() in TRUE_WORDS
    return author(trusted if on else "*")


def threads(db: sqlite3.Connection, limit: int) -> list[tuple[str, str]]:
    """List the threads that can be replied to: hash and title."""
    found = forum_queries.threads(db, reader(), limit=limit, skip=0)
    return [(hash_of(db, thread.rid), thread.title) for thread in found]

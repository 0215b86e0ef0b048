"""The pages of tickets for reading."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.repository.attachments import attached_to
from repoweb.repository.loading import ArtifactError
from repoweb.repository.manifests import manifests_of
from repoweb.tickets import formats_store, queries
from repoweb.tickets.blueprint import pages
from repoweb.tickets.fields import OLD_NOTE, PRIVATE, Field, fields, label
from repoweb.web.current import database
from repoweb.web.markup import FOSSIL_WIKI, render
from repoweb.web.markup.links import Links, page_links
from repoweb.web.unchanged import newest, unchanged

MOST_FOUND = 100
_ABOUT_TEXT = {"login", "mimetype"}
SEES_PRIVATE, MODERATES = "e", "q"


@pages.get("/ticket")
@pages.get("/reportlist")
@pages.get("/tktsrch")
@requires("r n")
def front() -> str:
    """List the reports, or the tickets that a search finds: `s`."""
    words = request.args.get("s", "").strip()
    may_read = current_user().may("r")
    found = queries.search(database(), words, MOST_FOUND) if words and may_read else []
    hidden = hidden_tickets() if found else set()
    return render_template(
        "tickets/front.html",
        words=words,
        found=[ticket for ticket in found if ticket.id not in hidden],
        formats=formats_store.formats(database()) if may_read else [],
    )


@pages.get("/tktview", defaults={"name": ""})
@pages.get("/tktview/<name>")
@requires("r")
def view(name: str) -> Response | str:
    """Show a ticket and what was written about it."""
    ticket = ticket_named(name)
    if answer := unchanged(newest(database()), queries.count_concealed(database())):
        return answer
    links = page_links(wiki=True)
    notes = [
        (note, _note(note, links.within(f"n{number}-")))
        for number, note in enumerate(queries.notes(database(), ticket.id), 1)
    ]
    old_text = ticket.values.get(OLD_NOTE, "")
    return render_template(
        "tickets/ticket.html",
        ticket=ticket,
        title=ticket.values.get("title") or f"Ticket {ticket.id[:10]}",
        fields=[(field, _shown(field.name, ticket)) for field in _short_fields()],
        text=render(old_text, FOSSIL_WIKI, links) if old_text else Markup(),
        notes=notes,
        waits=any(c.waits for c in queries.changes(database(), ticket.id)),
        attachments=attached_to(database(), [ticket.id]).get(ticket.id, []),
    )


def _note(note: queries.Note, links: Links) -> Markup:
    return render(note.text, note.mimetype or FOSSIL_WIKI, links)


def _short_fields() -> list[Field]:
    """List the fields of the table above the texts, without what is private."""
    may = current_user().may(SEES_PRIVATE)
    return [
        field
        for field in fields(database())
        if not field.long and field.name != "title" and (may or not field.private)
    ]


def _shown(name: str, ticket: queries.Ticket) -> str:
    value = ticket.values.get(name, "")
    return (
        queries.concealed(database(), value) if name.startswith("private_") else value
    )


@pages.get("/tkthistory", defaults={"name": ""})
@pages.get("/tkthistory/<name>")
@requires("r")
def history(name: str) -> Response | str:
    """List all changes of a ticket, and what each of them says."""
    ticket = ticket_named(name)
    if answer := unchanged(newest(database())):
        return answer
    found = queries.changes(database(), ticket.id)
    sources = manifests_of(database(), [change.rid for change in found])
    changes = []
    for change in found:
        source = sources[change.rid]
        said = () if isinstance(source, ArtifactError) else source.fields
        changes.append((change, _said(said)))
    return render_template(
        "tickets/history.html",
        ticket=ticket,
        title=ticket.values.get("title") or f"Ticket {ticket.id[:10]}",
        changes=changes[::-1],
    )


def _said(values: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Name what a change says, without what is private or says how it was made."""
    names = ((name.removeprefix("+"), value) for name, value in values)
    return [
        (label(name), value)
        for name, value in names
        if name not in _ABOUT_TEXT and not name.startswith(PRIVATE)
    ]


@pages.get("/tkttimeline")
@pages.get("/tkttimeline/<name>")
@requires("r")
def timeline(name: str = "") -> BaseResponse:
    """Lead to the history of a ticket, which tells the same."""
    ticket = ticket_named(name)
    return redirect(f"{request.script_root}/tkthistory/{ticket.id[:16]}")


@pages.get("/tinfo")
@pages.get("/tinfo/<name>")
@requires("r")
def change_info(name: str = "") -> BaseResponse:
    """Lead from a change, by its hash, to the history of its ticket."""
    name = name or request.args.get("name", "")
    ticket = queries.find_change(database(), name.lower())
    if ticket is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no change “{name}” of a ticket.")
    return redirect(f"{request.script_root}/tkthistory/{ticket[:16]}")


def ticket_named(name: str) -> queries.Ticket:
    """Find a ticket that the user may see, or answer that there is none."""
    name = name or request.values.get("name", "")
    ticket = queries.find(database(), name)
    if ticket is None or ticket.id in hidden_tickets():
        abort(HTTPStatus.NOT_FOUND, f"There is no ticket called “{name}” here.")
    return ticket


def hidden_tickets() -> set[str]:
    """Tell which tickets the user may not see: a new one may wait for a moderator."""
    user = current_user()
    if user.may(MODERATES):
        return set()
    found = queries.waiting(database())
    return {name for name, author in found if not user.login or author != user.login}

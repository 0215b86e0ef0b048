"""The pages /tktnew and /tktedit."""

import secrets
from http import HTTPStatus

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.author import author
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import check, requires
from repoweb.repository.attachments import Upload, attach
from repoweb.repository.writing.put import Author
from repoweb.settings import TRUE_WORDS, read_text
from repoweb.tickets import queries, store
from repoweb.tickets.blueprint import pages
from repoweb.tickets.fields import NOTE, OLD_NOTE, Field, fields, note_fields
from repoweb.tickets.views import SEES_PRIVATE, ticket_named
from repoweb.web.current import database, repository
from repoweb.web.markup import MARKDOWN, MIMETYPES
from repoweb.web.texts import typed_mimetype, typed_text
from repoweb.web.uploads import read_uploads

MODERATED, TRUSTED = "modreq-tkt", "q"
EDIT, APPEND, ATTACH = "w", "c", "b"
LONGEST = 300_000
_TITLE = "title"
_BEFORE = "before-"
"""Prefix of the hidden fields that tell what the form began with."""

_ON_NEW = {"status": "Open"}


@pages.get("/tktnew")
@requires("n")
def new() -> str:
    """Show the form for a new ticket; `title` and `content` may fill it."""
    values = {**_ON_NEW, _TITLE: request.args.get("title", "")}
    return _form(None, values, request.args.get("content", ""))


@pages.post("/tktnew")
@requires("n")
def create() -> Response | tuple[str, int]:
    """Store a new ticket."""
    values = {f.name: _typed(f) for f in _editable() if f.name in request.form}
    text, said = typed_text("content").strip(), {k: v for k, v in values.items() if v}
    problem = _problem(text)
    if not said.get(_TITLE) and _TITLE in {f.name for f in _editable()}:
        problem = "A ticket needs a title."
    if problem:
        return _form(None, values, text, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    name = secrets.token_hex(20)
    said = {**{k: v for k, v in _ON_NEW.items() if k in _names()}, **said}
    with repository().writing() as db:
        store.change(db, name, {**said, **_note(text)}, _author())
        for upload in _uploads():
            attach(db, name, upload, _author())
    return _shown(name)


@pages.get("/tktedit", defaults={"name": ""})
@pages.get("/tktedit/<name>")
@requires("w c")
def edit(name: str) -> str:
    """Show the form that changes a ticket."""
    ticket = ticket_named(name)
    return _form(ticket, _values(ticket), "")


@pages.post("/tktedit", defaults={"name": ""})
@pages.post("/tktedit/<name>")
@requires("w c")
def save(name: str) -> Response | tuple[str, int]:
    """Store what was changed, unless somebody else changed the same meanwhile."""
    ticket = ticket_named(name)
    text, may_edit = typed_text("content").strip(), current_user().may(EDIT)
    wanted = {f.name: _typed(f) for f in _editable() if f.name in request.form}
    before = {
        n: request.form.get(_BEFORE + n, "").replace("\r\n", "\n") for n in wanted
    }
    changed = {n: v for n, v in wanted.items() if v != before[n]} if may_edit else {}
    if problem := _problem(text):
        form = _form(ticket, {**_values(ticket), **wanted}, text, problem)
        return form, HTTPStatus.UNPROCESSABLE_ENTITY
    if not (changed or text):
        return _shown(ticket.id)
    with repository().writing() as db:
        now = queries.find(db, ticket.id) or ticket
        there = _values(now)
        conflicts = [
            n for n in changed if there.get(n, "") not in (before[n], changed[n])
        ]
        if not conflicts:
            said = {**changed, **_note(text)}
            store.change(db, ticket.id, said, _author(), after=now.mtime)
            for upload in _uploads():
                attach(db, ticket.id, upload, _author())
    if conflicts:
        return _conflict(now, there, changed, conflicts, text), HTTPStatus.CONFLICT
    return _shown(ticket.id)


def _conflict(
    now: queries.Ticket,
    there: dict[str, str],
    changed: dict[str, str],
    conflicts: list[str],
    text: str,
) -> str:
    """Show the form again, with what others and the user made of the same fields."""
    what = "; ".join(f"{n} is now “{there.get(n, '')}”" for n in conflicts)
    problem = f"This ticket was changed meanwhile, and nothing was stored: {what}."
    return _form(now, {**there, **changed}, text, problem, before=there)


def _names() -> set[str]:
    return {field.name for field in fields(database())}


def _editable() -> list[Field]:
    """List the fields of the form, the title first.

    Old descriptions only grow by notes.
    """
    hidden = {OLD_NOTE} if NOTE in note_fields(database()) else set()
    may = current_user().may(SEES_PRIVATE) or "tktnew" in request.path
    every = sorted(fields(database()), key=lambda field: field.name != _TITLE)
    return [f for f in every if f.name not in hidden and (may or not f.private)]


def _typed(field: Field) -> str:
    text = request.form.get(field.name, "").replace("\r\n", "\n").replace("\0", "")
    return text if field.long else " ".join(text.split())


def _values(ticket: queries.Ticket) -> dict[str, str]:
    values = dict(ticket.values)
    for field in fields(database()):
        if field.private:
            values[field.name] = queries.concealed(database(), values[field.name])
    return values


def _note(text: str) -> dict[str, str]:
    """Make the fields of a text that is written with a change."""
    names = set(note_fields(database()))
    said = {"login": current_user().name, "mimetype": typed_mimetype(), NOTE: text}
    found = {name: value for name, value in said.items() if name in names}
    if text and NOTE not in names and OLD_NOTE in _names():
        return {**found, f"+{OLD_NOTE}": f"\n\n<hr />{current_user().name}: {text}"}
    if not text:
        found = {name: value for name, value in found.items() if name == "login"}
    return found


def _problem(text: str) -> str:
    if len(text) > LONGEST:
        return f"The text is longer than {LONGEST:,} characters."
    return ""


def _uploads() -> list[Upload]:
    return read_uploads(database()) if current_user().may(ATTACH) else []


def _author() -> Author:
    on = (read_text(database(), MODERATED) or "").lower() in TRUE_WORDS
    return author(TRUSTED if on else "*")


def _shown(name: str) -> Response:
    if not current_user().may("r"):  # who may only report sees the front page
        return redirect(f"{request.script_root}/ticket", HTTPStatus.SEE_OTHER)
    return redirect(f"{request.script_root}/tktview/{name[:16]}", HTTPStatus.SEE_OTHER)


def _form(
    ticket: queries.Ticket | None,
    values: dict[str, str],
    text: str,
    problem: str = "",
    before: dict[str, str] | None = None,
) -> str:
    if ticket is not None and not current_user().may(EDIT):
        check(APPEND)
    return render_template(
        "tickets/edit.html",
        ticket=ticket,
        fields=_editable() if ticket is None or current_user().may(EDIT) else [],
        values=values,
        before=before or (_values(ticket) if ticket else {}),
        text=text,
        mimetype=typed_mimetype(MARKDOWN),
        mimetypes=MIMETYPES,
        problem=problem,
        moderated=_author().moderated,
        may_attach=current_user().may(ATTACH),
    )

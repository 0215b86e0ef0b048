"""The pages of the wiki for writing."""

import re
from http import HTTPStatus
from urllib.parse import quote_plus

from flask import abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repoweb.accounts.author import author
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import check, requires
from repoweb.repository import wikipages
from repoweb.repository.manifests import manifest_of
from repoweb.repository.wikipages import PageVersion
from repoweb.repository.writing.put import Author
from repoweb.settings import TRUE_WORDS, read_text
from repoweb.web.current import database, repository
from repoweb.web.diffview import Form, Page, View
from repoweb.web.markup import FOSSIL_WIKI, MARKDOWN, MIMETYPES, render
from repoweb.web.markup.links import is_title, page_links
from repoweb.web.texts import typed_mimetype, typed_text
from repoweb.wiki import store
from repoweb.wiki.blueprint import pages
from repoweb.wiki.store import Draft
from repoweb.wiki.views import CREATE, EDIT

MODERATED, TRUSTED = "modreq-wiki", "l"
LONGEST = 300_000
_DELETE = "delete"


@pages.get("/wikinew")
@requires("f")
def new() -> Response | str:
    """Ask for the name of a new page, or lead to its editor."""
    name = " ".join(request.args.get("name", "").split())
    if name and is_title(name):
        return redirect(f"{request.script_root}/wikiedit?name={quote_plus(name)}")
    problem = "No page can have such a name." if name else ""
    return render_template("wiki/new.html", name=name, problem=problem)


@pages.get("/wikiedit")
@requires("f k")
def edit() -> str:
    """Show the editor of a page, `name`."""
    name = _name()
    newest = wikipages.current(database(), name)
    _check_may_write(newest)
    if newest is None:
        return _form(Draft(name, request.args.get("content", ""), MARKDOWN, ""))
    page = manifest_of(database(), newest.rid)
    draft = Draft(name, page.text, page.mimetype or FOSSIL_WIKI, newest.hash)
    return _form(draft)


@pages.post("/wikiedit")
@requires("f k")
def save() -> Response | str | tuple[str, int]:
    """Store a page, or show its preview, or what somebody else wrote meanwhile."""
    name = _name()
    _check_may_write(wikipages.current(database(), name))
    text = "" if _DELETE in request.form else typed_text("content")
    draft = Draft(name, text, typed_mimetype(), request.form.get("base", ""))
    if "preview" in request.form:
        return _form(draft)
    if problem := _problem(draft):
        return _form(draft, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with repository().writing() as db:
            store.save(db, draft, _author())
    except store.EditConflict as conflict:
        return _conflict(draft, conflict), HTTPStatus.CONFLICT
    return _shown(name)


@pages.get("/wikirename")
@requires("fk")
def new_name() -> str:
    """Ask for the new name of a page, `name`."""
    page = _existing(_name())
    return _rename_form(page, page.name)


@pages.post("/wikirename")
@requires("fk")
def rename() -> Response | tuple[str, int]:
    """Move a page to another name, and leave a link to it under the old one."""
    page = _existing(_name())
    wanted = " ".join(request.form.get("new", "").split())
    if not is_title(wanted) or re.search(r"[\[\]|]", wanted) or wanted == page.name:
        form = _rename_form(page, wanted, "A page cannot get such a name.")
        return form, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with repository().writing() as db:
            store.rename(db, page.name, wanted, request.form.get("base", ""), _author())
    except store.EditConflict:
        problem = "The page was changed meanwhile, or there is one of that name."
        return _rename_form(page, wanted, problem), HTTPStatus.CONFLICT
    return _shown(wanted)


def _existing(name: str) -> PageVersion:
    page = wikipages.current(database(), name)
    if page is None or not page.size:
        abort(HTTPStatus.NOT_FOUND, f"There is no page called “{name}”.")
    return page


def _rename_form(page: PageVersion, wanted: str, problem: str = "") -> str:
    return render_template(
        "wiki/rename.html", page=page, wanted=wanted, problem=problem
    )


@pages.get("/wikiappend")
@requires("m")
def addition() -> str:
    """Show the form that adds something at the end of a page, `name`."""
    name = _name()
    mimetype = manifest_of(database(), _existing(name).rid).mimetype or FOSSIL_WIKI
    return render_template("wiki/append.html", name=name, mimetype=mimetype)


@pages.post("/wikiappend")
@requires("m")
def append() -> Response:
    """Add a text at the end of a page."""
    name, text = _name(), typed_text("content").strip()
    if not text or len(text) > LONGEST:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "There is no text, or too much of it.")
    try:
        with repository().writing() as db:
            store.append(db, name, text, _author())
    except store.EditConflict:
        abort(HTTPStatus.NOT_FOUND, f"There is no page called “{name}”.")
    return _shown(name)


def _name() -> str:
    name = request.values.get("name", "")
    if not is_title(name):
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "No page can have such a name.")
    return name


def _check_may_write(newest: PageVersion | None) -> None:
    check(EDIT if newest is not None and newest.size else CREATE)


def _author() -> Author:
    on = (read_text(database(), MODERATED) or "").lower() in TRUE_WORDS
    return author(TRUSTED if on else "*")


def _problem(draft: Draft) -> str:
    if _DELETE in request.form:
        return "" if draft.base else "There is nothing to delete."
    if not draft.text.strip():
        return "There is no text. To remove the page, delete it."
    if len(draft.text) > LONGEST:
        return f"The text is longer than {LONGEST:,} characters."
    return ""


def _conflict(draft: Draft, conflict: store.EditConflict) -> str:
    """Show what is there now, what differs, and the editor with what was typed."""
    newest = conflict.newest
    there = manifest_of(database(), newest.rid).text if newest else ""
    view = Page(Form()).show(there.encode(), draft.text.encode())
    base = newest.hash if newest else ""
    again = Draft(draft.name, draft.text, draft.mimetype, base)
    return _form(again, problem=str(conflict), newest=newest, view=view)


def _form(
    draft: Draft,
    *,
    problem: str = "",
    newest: PageVersion | None = None,
    view: View | None = None,
) -> str:
    preview = Markup()
    if "preview" in request.form:
        preview = render(draft.text, draft.mimetype, page_links("preview-", wiki=True))
    return render_template(
        "wiki/edit.html",
        draft=draft,
        problem=problem,
        newest=newest,
        view=view,
        preview=preview,
        mimetypes=MIMETYPES,
        moderated=_author().moderated,
        may_delete=bool(draft.base) and current_user().may(EDIT),
    )


def _shown(name: str) -> Response:
    target = f"{request.script_root}/wiki?name={quote_plus(name)}"
    return redirect(target, HTTPStatus.SEE_OTHER)

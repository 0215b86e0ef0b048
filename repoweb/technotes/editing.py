"""The page /technoteedit."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from flask import abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repoweb.accounts.author import author
from repoweb.accounts.guard import check, requires
from repoweb.repository import technotes
from repoweb.repository.manifests import manifest_of
from repoweb.repository.technotes import NoteVersion
from repoweb.repository.writing import technote
from repoweb.repository.writing.put import put
from repoweb.repository.writing.technote import NewTechnote
from repoweb.technotes.blueprint import pages
from repoweb.technotes.views import SYMBOL
from repoweb.web.current import database, repository
from repoweb.web.markup import FOSSIL_WIKI, MARKDOWN, MIMETYPES, render
from repoweb.web.markup.links import page_links
from repoweb.web.texts import typed, typed_mimetype, typed_text

CREATE, EDIT = "if", "ik"
LONGEST = 300_000
LONGEST_COMMENT = 2_000
_COLOUR = re.compile(r"|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-zA-Z]{3,20}")
_BETWEEN_TAGS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Draft:
    """What is in the form; `base` is the hash of the version it began with."""

    name: str
    base: str
    time: str
    comment: str
    colour: str
    tags: str
    text: str
    mimetype: str


@pages.get("/technoteedit")
@requires("if ik")
def edit() -> str:
    """Show the form of a technote, `name`, or of a new one."""
    version = _asked()
    if version is None:
        now = datetime.now(UTC).isoformat(" ", "minutes")[:16]
        return _form(Draft("", "", now, "", "", "", "", MARKDOWN))
    note = manifest_of(database(), version.rid)
    colours = [tag.value or "" for tag in note.tags if tag.name == "bgcolor"]
    names = [t.name.removeprefix(SYMBOL) for t in note.tags if SYMBOL in t.name]
    return _form(
        Draft(
            version.id,
            version.hash,
            note.technote_time.replace("T", " ")[:19],
            note.comment,
            "".join(colours),
            ", ".join(names),
            note.text,
            note.mimetype or FOSSIL_WIKI,
        )
    )


@pages.post("/technoteedit")
@requires("if ik")
def save() -> Response | str | tuple[str, int]:
    """Store a technote, or show its preview."""
    version = _asked()
    draft = Draft(
        version.id if version else "",
        request.form.get("base", ""),
        typed("time"),
        typed("comment", LONGEST_COMMENT),
        typed("colour"),
        typed("tags"),
        typed_text("content"),
        typed_mimetype(),
    )
    if "preview" in request.form:
        return _form(draft)
    when = _time(draft.time)
    if problem := _problem(draft, when):
        return _form(draft, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    name = draft.name or secrets.token_hex(20)
    with repository().writing() as db:
        newest = next(iter(technotes.versions(db, name)), None)
        is_current = (newest.hash if newest else "") == draft.base
        if is_current:
            note = _note(draft, name, when)
            after = newest.mtime if newest else 0.0
            put(db, technote.cards(note), author(), after=after)
    if not is_current:
        problem = "This technote was changed meanwhile. Nothing was stored."
        return _form(draft, problem), HTTPStatus.CONFLICT
    target = f"{request.script_root}/technote/{name[:16]}"
    return redirect(target, HTTPStatus.SEE_OTHER)


def _asked() -> NoteVersion | None:
    """Find the technote that is asked for, and see whether the user may write it."""
    name = request.values.get("name", "")
    if not name:
        check(CREATE)
        return None
    check(EDIT)
    found = technotes.find(database(), name)
    if found is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no technote called “{name}” here.")
    return technotes.versions(database(), found.id)[0]


def _note(draft: Draft, name: str, when: str) -> NewTechnote:
    return NewTechnote(
        id=name,
        time=when,
        comment=draft.comment,
        text=draft.text,
        mimetype=draft.mimetype,
        colour=draft.colour,
        tags=tuple(tag for tag in _BETWEEN_TAGS.split(draft.tags) if tag),
        parent=draft.base or None,
    )


def _time(text: str) -> str:
    """Write a time as the E card has it; "" if it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat()[:19]
    except ValueError:
        return ""


def _problem(draft: Draft, when: str) -> str:
    if not when:
        return "When? Write the time as YYYY-MM-DD HH:MM, in UTC."
    if not draft.comment:
        return "A technote needs a line for the timeline."
    if not draft.text.strip():
        return "There is no text."
    if len(draft.text) > LONGEST:
        return f"The text is longer than {LONGEST:,} characters."
    if not _COLOUR.fullmatch(draft.colour):
        return "The colour is written as #rrggbb, or by its name."
    return ""


def _form(draft: Draft, problem: str = "") -> str:
    preview = Markup()
    if "preview" in request.form:
        preview = render(draft.text, draft.mimetype, page_links("preview-", wiki=True))
    return render_template(
        "technotes/edit.html",
        draft=draft,
        problem=problem,
        preview=preview,
        mimetypes=MIMETYPES,
    )

"""The pages /attachadd and /attachlist."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.author import author
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import check, requires
from repoweb.attachments.targets import FINDERS, Target
from repoweb.repository.attachments import (
    Upload,
    attach,
    attached_to,
    detach,
    newest_attachments,
)
from repoweb.settings import TRUE_WORDS, read_text
from repoweb.web.current import database, repository
from repoweb.web.texts import typed
from repoweb.web.uploads import read_uploads

pages = Blueprint("attachments", __name__)

MOST_LISTED = 200
LONGEST_COMMENT = 500


@pages.get("/attachadd")
@requires("b B")
def form() -> str:
    """Show the form that attaches files to something.

    Parameters: `page` is a wiki page, `tkt` a ticket, `technote` a technote,
    `forumpost` a post.
    """
    return _form(_target())


@pages.post("/attachadd")
@requires("b B")
def add() -> Response | tuple[str, int]:
    """Attach files, or take one away."""
    target = _target()
    check(target.may_add)
    uploads = read_uploads(database(), "f") + read_uploads(database())
    gone = request.form.get("remove", "")
    if not uploads and not gone:
        form = _form(target, "There is no file.")
        return form, HTTPStatus.UNPROCESSABLE_ENTITY
    on = (read_text(database(), target.setting) or "").lower() in TRUE_WORDS
    writer = author(target.trusted if target.setting and on else "*")
    comment = typed("comment", LONGEST_COMMENT)
    with repository().writing() as db:
        for upload in uploads:
            new = Upload(upload.name, upload.content, comment)
            attach(db, target.name, new, writer)
        there = attached_to(db, [target.name]).get(target.name, [])
        if gone in {file.name for file in there}:
            detach(db, target.name, gone, writer)
    return redirect(request.script_root + target.url, HTTPStatus.SEE_OTHER)


@pages.get("/attachlist")
@requires("r j")
def listed() -> str:
    """List the newest attachments, or those of one thing as on /attachadd."""
    target = None
    if any(name in request.args for name in FINDERS):
        target = _target()
        check(target.may_see)
    types = [t for t, needs in _SEEN.items() if current_user().may(needs)]
    found = newest_attachments(
        database(), target.name if target else None, types, MOST_LISTED
    )
    return render_template("attachments/list.html", target=target, found=found)


_SEEN = {"w": "j", "e": "j", "t": "r", "f": "2"}
"""The capability that shows attachments, by the type of their event."""


def _target() -> Target:
    field = next((name for name in FINDERS if request.values.get(name)), "")
    wanted = request.values.get(field, "")
    target = FINDERS[field](database(), wanted) if field else None
    if target is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no “{wanted}” to attach to.")
    return target


def _form(target: Target, problem: str = "") -> str:
    check(target.may_add)
    name = next(name for name in FINDERS if request.values.get(name))
    return render_template(
        "attachments/add.html",
        target=target,
        problem=problem,
        field=name,
        attachments=attached_to(database(), [target.name]).get(target.name, []),
    )

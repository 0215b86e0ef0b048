"""The page /ci_edit."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.author import author
from repoweb.accounts.guard import requires
from repoweb.amend.changes import BadChange, Wanted, changes
from repoweb.amend.queries import Checkin, checkin
from repoweb.repository import names
from repoweb.repository.writing import control
from repoweb.repository.writing.put import put
from repoweb.web.current import database, repository
from repoweb.web.texts import typed, typed_text

pages = Blueprint("amend", __name__)


@pages.get("/ci_edit")
@requires("i")
def edit() -> str:
    """Show the form that amends a check-in, `r`."""
    now = _asked()
    return _form(now, _as_it_is(now))


@pages.post("/ci_edit")
@requires("i")
def save() -> Response | tuple[str, int]:
    """Amend a check-in by a control artifact."""
    now, wanted = _asked(), _typed()
    try:
        cards = changes(now, wanted)
    except BadChange as error:
        return _form(now, wanted, str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    if cards:
        with repository().writing() as db:
            put(db, control.cards(cards), author(), after=now.amended)
    target = f"{request.script_root}/info/{now.hash[:16]}"
    return redirect(target, HTTPStatus.SEE_OTHER)


def _asked() -> Checkin:
    name = request.values.get("r", "")
    rid = names.find(database(), name, "ci") if name else None
    found = checkin(database(), rid) if rid else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no check-in called “{name}” here.")
    return found


def _as_it_is(now: Checkin) -> Wanted:
    return Wanted(
        *(now.comment, now.user, now.time, now.colour),
        all_colour=False,
        new_tag="",
        new_value="",
        cancelled=(),
        new_branch="",
        closed=now.closed,
    )


def _typed() -> Wanted:
    return Wanted(
        typed_text("comment"),
        typed("user"),
        typed("time"),
        typed("colour"),
        all_colour="all_colour" in request.form,
        new_tag=typed("tag"),
        new_value=typed("value"),
        cancelled=tuple(request.form.getlist("cancel")),
        new_branch=typed("branch"),
        closed="closed" in request.form,
    )


def _form(now: Checkin, wanted: Wanted, problem: str = "") -> str:
    return render_template("amend/edit.html", now=now, wanted=wanted, problem=problem)

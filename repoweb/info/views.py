"""The page /info/NAME."""

from http import HTTPStatus

from flask import Blueprint, abort, render_template

from repoweb.accounts.guard import check, requires
from repoweb.info import queries
from repoweb.repository.targets import resolve
from repoweb.web.current import database

pages = Blueprint("info", __name__)


@pages.get("/info/<path:name>")
@requires("*")
def info(name: str) -> str:
    """Show what a name stands for, to those who may know it."""
    target = resolve(database(), name) or resolve(database(), name.lower())
    if target is None or not target.url.startswith("/info/"):
        abort(HTTPStatus.NOT_FOUND, f"There is nothing called “{name}” here.")
    check(target.needs)
    rid = target.rid
    return render_template(
        "info/info.html",
        title=target.title,
        artifact=queries.artifact(database(), rid) if rid else None,
        files=queries.changed_files(database(), rid) if rid else [],
    )

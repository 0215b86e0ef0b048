"""What the address of a page names: check-ins and artifacts, or why not."""

from http import HTTPStatus

from flask import abort, request

from repoweb.accounts.guard import check
from repoweb.repository import names
from repoweb.repository.access import needs_of
from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import hash_of
from repoweb.web.current import database


def checkin_named(name: str) -> Rid:
    """Find a check-in, or answer that there is none."""
    return _found(name, "ci", "check-in")


def artifact_named(name: str) -> Rid:
    """Find an artifact that the current user may see, or answer that there is none."""
    rid = _found(name, "*", "artifact")
    check(needs_of(database(), rid, hash_of(database(), rid)))
    return rid


def asked(parameter: str) -> str:
    """Return a parameter that a page cannot do without."""
    value = request.args.get(parameter, "")
    if not value:
        abort(HTTPStatus.BAD_REQUEST, f"The parameter “{parameter}” is missing.")
    return value


def _found(name: str, kind: str, noun: str) -> Rid:
    db = database()
    rid = names.find(db, name, kind) or names.find(db, name.lower(), kind)
    if rid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no {noun} called “{name}” here.")
    return rid

"""The page /modreq."""

import sqlite3
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import check, requires
from repoweb.accounts.logs import log_change
from repoweb.accounts.returning import return_target
from repoweb.moderation import queries, store
from repoweb.repository.loading import ArtifactError
from repoweb.repository.manifests import manifests_of
from repoweb.repository.structure import Manifest
from repoweb.web.current import database, repository
from repoweb.web.markup import PLAIN, render
from repoweb.web.markup.links import Links, page_links

pages = Blueprint("moderation", __name__)

MODERATORS = "5 l q"
GRANTS = "6"
"""The capability that gives others the capability 4."""


@pages.get("/modreq")
@requires(MODERATORS)
def modreq() -> str:
    """List what waits for the current user's approval."""
    types = [kind for kind, needs in queries.NEEDS.items() if current_user().may(needs)]
    found = queries.requests(database(), types)
    sources = manifests_of(database(), [item.rid for item in found])
    links = page_links()
    return render_template(
        "moderation/modreq.html",
        requests=[
            (item, _text(sources[item.rid], links.within(f"m{item.rid}-")))
            for item in found
        ],
        kinds=queries.KINDS,
    )


@pages.post("/modreq")
@requires(MODERATORS)
def decide() -> Response:
    """Approve or reject one thing, `name`, by the buttons `approve` and `reject`.

    With `trust`, the author's further posts need no approval.
    """
    name = request.form.get("name", "")
    found = queries.requests(database(), list(queries.NEEDS))
    item = next((item for item in found if item.hash == name), None)
    if item is None:
        abort(HTTPStatus.NOT_FOUND, "This does not wait for a moderator any more.")
    check(queries.NEEDS[item.type])
    if "trust" in request.form:
        check(GRANTS)
    with repository().writing() as db:
        done = _decide(db, item)
        what = f"{done} {item.hash[:16]} by {item.user}"
        log_change(db, "modreq", current_user().login, what)
    target = return_target() if "g" in request.form else "/modreq"
    return redirect(request.script_root * ("g" not in request.form) + target, 303)


def _decide(db: sqlite3.Connection, item: queries.Request) -> str:
    """Do what the button says, and tell what was done."""
    if "reject" in request.form:
        store.reject(db, item.rid)
        return "Rejected"
    store.approve(db, item.rid)
    if "trust" not in request.form:
        return "Approved"
    store.trust(db, item.user)
    return "Approved, and trusted its author for"


def _text(manifest: Manifest | ArtifactError, links: Links) -> Markup:
    if isinstance(manifest, ArtifactError):
        return escape(str(manifest))
    if manifest.text:
        return render(manifest.text, manifest.mimetype, links)
    fields = "\n\n".join(f"{name}: {value}" for name, value in manifest.fields)
    return render(fields, PLAIN, links)

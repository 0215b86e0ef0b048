"""Pages of which a browser may keep a copy, as long as it asks whether it still holds.

A page is told by what it shows and for whom. A view that can tell this before
it renders says so with `unchanged`, and answers 304 with next to no work.
"""

import hashlib
import sqlite3
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from repoweb.web.current import database
from repoweb.web.hyperlinks import show_links
from repoweb.web.layout import project_name, theme
from repoweb.web.menu import menu_marks
from repoweb.web.pagecache import recall

_CONTROL = "private, no-cache"
"""Kept by the browser alone, and used only after asking whether it still holds."""

_LABELLED = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
_CONFIGURATION = (
    "SELECT count(*), max(mtime), total(length(value)) FROM config"
    " WHERE name NOT GLOB 'baseurl:*'"
)


def unchanged(*parts: object) -> Response | None:
    """Answer 304 if the visitor has this page, or with what was rendered before.

    Else the page that is now rendered is labelled, and kept for the next visitor.

    Args:
        parts: all that the page depends on besides its address, the visitor and
            the configuration: hashes of what it shows.
    """
    return _answer([*parts, request.full_path, *_for_whom()]) or recall(g.tag)


def unchanged_bytes(*parts: object) -> Response | None:
    """Do the same for a file, which looks alike to everybody who may see it."""
    return _answer([*parts, request.full_path])


def newest(db: sqlite3.Connection) -> str:
    """Tell the state of all artifacts: it differs when one came, or was shunned."""
    row = db.execute(
        "SELECT (SELECT max(rid) FROM blob), (SELECT max(rcvid) FROM rcvfrom),"
        " (SELECT count(*) FROM private), (SELECT count(*) FROM shun)"
    ).fetchone()
    return "-".join(str(value) for value in row)


def _answer(parts: list[object]) -> Response | None:
    text = "\0".join(str(part) for part in parts)
    tag = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    g.tag = tag
    if request.if_none_match.contains_weak(tag):
        return Response(status=HTTPStatus.NOT_MODIFIED)
    return None


def _for_whom() -> list[object]:
    """What the layout shows, and to whom; the token changes with the session."""
    config = database().execute(_CONFIGURATION).fetchone()
    return [
        current_user.login,
        *sorted(current_user.letters),
        current_app.jinja_env.globals["csrf_token"](),  # type: ignore[operator]
        *menu_marks(),
        show_links(),
        theme(),
        project_name(),
        current_app.extensions["repoweb.assets"].version,
        *config,
    ]


def init_app(app: Flask) -> None:
    """Label the answers of views that asked `unchanged`."""

    @app.after_request
    def label(response: Response) -> Response:
        tag = g.pop("tag", None)
        if tag and response.status_code in _LABELLED:
            response.set_etag(tag, weak=True)
            response.headers["Cache-Control"] = _CONTROL
            response.vary.add("Cookie")
        return response

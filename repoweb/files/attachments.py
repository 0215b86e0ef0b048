"""The pages /attachview, /attachdownload and /attachimage: what is attached."""

import sqlite3
from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.guard import check, requires
from repoweb.files.blueprint import pages
from repoweb.files.contents import view_of
from repoweb.files.raw import plain_type, send_bytes
from repoweb.repository.loading import load_by_hash
from repoweb.web.current import database
from repoweb.web.unchanged import newest, unchanged, unchanged_bytes

_TARGETS = {"page": "j", "tkt": "r", "technote": "j", "forumpost": "2"}
"""The parameters that tell what a file is attached to, and what its readers need."""

_NEEDS = {"w": "j", "t": "r", "e": "j", "f": "2"}


@dataclass(frozen=True)
class Attachment:
    """A file that is attached to a page, a ticket, a technote or a post."""

    id: int
    source: str
    target: str
    name: str
    comment: str
    user: str
    time: str
    kind: str


@pages.get("/attachview")
@requires("j r 2")
def attachment() -> str | Response:
    """Show an attachment.

    Parameters: `page`, `tkt`, `technote` or `forumpost` says what it is attached
    to, `file` how it is called; or `attachid` is its number.
    """
    found = _asked()
    if answer := unchanged(found.source, newest(database())):
        return answer
    content = load_by_hash(database(), found.source)
    return render_template(
        "files/attachment.html",
        attachment=found,
        query=request.query_string.decode("ascii", "replace"),
        **view_of(content, found.name, found.source),
    )


@pages.get("/attachdownload")
@requires("j r 2")
def attachment_download() -> Response:
    """Send the bytes of an attachment, to be saved.

    Parameters: as on /attachview.
    """
    return _bytes(attached=True)


@pages.get("/attachimage")
@requires("j r 2")
def attachment_image() -> Response:
    """Send the bytes of an attachment, to be shown.

    Parameters: as on /attachview.
    """
    return _bytes(attached=False)


def _bytes(*, attached: bool) -> Response:
    found = _asked()
    if answer := unchanged_bytes(found.source):
        return answer
    content = load_by_hash(database(), found.source)
    mimetype = plain_type(found.name, content)
    return send_bytes(content, mimetype, found.name, attached=attached)


def _asked() -> Attachment:
    """Find the attachment that is asked for, if the current user may see it."""
    found = _find(database())
    if found is None:
        abort(HTTPStatus.NOT_FOUND, "There is no such attachment.")
    check(_NEEDS.get(found.kind, "o"))
    return found


def _find(db: sqlite3.Connection) -> Attachment | None:
    number = request.args.get("attachid", "")
    if number.isascii() and number.isdigit() and len(number) < 18:  # noqa: PLR2004
        return _one(db, "attachid=?", int(number))
    name = request.args.get("file", "")
    for parameter, needs in _TARGETS.items():
        target = request.args.get(parameter, "")
        if target:
            check(needs)
            if parameter == "page":
                return _one(db, "target=? AND filename=?", target, name)
            return _one(db, "target GLOB ? AND filename=?", _prefix(target), name)
    return None


def _prefix(target: str) -> str:
    """Make the glob for the beginning of an id; what is none matches nothing."""
    return f"{target.lower()}*" if target.isalnum() else ""


def _one(db: sqlite3.Connection, which: str, *values: int | str) -> Attachment | None:
    row = db.execute(
        "SELECT attachid AS id, src AS source, target, filename AS name,"
        " coalesce(a.comment, '') AS comment, coalesce(a.user, '') AS user,"
        " strftime('%Y-%m-%d %H:%M', a.mtime) AS time, coalesce(type, '') AS kind"
        " FROM attachment a LEFT JOIN event ON objid=attachid"
        f" WHERE {which} AND src<>'' AND attachid NOT IN (SELECT rid FROM private)"
        " ORDER BY isLatest DESC, a.mtime DESC LIMIT 1",
        values,
    ).fetchone()
    return Attachment(**row) if row else None

"""The pages /file, /artifact and /hexdump: what is in a file."""

from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.guard import check, requires
from repoweb.files import hexdump, queries, text, types
from repoweb.files.blueprint import pages
from repoweb.files.lines import asked_lines
from repoweb.files.place import Checkin, asked_checkin, asked_path, files_in, no_file
from repoweb.files.raw import artifact_named
from repoweb.repository import names
from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import hash_of, load, load_by_hash, rid_of
from repoweb.repository.parsing import is_artifact
from repoweb.web.current import database
from repoweb.web.layout import href
from repoweb.web.unchanged import newest, unchanged

_MOST_USES = 20
_LARGEST_MARKUP = 1024 * 1024


@pages.get("/file", defaults={"path": ""})
@pages.get("/file/<path:path>")
@requires("o")
def file(path: str) -> str | Response:
    """Show a file of a check-in: text in colours, rendered markup, or a picture.

    Parameters: `ci` names the check-in, `name` the file, `ln` marks lines such as
    `12` or `12-20`, and `txt` shows the source of what is rendered otherwise.
    """
    path = asked_path(path, "name", "filename", "fn")
    checkin = asked_checkin()
    files = files_in(checkin)
    card = files.get(path)
    if card is None:
        if files.has_folder(path):
            return redirect(href(checkin.url("dir", name=path)))
        no_file(checkin, path)
    if answer := unchanged(card.hash, checkin.hash, newest(database())):
        return answer
    content = load_by_hash(database(), card.hash)
    return render_template(
        "files/file.html",
        checkin=checkin,
        path=path,
        card=card,
        **view_of(content, path, card.hash, checkin),
    )


@pages.get("/artifact")
@pages.get("/artifact/<path:name>")
@pages.get("/whatis")
@pages.get("/whatis/<path:name>")
@requires("o j r 2")
def artifact(name: str = "") -> str | Response:
    """Show the content of an artifact, and where it is used as a file.

    Parameters: `name` is a hash or its beginning, or the name of a file, of which `ci`
    names the check-in; `ln` and `txt` as on /file.
    """
    rid = _artifact_or_file(name)
    uuid = hash_of(database(), rid)
    if answer := unchanged(uuid, newest(database())):
        return answer
    content = load(database(), rid)
    uses = queries.uses(database(), rid, _MOST_USES)
    if not uses and is_artifact(content) and not request.args.get("txt"):
        kind = database().execute("SELECT 1 FROM event WHERE objid=?", (rid,))
        if kind.fetchone():
            return redirect(href(f"/info/{uuid}"))
    path = uses[0].name if uses else ""
    return render_template(
        "files/artifact.html",
        hash=uuid,
        path=path,
        uses=uses,
        **view_of(content, path, uuid),
    )


def _artifact_or_file(name: str) -> Rid:
    """Find what a hash names, or else the file of a check-in that has such a name."""
    name = asked_path(name, "name", "filename", "fn")
    if "ci" in request.args or names.find(database(), name) is None:
        check("o")
        card = files_in(asked_checkin()).get(name)
        if card is not None:
            return rid_of(database(), card.hash)
    return artifact_named(name)


@pages.get("/hexdump", defaults={"name": ""})
@pages.get("/hexdump/<path:name>")
@requires("o j r 2")
def dump(name: str) -> str | Response:
    """Show the bytes of an artifact in hexadecimal digits.

    Parameters: `name` is a hash or its beginning, `at` the offset of the first
    byte that is shown.
    """
    rid = artifact_named(name)
    uuid = hash_of(database(), rid)
    if answer := unchanged(uuid):
        return answer
    content = load(database(), rid)
    at = hexdump.start(request.args.get("at", ""), len(content))
    return render_template(
        "files/hexdump.html",
        hash=uuid,
        size=len(content),
        rows=hexdump.rows(content, at),
        at=at,
        page=hexdump.PAGE,
    )


def view_of(
    content: bytes, path: str, uuid: str, checkin: Checkin | None = None
) -> dict[str, Any]:
    """Choose how a content is shown: as a picture, rendered, as text, or not at all."""
    view: dict[str, Any] = {"size": len(content), "lines": None, "html": None}
    binary = text.is_binary(content)
    if types.is_picture(path) and "txt" not in request.args and content:
        return {**view, "kind": "picture"}
    if binary:
        return {**view, "kind": "binary"}
    asked = "ln" in request.args or "txt" in request.args
    if (
        checkin
        and types.is_markup(path)
        and not asked
        and len(content) <= _LARGEST_MARKUP
    ):
        html = text.rendered(text.decode(content), path, checkin)
        return {**view, "kind": "markup", "html": html}
    lines = asked_lines(database(), content, path, uuid)
    return {**view, "kind": "text", "lines": lines}

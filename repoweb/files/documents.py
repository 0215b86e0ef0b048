"""The pages /doc and /uv: files as documents, with their types and links."""

import re
from http import HTTPStatus
from urllib.parse import quote

from flask import abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.files import text, types
from repoweb.files.blueprint import pages
from repoweb.files.place import Checkin, checkin_named, files_in
from repoweb.files.raw import plain_type, send_bytes
from repoweb.repository import unversioned
from repoweb.repository.history import of_name
from repoweb.repository.loading import load_by_hash
from repoweb.repository.structure import FileCard
from repoweb.web.current import database
from repoweb.web.headers import DOCUMENT_POLICY
from repoweb.web.layout import href
from repoweb.web.markup import render
from repoweb.web.markup.links import page_links
from repoweb.web.markup.sanitise import sanitise
from repoweb.web.unchanged import newest, unchanged, unchanged_bytes

INDEXES = ("index.html", "index.wiki", "index.md")
"""What is shown of a folder, in the order in which they are looked for."""

MISSING = "404.md"
"""What a check-in may have for documents that it does not have."""

_MAGIC = {"ckout": "tip"}
_LARGEST_PAGE = 1024 * 1024
_FRAME = re.compile(
    r"\s*<div\s(?=[^<>]*class=['\"]fossil-doc['\"])"
    r"(?:[^<>]*data-title=(?:'([^'<>]*)'|\"([^\"<>]*)\"))?",
    re.IGNORECASE,
)
_TITLES = (
    re.compile(r"\s*<title>([^<]*)</title>", re.IGNORECASE),
    re.compile(r"\s*#\s+([^\n]*?)\s*#*\s*(?:\n|$)"),
)


@pages.get("/doc", defaults={"name": ""})
@pages.get("/doc/<path:name>")
@requires("o")
def document(name: str) -> str | Response:
    """Show a file of a check-in as a document: rendered, or as it is.

    The address is that of a check-in, a slash, and the name of the file. Besides
    all other names `latest` is the last check-in that changed the file. A folder
    is shown by its `index.html`, `index.wiki` or `index.md`, a file that is not
    there by `404.md`.
    """
    name = name or request.args.get("name", "")
    checkin_name, slash, path = name.partition("/")
    if not slash:
        checkin_name = name or "tip"
        return redirect(href(f"/doc/{quote(checkin_name, safe='')}/"))
    checkin = _checkin(checkin_name, path)
    card, status = _card(checkin, path)
    rendered = types.is_markup(card.name)
    if rendered or types.type_of(card.name) == types.HTML:
        answer = unchanged(card.hash, checkin.hash, newest(database()))
    else:
        answer = unchanged_bytes(card.hash)
    if answer:
        return answer
    content = load_by_hash(database(), card.hash)
    return _show(content, card.name, status)


@pages.get("/uv", defaults={"name": ""})
@pages.get("/uv/<path:name>")
@requires("o")
def unversioned_document(name: str) -> str | Response:
    """Show an unversioned file as a document; its hash names it, too."""
    name = name or request.args.get("name", "")
    if not name:
        return redirect(href("/uvlist"))
    uuid = unversioned.hash_of(database(), name)
    if uuid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no unversioned file “{name}”.")
    name, content = unversioned.read(database(), uuid)
    return _show(content, name, HTTPStatus.OK)


@pages.get("/uvlist")
@requires("o")
def unversioned_list() -> str:
    """List the unversioned files.

    Parameters: `byage` sorts them by age, `showdel` shows those that were deleted.
    """
    files = _unversioned()
    return render_template(
        "files/unversioned.html", files=files, total=sum(file.size for file in files)
    )


@pages.get("/juvlist")
@requires("o")
def unversioned_json() -> list[dict[str, str | int]]:
    """List the unversioned files as JSON: name, mtime, hash, size and user."""
    return [
        {
            "name": file.name,
            "mtime": file.mtime,
            "hash": file.hash,
            "size": file.size,
            "user": file.user,
        }
        for file in _unversioned()
    ]


def _unversioned() -> list[unversioned.UnversionedFile]:
    deleted = request.args.get("showdel", "0") not in {"", "0"}
    files = unversioned.list_files(database(), deleted=deleted)
    if request.args.get("byage", "0") not in {"", "0"}:
        files.sort(key=lambda file: file.mtime, reverse=True)
    return files


def _checkin(name: str, path: str) -> Checkin:
    if name == "latest":
        versions = of_name(database(), path, 1)
        if versions and versions[0].fid:
            return checkin_named(versions[0].hash)
        name = "tip"
    return checkin_named(_MAGIC.get(name, name))


def _card(checkin: Checkin, path: str) -> tuple[FileCard, HTTPStatus]:
    """Find the file for a path: itself, the index of a folder, or the page for none."""
    files = files_in(checkin)
    folder = path.rstrip("/")
    wanted = [path] if path and not path.endswith("/") else []
    wanted += [f"{folder}/{index}" if folder else index for index in INDEXES]
    for name in wanted:
        card = files.get(name)
        if card is not None:
            return card, HTTPStatus.OK
    card = files.get(MISSING)
    if card is None:
        message = f"There is no document “{path}” in check-in {checkin.name}."
        abort(HTTPStatus.NOT_FOUND, message)
    return card, HTTPStatus.NOT_FOUND


def _show(content: bytes, name: str, status: HTTPStatus) -> str | Response:
    """Render markup within the site's layout; send anything else as it is."""
    kind = types.type_of(name)
    if text.is_binary(content) or len(content) > _LARGEST_PAGE:
        kind = ""
    if kind in {types.MARKDOWN, types.FOSSIL_WIKI}:
        source = text.with_root(text.decode(content), name)
        html = render(source, kind, page_links(""))
        return _page(_title(source) or name, html, status)
    if kind == types.HTML:
        source = text.with_root(text.decode(content), name)
        frame = _FRAME.match(source)
        if frame:
            return _page(frame[1] or frame[2] or name, sanitise(source, ""), status)
        content = source.encode()
    served = plain_type(name, content)
    answer = send_bytes(content, served, name, policy=DOCUMENT_POLICY)
    if status != HTTPStatus.OK:
        answer.status_code = status
    return answer


def _title(source: str) -> str:
    """Return the title that a text gives itself at its beginning."""
    found = next((f for pattern in _TITLES if (f := pattern.match(source))), None)
    return found[1].strip() if found else ""


def _page(title: str, html: Markup, status: HTTPStatus) -> Response:
    has_heading = "<h1" in html[:400]
    page = render_template(
        "files/document.html", title=title, html=html, has_heading=has_heading
    )
    return Response(page, status=status, mimetype="text/html")

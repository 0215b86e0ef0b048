"""The pages /raw and /secureraw: the bytes of an artifact as they are."""

import re
from http import HTTPStatus

from flask import abort, request
from werkzeug.wrappers import Response

from repoweb.accounts.guard import check, requires
from repoweb.files import queries, types
from repoweb.files.blueprint import pages
from repoweb.files.place import asked_checkin, asked_path, file_in
from repoweb.repository import names
from repoweb.repository.access import needs_of
from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import hash_of, load, rid_of
from repoweb.web.current import database
from repoweb.web.headers import RAW_POLICY
from repoweb.web.source import is_binary
from repoweb.web.unchanged import unchanged_bytes

_LARGE = 1024 * 1024
"""More bytes than these are not compressed on their way."""

_MIMETYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
_FULL_HASHES = (40, 64)


@pages.get("/raw", defaults={"name": ""})
@pages.get("/raw/<path:name>")
@requires("o j r 2")
def raw(name: str) -> Response:
    """Send the bytes of an artifact. Nothing in them runs in a browser.

    Parameters: `name` is a hash or its beginning, or `ci` and `filename` name a
    file of a check-in; `m` is the type to send it as, `at` the name to save it as.
    """
    path = asked_path("", "filename", "fn")
    if path and not name:
        check("o")
        rid = rid_of(database(), file_in(asked_checkin(), path).hash)
    else:
        rid = artifact_named(name)
    return _send(rid, path)


@pages.get("/secureraw", defaults={"name": ""})
@pages.get("/secureraw/<path:name>")
@requires("o j r 2")
def secure_raw(name: str) -> Response:
    """Send the bytes of the artifact with a hash in full.

    Parameters: `m` and `at` as on /raw.
    """
    name = name or request.args.get("name", "")
    if len(name) not in _FULL_HASHES:
        abort(HTTPStatus.NOT_FOUND, "This page needs a hash in full.")
    return _send(artifact_named(name), "")


def artifact_named(name: str) -> Rid:
    """Find an artifact that the current user may see, or answer that there is none."""
    name = name or request.args.get("name", "")
    rid = names.find(database(), name)
    if rid is None:
        check("o")
        abort(HTTPStatus.NOT_FOUND, f"There is no artifact called “{name}” here.")
    check(needs_of(database(), rid, hash_of(database(), rid)))
    return rid


def _send(rid: int, path: str) -> Response:
    uuid = hash_of(database(), rid)
    saved_as = request.args.get("at", "")
    if answer := unchanged_bytes(uuid):
        return answer
    content = load(database(), rid)
    name = saved_as or path or _name_of(rid)
    mimetype = _wanted_type() or plain_type(name, content)
    return send_bytes(content, mimetype, name or uuid, attached=bool(saved_as))


def _wanted_type() -> str:
    """Return the type that the request asks for, unless a page could run it."""
    wanted = request.args.get("m", "")
    harmless = _MIMETYPE.fullmatch(wanted) and types.is_harmless(wanted)
    return wanted if harmless else ""


def _name_of(rid: int) -> str:
    uses = queries.uses(database(), rid, 1)
    return uses[0].name if uses else ""


def plain_type(name: str, content: bytes) -> str:
    """Return the type of a file for looking at it: source code is plain text."""
    found = types.served_type(name, binary=is_binary(content))
    if found.startswith("text/") and found not in {types.HTML, "text/css", "text/csv"}:
        return types.PLAIN
    return found if types.is_harmless(found) else types.PLAIN


def send_bytes(
    content: bytes,
    mimetype: str,
    name: str,
    *,
    attached: bool = False,
    policy: str = RAW_POLICY,
) -> Response:
    """Answer with the bytes of a file, in parts if asked to, in a sandbox."""
    large = len(content) > _LARGE
    response = Response(content, mimetype=mimetype)
    if large:
        response.response = [content]
        response.direct_passthrough = True
    response.content_length = len(content)
    attached = attached or not types.is_inline(mimetype)
    response.headers.set(
        "Content-Disposition",
        "attachment" if attached else "inline",
        filename=clean_name(name),
    )
    response.headers["Content-Security-Policy"] = policy
    return response.make_conditional(
        request.environ, accept_ranges=True, complete_length=len(content)
    )


def clean_name(path: str) -> str:
    """Return the last part of a path as a name that any system can store."""
    name = path.rpartition("/")[2]
    clean = re.sub(r'[\x00-\x1f\x7f"\\/:*?<>|]', "_", name)[:200].strip(". ")
    return clean or "file"

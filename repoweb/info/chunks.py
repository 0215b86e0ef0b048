"""The page /jchunk: lines of a file as JSON, for what a difference left out."""

from http import HTTPStatus

from flask import Response, jsonify, request

from repoweb.accounts.guard import check, requires
from repoweb.info.blueprint import pages
from repoweb.repository import names
from repoweb.repository.access import needs_of
from repoweb.repository.diff import lines_of
from repoweb.repository.loading import hash_of, load
from repoweb.web.current import database
from repoweb.web.difftable import LONGEST_LINE
from repoweb.web.unchanged import unchanged_bytes

MOST = 5_000
"""Lines of one answer."""


@pages.get("/jchunk", defaults={"name": ""})
@pages.get("/jchunk/<path:name>")
@requires("o")
def lines_of_file(name: str) -> Response:
    """Give lines of a file as a JSON array of texts, for a difference that omits them.

    Parameters: `name` is the hash of the content, `from` and `to` the first and the
    last line, counted from 1. Lines beyond the end are left out.
    """
    db = database()
    rid = names.by_hash(db, name or request.args.get("name", ""))
    if rid is None:
        return _refused(HTTPStatus.NOT_FOUND, "There is no artifact with this hash.")
    uuid = hash_of(db, rid)
    check(needs_of(db, rid, uuid))
    first, last = _number("from"), _number("to")
    if not 1 <= first <= last:
        return _refused(HTTPStatus.BAD_REQUEST, "These are no lines: from … to …")
    if (answer := unchanged_bytes(uuid)) is not None:
        return answer
    found = lines_of(load(db, rid))[first - 1 : min(last, first + MOST - 1)]
    return jsonify([_text(line) for line in found])


def _number(parameter: str) -> int:
    text = request.args.get(parameter, "")
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip()[:LONGEST_LINE]


def _refused(status: HTTPStatus, message: str) -> Response:
    answer = jsonify(error=message)
    answer.status_code = status
    return answer

"""Files of a form that become attachments."""

import re
import sqlite3
from http import HTTPStatus

from flask import abort, request

from repoweb.repository.attachments import Upload
from repoweb.settings import read_text

MIB = 1024 * 1024
LARGEST = 20 * MIB
LIMIT = "attachment-size-limit"
"""Fossil's row of `config`: the most bytes of an attachment, if it is a number."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST = 200


def read_uploads(db: sqlite3.Connection, field: str = "file") -> list[Upload]:
    """Read the files of a field; one that is too large ends the request."""
    most = _most_bytes(db)
    found = []
    for storage in request.files.getlist(field):
        name = clean_name(storage.filename or "")
        content = storage.stream.read(most + 1) if name else b""
        if len(content) > most:
            reason = f"{name} is larger than {most / MIB:g} MB, which is the limit."
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
        if content:
            found.append(Upload(name, content))
    return found


def clean_name(name: str) -> str:
    """Return the last part of a file name, without what could confuse; "" if none."""
    base = _CONTROL.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    return "" if base in {".", ".."} else base[-_LONGEST:]


def _most_bytes(db: sqlite3.Connection) -> int:
    text = read_text(db, LIMIT) or ""
    return int(text) if text.isascii() and text.isdigit() and int(text) else LARGEST

"""Reading a message out of a request, and refusing what cannot be stored."""

import os
import re
import sqlite3
from http import HTTPStatus
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage

from repoweb import settings
from repoweb.chat.files import clean_name, kind_of
from repoweb.chat.message import NewMessage, Upload
from repoweb.chat.settings import MAX_FILE, MAX_TEXT, MIB
from repoweb.errors import RepowebError

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_HEAD = 512
_LEAST_LIMIT = int(MAX_TEXT.minimum or 0)
"""The limit of a shorter text need not be looked up."""


class BadMessage(RepowebError):
    """A message is refused; `status` is what HTTP calls the reason."""

    def __init__(self, text: str, status: HTTPStatus, code: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


def read_message(
    db: sqlite3.Connection, request: Request, poster: str
) -> NewMessage | None:
    """Return the message that a request sends; None if it is empty.

    The text is kept as it was typed; only the line ends of the transport, CR LF,
    become LF again.

    Raises:
        BadMessage: too long, too large, or not a text.
    """
    form = request.form
    text = read_text(db, form.get("msg", ""))
    upload = _read_upload(db, request.files.get("file"))
    if not text and upload is None:
        return None
    return NewMessage(
        poster=poster,
        text=text,
        local_time=_matching(_LOCAL_TIME, form.get("lmtime", "")),
        key=_matching(_KEY, form.get("k", "")),
        upload=upload,
    )


def read_text(db: sqlite3.Connection, sent: str) -> str:
    """Return a text as it is stored: with the line ends that were typed.

    Raises:
        BadMessage: too long, or not a text.
    """
    text = sent.replace("\r\n", "\n")
    _check_text(db, text)
    return text


def check_poster(request: Request, poster: str) -> None:
    """Refuse what was written under another login than that of the present session.

    Raises:
        BadMessage: with the code of a missing login, so that the page waits.
    """
    if request.form.get("me", poster) != poster:
        reason = f"You are signed in as {poster} now."
        raise BadMessage(reason, HTTPStatus.FORBIDDEN, "login")


def check_size(db: sqlite3.Connection, request: Request) -> None:
    """Refuse a body that is too large even to be taken apart.

    Raises:
        BadMessage: with both sizes.
    """
    size = request.content_length or 0
    if size > MIB and size > (most := _most_bytes(db)) + MIB:
        what = "The message"
        raise _too_large(what, size, most)


def _check_text(db: sqlite3.Connection, text: str) -> None:
    if len(text) > _LEAST_LIMIT and len(text) > (most := _most_characters(db)):
        reason = f"This message has {len(text):,} characters; the limit is {most:,}."
        raise BadMessage(reason, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "long")
    if "\0" in text:
        reason = "A message cannot contain NUL characters."
        raise BadMessage(reason, HTTPStatus.UNPROCESSABLE_ENTITY, "text")


def _read_upload(db: sqlite3.Connection, storage: FileStorage | None) -> Upload | None:
    if storage is None or not storage.filename:
        return None
    file: IO[bytes] = storage.stream
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    name = clean_name(storage.filename)
    if size > (most := _most_bytes(db)):
        raise _too_large(name, size, most)
    if size == 0:
        return None
    mimetype = kind_of(name, file.read(_HEAD))
    file.seek(0)
    return Upload(name, mimetype, size, file)


def _most_characters(db: sqlite3.Connection) -> int:
    return int(settings.read(db, MAX_TEXT))


def _most_bytes(db: sqlite3.Connection) -> int:
    return int(float(settings.read(db, MAX_FILE)) * MIB)


def _too_large(what: str, size: int, most: int) -> BadMessage:
    reason = f"{what} is {size / MIB:.1f} MB; the limit is {most / MIB:g} MB."
    return BadMessage(reason, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "big")


def _matching(pattern: re.Pattern[str], text: str) -> str | None:
    return text if pattern.fullmatch(text) else None

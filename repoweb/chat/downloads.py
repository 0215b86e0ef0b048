"""Attachments and backups: the bytes of the chat."""

import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import IO, cast

from flask import abort, render_template, request, send_file
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.chat import attachments, files, store
from repoweb.chat.backup import write_backup
from repoweb.chat.blueprint import pages
from repoweb.chat.entering import make_ready, readable
from repoweb.chat.message import Message
from repoweb.chat.numbers import integer
from repoweb.web.current import database
from repoweb.web.headers import RAW_POLICY

FIRST_LINES, MOST_LINES = 12, 200
"""How many lines of a text are shown if nothing else is asked for, and at most."""

IN_MEMORY = 1024 * 1024
"""Larger attachments are copied to a file on disk before they are sent."""


@pages.get("/chat-download", defaults={"name": ""})
@pages.get("/chat-download/<path:name>")
@requires("C")
def download(name: str) -> Response:
    """Send an attachment. It is copied first: no reader holds the file meanwhile.

    The number of the message may be followed by a file name, for browsers only;
    with `head` only so many lines of a text come.
    """
    of = readable()
    msgid = integer(name or request.args.get("name", ""))
    message = store.one(database(), msgid, of)
    if message is None or not message.size:
        abort(HTTPStatus.NOT_FOUND, f"There is no attachment of message {msgid}.")
    response = _head(msgid) if "head" in request.args else _whole(message)
    response.headers["Content-Security-Policy"] = RAW_POLICY
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _head(msgid: int) -> Response:
    """Answer with the first lines of a text, whatever type it has."""
    count = integer(request.args["head"])
    count = min(count, MOST_LINES) if count > 0 else FIRST_LINES
    text = attachments.first_lines(database(), msgid, count)
    if text is None:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This attachment is not a text.")
    if "rows" in request.args:  # our own page shows them
        is_patch = request.path.endswith((".diff", ".patch"))
        lines = text.removesuffix("\n").split("\n")
        page = render_template("chat/preview.html", lines=lines, is_patch=is_patch)
        return Response(page, mimetype="text/html")
    return Response(text, mimetype=files.PLAIN)


def _whole(message: Message) -> Response:
    # The server closes the copy when it has sent it.
    copy = cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
    attachments.copy(database(), message.msgid, copy)
    copy.seek(0)
    response = send_file(
        copy,
        mimetype=files.served_type(message.file_type),
        as_attachment=not files.is_shown_inline(message.file_type),
        download_name=files.clean_name(message.file_name or ""),
    )
    response.content_length = message.size
    return response


@pages.get("/chat-backup")
@requires("s")
def backup() -> Response:
    """Send the messages behind a number as an SQLite file, for `fossil chat pull`."""
    make_ready()
    with tempfile.TemporaryDirectory(prefix="repoweb-") as folder:
        target = Path(folder) / "chat.db"
        write_backup(database(), target, integer(request.args.get("msgid", "")))
        return send_file(target, mimetype="application/x-sqlite3", as_attachment=True)

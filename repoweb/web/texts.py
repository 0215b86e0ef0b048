"""Texts out of forms, as they go into artifacts."""

from flask import request

from repoweb.web.markup import MARKDOWN, MIMETYPES


def typed(name: str, most: int = 0) -> str:
    """Return a field of the form in one line, at most so many characters."""
    text = " ".join(request.form.get(name, "").replace("\0", "").split())
    return text[:most] if most else text


def typed_text(name: str) -> str:
    """Return a field of several lines, with plain line ends."""
    text = request.form.get(name, "")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def typed_mimetype(default: str = MARKDOWN) -> str:
    """Return the markup that was chosen."""
    chosen = request.form.get("mimetype", default)
    return chosen if chosen in MIMETYPES else default

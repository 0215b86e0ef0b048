"""Attachments: what kind they are, what they are called, how they are served."""

import mimetypes
import re
from pathlib import PurePosixPath

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""What browsers show as a picture and never run."""

PLAIN = "text/plain"
UNKNOWN = "application/octet-stream"

LONGEST_NAME = 200
_LONGEST_ENDING = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
)


def is_image(mimetype: str | None) -> bool:
    """Whether the page shows it as a picture."""
    return mimetype in IMAGES


def clean_name(name: str) -> str:
    """Return the last part of a file name, without what could confuse."""
    base = PurePosixPath(name.replace("\\", "/")).name
    base = _CONTROL.sub("", base).strip()
    if base in {"", ".", ".."}:
        return "unnamed"
    return base if len(base) <= LONGEST_NAME else _cut(base)


def _cut(name: str) -> str:
    ending = PurePosixPath(name).suffix
    if len(ending) > _LONGEST_ENDING:
        ending = ""
    return name[: LONGEST_NAME - len(ending)] + ending


def kind_of(name: str, head: bytes) -> str:
    """Tell the type of a file from its first bytes and its name.

    The type that the sender claims does not count. Pictures are known by their
    bytes alone, so that nothing else is ever shown as one.
    """
    for signature, mimetype in _SIGNATURES:
        if signature.match(head):
            return mimetype
    guessed = mimetypes.guess_type(name)[0] or ""
    if guessed and guessed not in IMAGES:
        return guessed
    return UNKNOWN if b"\0" in head else PLAIN


def served_type(stored: str | None) -> str:
    """Return the type under which it is sent to a browser."""
    if stored in IMAGES:
        return str(stored)
    is_text = stored is not None and stored.startswith("text/")
    return PLAIN if is_text and stored != "text/html" else UNKNOWN


def is_shown_inline(stored: str | None) -> bool:
    """Whether a browser may show it; everything else is a download."""
    return served_type(stored) != UNKNOWN

"""Attachments in the table: their bytes, and what is known about them.

What a picture or a text measures is written down when it is stored, so that the
page can reserve room; what other programs stored is measured when somebody enters.
"""

import codecs
import sqlite3
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from repoweb.chat.files import is_image
from repoweb.chat.message import Upload
from repoweb.chat.pictures import HEAD, picture_size
from repoweb.chat.tables import INSIDERS, Tables

MOST_AT_ONCE = 20
"""How many attachments of other programs are measured when somebody enters."""

AMONG_NEWEST = 200
"""How many rows are looked at for such."""

MOST_COUNTED = 1024 * 1024
"""Lines of longer texts of other programs are not counted."""

MOST_SHOWN = 64 * 1024
"""The longest beginning of a text that is shown, in bytes."""

_CHUNK = 64 * 1024


class Measures(NamedTuple):
    """The size of a picture in pixels, or the number of lines of a text."""

    width: int | None = None
    height: int | None = None
    lines: int | None = None


def store(
    db: sqlite3.Connection, msgid: int, upload: Upload, of: Tables = INSIDERS
) -> None:
    """Write an attachment into its place, piece by piece, and what it measures."""
    with db.blobopen(of.messages, "file", msgid) as blob:
        pieces = _written(blob, upload.file)
        _remember(db, msgid, _measure(upload.mimetype, pieces), of)


def copy(
    db: sqlite3.Connection, msgid: int, target: IO[bytes], of: Tables = INSIDERS
) -> None:
    """Copy the bytes of an attachment into a file, piece by piece."""
    with db.blobopen(of.messages, "file", msgid, readonly=True) as blob:
        while piece := blob.read(_CHUNK):
            target.write(piece)


def first_lines(db: sqlite3.Connection, msgid: int, count: int) -> str | None:
    """Return the first lines of an attached text; None if it is none."""
    with db.blobopen("chat", "file", msgid, readonly=True) as blob:
        head = blob.read(MOST_SHOWN)
        is_whole = len(head) == len(blob)
    if b"\0" in head:
        return None
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(head, final=is_whole)  # a character that was cut is left out
    return "\n".join(text.replace("\r\n", "\n").split("\n")[:count])


def unmeasured(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """List new attachments of which nothing is known: number and type."""
    rows = db.execute(
        "SELECT msgid, coalesce(fmime, '') FROM"
        " (SELECT msgid, fmime, typeof(file) IN ('blob', 'text') AS has_file FROM chat"
        "  ORDER BY msgid DESC LIMIT ?)"
        " WHERE has_file AND msgid NOT IN (SELECT msgid FROM fx_chatfile) LIMIT ?",
        (AMONG_NEWEST, MOST_AT_ONCE),
    )
    return [tuple(row) for row in rows.fetchall()]


def measure_new(db: sqlite3.Connection) -> None:
    """Measure attachments that other programs stored."""
    for msgid, mimetype in unmeasured(db):
        with db.blobopen("chat", "file", msgid, readonly=True) as blob:
            if is_image(mimetype) or len(blob) <= MOST_COUNTED:
                _remember(db, msgid, _measure(mimetype, _pieces(blob)))
            else:
                _remember(db, msgid, Measures())


def _pieces(file: IO[bytes] | sqlite3.Blob) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def _written(blob: sqlite3.Blob, file: IO[bytes]) -> Iterator[bytes]:
    for piece in _pieces(file):
        blob.write(piece)
        yield piece


def _measure(mimetype: str, pieces: Iterable[bytes]) -> Measures:
    """Measure an attachment while its pieces pass by."""
    head, ends, last, is_text = b"", 0, b"\n", True
    for piece in pieces:
        if len(head) < HEAD:
            head += piece
        is_text = is_text and b"\0" not in piece
        ends += piece.count(b"\n")
        last = piece[-1:]
    if is_image(mimetype):
        return Measures(*(picture_size(mimetype, head) or ()))
    return Measures(lines=ends + (last != b"\n")) if is_text else Measures()


def _remember(
    db: sqlite3.Connection, msgid: int, measures: Measures, of: Tables = INSIDERS
) -> None:
    db.execute(
        f"REPLACE INTO {of.files}(msgid, iw, ih, nl) VALUES(?, ?, ?, ?)",
        (msgid, *measures),
    )

"""Unversioned files: those of which only the newest content is kept."""

import sqlite3
from dataclasses import dataclass

from repoweb.repository.content import BadContent, decompress
from repoweb.repository.loading import LARGEST, ArtifactError

_COMPRESSED = 1


@dataclass(frozen=True)
class UnversionedFile:
    """An unversioned file; `hash` is "" if it was deleted, `time` is UTC."""

    name: str
    hash: str
    time: str
    mtime: int
    size: int
    user: str


def list_files(db: sqlite3.Connection, *, deleted: bool) -> list[UnversionedFile]:
    """List the unversioned files, and those that were deleted if asked to."""
    if not has_table(db):
        return []
    rows = db.execute(
        "SELECT name, coalesce(hash, ''), datetime(u.mtime, 'unixepoch'), u.mtime,"
        " coalesce(sz, 0), coalesce(login, '') FROM unversioned u"
        " LEFT JOIN rcvfrom USING(rcvid) LEFT JOIN user USING(uid)"
        " WHERE hash IS NOT NULL OR ? ORDER BY name",
        (deleted,),
    )
    return [UnversionedFile(*row) for row in rows.fetchall()]


def hash_of(db: sqlite3.Connection, name: str) -> str | None:
    """Return the hash of the file with a name, or with this hash."""
    if not has_table(db):
        return None
    row = db.execute(
        "SELECT hash FROM unversioned WHERE hash IS NOT NULL AND (name=?1 OR hash=?1)"
        " ORDER BY name=?1 DESC LIMIT 1",
        (name,),
    ).fetchone()
    return str(row[0]) if row else None


def read(db: sqlite3.Connection, uuid: str) -> tuple[str, bytes]:
    """Return name and content of the file with a hash.

    Raises:
        ArtifactError: it is gone, or damaged.
    """
    row = db.execute(
        "SELECT name, encoding, content FROM unversioned WHERE hash=? LIMIT 1", (uuid,)
    ).fetchone()
    if row is None or row["content"] is None:
        raise ArtifactError(uuid, "its content is not here")
    content = row["content"]
    if isinstance(content, str):
        content = content.encode()
    if row["encoding"] != _COMPRESSED:
        return row["name"], content
    try:
        return row["name"], decompress(content, LARGEST)
    except BadContent as error:
        raise ArtifactError(uuid, str(error)) from error


def has_table(db: sqlite3.Connection) -> bool:
    """Whether there ever was an unversioned file; Fossil makes the table then."""
    row = db.execute(
        "SELECT 1 FROM sqlite_schema WHERE type='table' AND name='unversioned'"
    ).fetchone()
    return row is not None

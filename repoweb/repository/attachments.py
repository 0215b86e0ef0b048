"""Files that are attached to wiki pages, tickets, technotes and forum posts."""

import gzip
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from repoweb.repository.artifacts import receive, store
from repoweb.repository.parsing import is_artifact
from repoweb.repository.writing import attachment
from repoweb.repository.writing.moderation import hold
from repoweb.repository.writing.put import Author, Written, put

_PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"}


@dataclass(frozen=True)
class Attachment:
    """The newest version of an attached file; the time is UTC."""

    rid: int
    target: str
    name: str
    hash: str
    size: int
    comment: str
    user: str
    time: str

    @property
    def is_picture(self) -> bool:
        """Whether its name is that of a picture which browsers show."""
        return PurePosixPath(self.name.lower()).suffix in _PICTURES


@dataclass(frozen=True)
class Upload:
    """A file to be attached."""

    name: str
    content: bytes
    comment: str = ""


def attached_to(
    db: sqlite3.Connection, targets: Iterable[str]
) -> dict[str, list[Attachment]]:
    """List the attachments of things, each under its target."""
    wanted = list(targets)
    marks = ",".join("?" * len(wanted))
    rows = db.execute(
        "SELECT attachid AS rid, target, filename AS name, src AS hash, size,"
        " coalesce(comment, '') AS comment, coalesce(user, '') AS user,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', mtime) AS time"
        " FROM attachment JOIN blob ON uuid=src"
        f" WHERE target IN ({marks}) AND isLatest AND src<>'' AND size>=0"
        " AND attachid NOT IN (SELECT rid FROM private) ORDER BY filename",
        wanted,
    ).fetchall()
    found: dict[str, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row["target"], []).append(Attachment(**dict(row)))
    return found


def attach(
    db: sqlite3.Connection, target: str, upload: Upload, author: Author
) -> Written:
    """Attach a file.

    A file that would itself be an artifact to Fossil is compressed, so that it
    stays a file, whoever made it.

    Args:
        db: in a write transaction.
        target: title of a wiki page, or hash or id of something else.
        upload: the file.
        author: who attaches it.
    """
    name, content = upload.name, upload.content
    if is_artifact(content):
        name, content = f"{name}.gz", gzip.compress(content, mtime=0)
    rid, uuid = store(db, content, receive(db, author.login, author.address))
    cards = attachment.cards(name, target, uuid, upload.comment)
    written = put(db, cards, author)
    if author.moderated:
        hold(db, written.rid, content=rid, ticket=None)
    return written


def detach(db: sqlite3.Connection, target: str, name: str, author: Author) -> Written:
    """Take an attachment away; its versions stay in the history."""
    row = db.execute(
        "SELECT max(mtime) FROM attachment WHERE target=? AND filename=?",
        (target, name),
    ).fetchone()
    return put(db, attachment.cards(name, target, None), author, after=row[0] or 0.0)


def newest_attachments(
    db: sqlite3.Connection, target: str | None, types: list[str], limit: int
) -> list[Attachment]:
    """List attachments of everything, or of one thing, newest first.

    Args:
        db: a reading connection.
        target: of all that are listed, or None.
        types: of the events that are listed.
        limit: how many.
    """
    marks = ",".join("?" * len(types))
    rows = db.execute(
        "SELECT attachid AS rid, target, filename AS name, src AS hash, size,"
        " coalesce(attachment.comment, '') AS comment,"
        " coalesce(attachment.user, '') AS user,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', attachment.mtime) AS time"
        " FROM attachment JOIN blob ON uuid=src JOIN event ON objid=attachid"
        f" WHERE type IN ({marks}) AND isLatest AND src<>'' AND size>=0"
        " AND (? IS NULL OR target=?) AND attachid NOT IN (SELECT rid FROM private)"
        " ORDER BY attachment.mtime DESC LIMIT ?",
        (*types, target, target, limit),
    ).fetchall()
    return [Attachment(**dict(row)) for row in rows]

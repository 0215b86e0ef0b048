"""Attachments: the cards of one, and the rows it makes (FOSSIL.md 3.10)."""

import sqlite3

from repoweb.repository.artifacts import Rid
from repoweb.repository.manifest import encode
from repoweb.repository.structure import Manifest
from repoweb.repository.writing.htmlize import LINKED, SHOWN, htmlize, reference
from repoweb.repository.writing.tables import has_table

_WHAT = {
    "w": "wiki page [{name}]",
    "t": "ticket {reference}",
    "e": "tech note [/technote/{linked}|{shown}]",
    "f": "forum post [/forumpost/{linked}|{shown}]",
}


def cards(name: str, target: str, content: str | None, comment: str = "") -> list[str]:
    """Write the cards of an attachment.

    Args:
        name: of the file.
        target: title of a wiki page, or hash or id of something else.
        content: hash of the file; None takes the attachment away.
        comment: about it.
    """
    source = f" {content}" if content else ""
    found = [f"A {encode(name)} {encode(target)}{source}"]
    if comment:
        found.append("C " + encode(comment))
    return found


def crosslink(db: sqlite3.Connection, rid: Rid, attached: Manifest) -> None:
    """Write the rows of an attachment."""
    values = (
        *(rid, attached.time, attached.source or None, attached.target),
        *(attached.attachment, attached.comment, attached.user),
    )
    db.execute(
        "INSERT INTO attachment(attachid, mtime, src, target, filename, comment, user)"
        " VALUES(?, julianday(?), ?, ?, ?, ?, ?)",
        values,
    )
    mark_latest(db, attached.target, attached.attachment)
    kind = kind_of_target(db, attached.target)
    db.execute(
        "REPLACE INTO event(type, mtime, objid, user, comment)"
        " VALUES(?, julianday(?), ?, ?, ?)",
        (kind, attached.time, rid, attached.user, _describe(kind, attached)),
    )


def mark_latest(db: sqlite3.Connection, target: str, name: str) -> None:
    """Find out which attachment of a name is the newest one."""
    db.execute(
        "UPDATE attachment SET isLatest=(mtime==(SELECT max(mtime) FROM attachment"
        " WHERE target=?1 AND filename=?2)) WHERE target=?1 AND filename=?2",
        (target, name),
    )


def kind_of_target(db: sqlite3.Connection, target: str) -> str:
    """Tell the type of the event: what it is attached to."""
    for kind, prefix in (("t", "tkt-"), ("e", "event-")):
        row = db.execute(
            "SELECT 1 FROM tag WHERE tagname=?", (prefix + target,)
        ).fetchone()
        if row:
            return kind
    if has_table(db, "forumpost"):
        row = db.execute(
            "SELECT 1 FROM blob JOIN forumpost ON fpid=rid WHERE uuid=?", (target,)
        ).fetchone()
        if row:
            return "f"
    return "w"


def _describe(kind: str, attached: Manifest) -> str:
    target = attached.target
    what = _WHAT[kind].format(
        name=htmlize(target),
        reference=reference(target),
        linked=target[:LINKED],
        shown=target[:SHOWN],
    )
    name = htmlize(attached.attachment)
    if attached.source:
        return f"Add attachment [/artifact/{attached.source[:LINKED]}|{name}] to {what}"
    if kind == "e":  # as Fossil has it
        name = f"/artifact/{attached.attachment[:LINKED]}|{name}"
    return f'Delete attachment "{name}" from {what}'

"""Technotes: the cards of a version, and the rows it makes (FOSSIL.md 3.10)."""

import sqlite3
from dataclasses import dataclass

from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import rid_of
from repoweb.repository.manifest import encode
from repoweb.repository.structure import Manifest
from repoweb.repository.writing.tags import (
    ACTIONS,
    SINGLE,
    Tag,
    add_parent,
    insert_tag,
)
from repoweb.repository.writing.wiki import stripped_size


@dataclass(frozen=True)
class NewTechnote:
    """What a version of a technote says.

    Args:
        id: 40 hex digits, kept for ever.
        time: when it happened, ISO 8601 in UTC.
        comment: its line in the timeline.
        mimetype: of the text.
        colour: of that line, or "".
        tags: names, without sym-.
        parent: hash of the version before.
    """

    id: str
    time: str
    comment: str
    text: str
    mimetype: str = "text/x-fossil-wiki"
    colour: str = ""
    tags: tuple[str, ...] = ()
    parent: str | None = None


def cards(note: NewTechnote) -> list[str]:
    """Write the cards of a version of a technote."""
    tags = [f"T +sym-{encode(name)} *" for name in set(note.tags)]
    if note.colour:
        tags.append(f"T +bgcolor * {encode(note.colour)}")
    return [
        "C " + encode(note.comment),
        f"E {note.time} {note.id}",
        "N " + encode(note.mimetype),
        *([f"P {note.parent}"] if note.parent else []),
        *sorted(tags, key=str.encode),
        f"W {len(note.text.encode())}\n{note.text}",
    ]


def crosslink(db: sqlite3.Connection, rid: Rid, note: Manifest) -> None:
    """Write the rows of a version of a technote."""
    for tag in note.tags:
        kind = ACTIONS[tag.action]
        insert_tag(db, Tag(tag.name, kind, tag.value, rid, note.time), rid)
    if note.parents:
        add_parent(db, rid, rid_of(db, note.parents[0]), note.time)
    size = str(stripped_size(note.text))
    name = f"event-{note.technote}"
    tagid = insert_tag(db, Tag(name, SINGLE, size, rid, note.time), rid)
    db.execute("DELETE FROM event WHERE type='e' AND tagid=?", (tagid,))
    db.execute(
        "REPLACE INTO event(type, mtime, objid, tagid, user, comment, bgcolor)"
        " VALUES('e', julianday(?1), ?2, ?3, ?4, ?5,"
        " (SELECT value FROM tagxref WHERE tagid=1 AND rid=?2))",
        (note.technote_time, rid, tagid, note.user, note.comment),
    )

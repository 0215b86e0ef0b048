"""Putting a structural artifact into the repository, with all that follows from it."""

import sqlite3
from dataclasses import dataclass

from repoweb.repository.artifacts import Rid, receive, store
from repoweb.repository.loading import rid_of
from repoweb.repository.manifest import artifact_text, encode
from repoweb.repository.parsing import parse
from repoweb.repository.structure import Kind, Manifest
from repoweb.repository.writing import (
    attachment,
    control,
    forum,
    technote,
    ticket,
    wiki,
)
from repoweb.repository.writing.deltify import deltify
from repoweb.repository.writing.moderation import hold
from repoweb.repository.writing.tables import has_table

ANONYMOUS = "anonymous"
"""Whose name stands under what nobody wrote."""

_CROSSLINK = {
    Kind.ATTACHMENT: attachment.crosslink,
    Kind.CONTROL: control.crosslink,
    Kind.FORUM: forum.crosslink,
    Kind.TECHNOTE: technote.crosslink,
    Kind.TICKET: ticket.crosslink,
    Kind.WIKI: wiki.crosslink,
}


@dataclass(frozen=True)
class Author:
    """Who writes.

    Args:
        login: empty for nobody.
        address: of the network, for `rcvfrom`.
        moderated: a moderator has to approve of it before others see it.
    """

    login: str
    address: str | None = None
    moderated: bool = False

    @property
    def name(self) -> str:
        """The name on the U card."""
        return self.login or ANONYMOUS


@dataclass(frozen=True)
class Written:
    """An artifact that was stored."""

    rid: Rid
    hash: str


def put(
    db: sqlite3.Connection, cards: list[str], author: Author, *, after: float = 0.0
) -> Written:
    """Write an artifact; its D and U cards are added to the others.

    Args:
        db: in a write transaction.
        cards: of one artifact but D, U and Z, in any order of their letters.
        author: who writes.
        after: Julian day; the artifact becomes younger than that, so that it
            follows what it changes even where a clock went wrong.

    Raises:
        BadArtifact: Fossil's parser would not take the cards for an artifact.
    """
    rcvid = receive(db, author.login, author.address)
    time = _time_after(db, after)
    everything = [*cards, f"D {time}", "U " + encode(author.name)]
    content = artifact_text(sorted(everything, key=lambda card: card[0]))
    manifest = parse(content)
    rid, name = store(db, content, rcvid)
    db.execute("INSERT OR IGNORE INTO unsent(rid) VALUES(?)", (rid,))
    _CROSSLINK[manifest.kind](db, rid, manifest)
    if author.moderated:
        hold(db, rid, ticket=manifest.ticket or None)
    for parent in manifest.parents[:1]:
        deltify(db, rid_of(db, parent), rid)
    _announce(db, rid)
    _index(db, rid, manifest)
    return Written(rid, name)


def text_card(text: str) -> str:
    """Write a W card: the number of bytes, and the text."""
    return f"W {len(text.encode())}\n{text}"


def _time_after(db: sqlite3.Connection, after: float) -> str:
    row = db.execute(
        "SELECT strftime('%Y-%m-%dT%H:%M:%f', max(julianday('now'), ?+0.002/86400))",
        (after,),
    ).fetchone()
    return str(row[0])


def _announce(db: sqlite3.Connection, rid: Rid) -> None:
    """Let Fossil send its e-mails about it, where it sends any."""
    if has_table(db, "pending_alert"):
        db.execute(
            "INSERT OR IGNORE INTO pending_alert(eventid)"
            " SELECT type || objid FROM event WHERE objid=?",
            (rid,),
        )


def _index(db: sqlite3.Connection, rid: Rid, manifest: Manifest) -> None:
    """Let Fossil's full-text index, if there is one, read it at the next search."""
    if not has_table(db, "ftsdocs"):
        return
    add = "REPLACE INTO ftsdocs(type, rid, name, idxed) VALUES(?, ?, ?, 0)"
    if manifest.kind is Kind.WIKI:
        # First the new row: the number of an old one would bring its words back.
        db.execute(add, ("w", rid, manifest.title))
        db.execute(
            "DELETE FROM ftsdocs WHERE type='w' AND name=? AND rid<>?",
            (manifest.title, rid),
        )
    elif manifest.kind is Kind.FORUM:
        db.execute(add, ("f", rid, None))
    elif manifest.kind is Kind.TECHNOTE:
        db.execute(add, ("e", rid, None))
    elif manifest.kind is Kind.TICKET:
        db.execute(
            "REPLACE INTO ftsdocs(type, rid, name, idxed)"
            " SELECT 't', tkt_id, NULL, 0 FROM ticket WHERE tkt_uuid=?",
            (manifest.ticket,),
        )

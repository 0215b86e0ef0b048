"""Artifacts that wait for a moderator: `modreq`, and `private` so that none syncs."""

import sqlite3

from repoweb.repository.artifacts import Rid
from repoweb.repository.content import compress
from repoweb.repository.loading import load
from repoweb.repository.writing.tables import has_table

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS modreq("
    " objid INTEGER PRIMARY KEY, attachRid INT, tktid TEXT)"
)


def hold(
    db: sqlite3.Connection, rid: Rid, *, content: Rid | None = None, ticket: str | None
) -> None:
    """Keep an artifact back until a moderator approves of it.

    Args:
        db: in a write transaction.
        rid: of the artifact.
        content: of the file, if it is an attachment.
        ticket: the ticket that it changes.
    """
    db.execute(_SCHEMA)
    for held in (rid, content):
        if held is not None:
            db.execute("INSERT OR IGNORE INTO private(rid) VALUES(?)", (held,))
    db.execute(
        "INSERT OR REPLACE INTO modreq(objid, attachRid, tktid) VALUES(?, ?, ?)",
        (rid, content, ticket),
    )


def is_pending(db: sqlite3.Connection, rid: int) -> bool:
    """Whether an artifact waits for a moderator."""
    if not has_table(db, "modreq"):
        return False
    row = db.execute("SELECT 1 FROM modreq WHERE objid=?", (rid,)).fetchone()
    return row is not None


def approve(db: sqlite3.Connection, rid: int) -> None:
    """Let everybody have an artifact that waited."""
    for held in _held(db, rid):
        db.execute("DELETE FROM private WHERE rid=?", (held,))
        db.execute("INSERT OR IGNORE INTO unclustered(rid) VALUES(?)", (held,))
        db.execute("INSERT OR IGNORE INTO unsent(rid) VALUES(?)", (held,))
    db.execute("DELETE FROM modreq WHERE objid=?", (rid,))


def remove(db: sqlite3.Connection, rid: int) -> str | None:
    """Take an artifact that waited out of the repository, for ever.

    Returns:
        The ticket that it changed, whose rows have to be made anew, or None.
    """
    row = db.execute("SELECT tktid FROM modreq WHERE objid=?", (rid,)).fetchone()
    for held in _held(db, rid):
        _make_whole(db, held)
        for statement in _FORGET:
            db.execute(statement, (held,))
        if has_table(db, "forumpost"):
            db.execute("DELETE FROM forumpost WHERE fpid=?", (held,))
        if has_table(db, "ftsdocs"):
            db.execute("DELETE FROM ftsdocs WHERE type<>'t' AND rid=?", (held,))
    db.execute("DELETE FROM modreq WHERE objid=?", (rid,))
    return row[0] if row else None


_FORGET = (
    "DELETE FROM blob WHERE rid=?",
    "DELETE FROM delta WHERE rid=?",
    "DELETE FROM event WHERE objid=?",
    "DELETE FROM tagxref WHERE rid=?",
    "DELETE FROM tagxref WHERE srcid=?",
    "DELETE FROM private WHERE rid=?",
    "DELETE FROM unsent WHERE rid=?",
    "DELETE FROM unclustered WHERE rid=?",
    "DELETE FROM plink WHERE cid=?",
    "DELETE FROM attachment WHERE attachid=?",
    "DELETE FROM backlink WHERE srctype IN (1, 4) AND srcid=?",
)


def _held(db: sqlite3.Connection, rid: int) -> list[int]:
    """List an artifact and the file that it attaches, if that is held too."""
    row = db.execute(
        "SELECT attachRid FROM modreq JOIN private ON private.rid=attachRid"
        " WHERE objid=?",
        (rid,),
    ).fetchone()
    return [rid, int(row[0])] if row else [rid]


def _make_whole(db: sqlite3.Connection, source: int) -> None:
    """Store what is a delta of an artifact by itself, before the artifact goes."""
    rows = db.execute("SELECT rid FROM delta WHERE srcid=?", (source,)).fetchall()
    for (rid,) in rows:
        content = compress(load(db, rid))
        db.execute("UPDATE blob SET content=? WHERE rid=?", (content, rid))
        db.execute("DELETE FROM delta WHERE rid=?", (rid,))

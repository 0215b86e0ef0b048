"""Which capability shows the content of an artifact."""

import sqlite3

_NEEDS = {"w": "j", "e": "j", "t": "r", "f": "2"}


def is_private(db: sqlite3.Connection, rid: int) -> bool:
    """Whether an artifact is not for the public, or not yet."""
    row = db.execute("SELECT 1 FROM private WHERE rid=?", (rid,)).fetchone()
    return row is not None


def needs_of(db: sqlite3.Connection, rid: int, uuid: str) -> str:
    """Tell the capability that shows the content of an artifact.

    A file of a check-in needs "o"; the text of a wiki page, ticket, technote or
    post, and what is attached to one, needs what its own page needs.
    """
    if db.execute("SELECT 1 FROM mlink WHERE fid=? LIMIT 1", (rid,)).fetchone():
        return "o"
    row = db.execute(
        "SELECT type FROM event WHERE objid=?1 UNION ALL SELECT type FROM attachment"
        " JOIN event ON objid=attachid WHERE src=?2 LIMIT 1",
        (rid, uuid),
    ).fetchone()
    return _NEEDS.get(row[0], "o") if row else "o"

"""Older versions as deltas of newer ones, which most readers want (FOSSIL.md 2.1).

The rules are those of `content_deltify` in Fossil's src/content.c. The newest
version stays whole, so that it is read fast.
"""

import sqlite3

from repoweb.repository.artifacts import Rid
from repoweb.repository.content import compress
from repoweb.repository.delta import apply, create
from repoweb.repository.loading import ArtifactError, load

SMALLEST = 50
"""Bytes; shorter artifacts stay as they are, and are no source of others."""

_WORTH = 0.75  # of the size: a delta has to be smaller than that


def deltify(db: sqlite3.Connection, older: Rid, newer: Rid) -> bool:
    """Store an artifact as a delta of a newer one, if that saves enough.

    It stays as it is if it is a delta already, if the newer one is made of it, or
    if one of them is private: what syncs must not need what does not.

    Args:
        db: in the write transaction that stored the newer one.
        older: of which little is read from now on.
        newer: what most readers want.

    Returns:
        Whether it is a delta of the newer one now.
    """
    if _is_private(db, older, newer) or older in _sources(db, older, newer):
        return False
    try:
        content, source = load(db, older), load(db, newer)
    except ArtifactError:  # a phantom, or damaged: nothing is lost by leaving it
        return False
    if min(len(content), len(source)) < SMALLEST:
        return False
    delta = create(source, content)
    if len(delta) >= len(content) * _WORTH or apply(source, delta) != content:
        return False
    db.execute("UPDATE blob SET content=? WHERE rid=?", (compress(delta), older))
    db.execute("INSERT INTO delta(rid, srcid) VALUES(?, ?)", (older, newer))
    return True


def _is_private(db: sqlite3.Connection, *rids: Rid) -> bool:
    marks = ",".join("?" * len(rids))
    row = db.execute(f"SELECT 1 FROM private WHERE rid IN ({marks})", rids).fetchone()
    return row is not None


def _sources(db: sqlite3.Connection, older: Rid, newer: Rid) -> set[int]:
    """List what the newer one is made of; the older one too if it is a delta."""
    rows = db.execute(
        "WITH RECURSIVE chain(rid) AS (VALUES(?1) UNION"
        "  SELECT srcid FROM delta JOIN chain USING(rid))"
        " SELECT rid FROM chain UNION SELECT rid FROM delta WHERE rid=?2",
        (newer, older),
    )
    return {row[0] for row in rows}

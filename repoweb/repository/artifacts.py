"""Putting artifacts into a repository: `blob`, and what every new one needs."""

import sqlite3
from typing import NewType

from repoweb.errors import RepowebError
from repoweb.repository.content import artifact_hash, compress, sha1_hash

_SHA3 = 2  # the hash policy under which new artifacts have SHA3 names

Rid = NewType("Rid", int)
"""The number of an artifact in this file only."""


class Shunned(RepowebError):
    """A content was banned from the repository; names it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The artifact {name} was shunned here.")


def receive(db: sqlite3.Connection, login: str, address: str | None = None) -> int:
    """Begin an event of receiving artifacts; returns its `rcvid`."""
    cursor = db.execute(
        "INSERT INTO rcvfrom(uid, mtime, ipaddr)"
        " VALUES((SELECT uid FROM user WHERE login=?), julianday('now'), ?)",
        (login, address),
    )
    return int(cursor.lastrowid or 0)


def store(db: sqlite3.Connection, content: bytes, rcvid: int) -> tuple[Rid, str]:
    """Store an artifact, or find the one with the same content.

    The hash policy of the repository decides how it is called; one that is
    known by its name only (a phantom) gets its content.

    Returns:
        Its number and its hash.

    Raises:
        Shunned: the repository must not have it.
    """
    policy = _hash_policy(db)
    name = artifact_hash(content) if policy >= _SHA3 else sha1_hash(content)
    names = [name] if policy > _SHA3 else [artifact_hash(content), sha1_hash(content)]
    marks = ",".join("?" * len(names))
    row = db.execute(
        f"SELECT rid, uuid, size FROM blob WHERE uuid IN ({marks})", names
    ).fetchone()
    if row and row["size"] >= 0:
        return Rid(row["rid"]), row["uuid"]
    if db.execute(f"SELECT 1 FROM shun WHERE uuid IN ({marks})", names).fetchone():
        raise Shunned(name)
    if row:
        return _fill_phantom(db, row["rid"], content, rcvid), row["uuid"]
    cursor = db.execute(
        "INSERT INTO blob(rcvid, size, uuid, content) VALUES(?, ?, ?, ?)",
        (rcvid, len(content), name, compress(content)),
    )
    rid = Rid(int(cursor.lastrowid or 0))
    db.execute("INSERT OR IGNORE INTO unclustered(rid) VALUES(?)", (rid,))
    return rid, name


def _fill_phantom(db: sqlite3.Connection, rid: int, content: bytes, rcvid: int) -> Rid:
    db.execute(
        "UPDATE blob SET rcvid=?, size=?, content=? WHERE rid=?",
        (rcvid, len(content), compress(content), rid),
    )
    db.execute("DELETE FROM phantom WHERE rid=?", (rid,))
    db.execute("INSERT OR IGNORE INTO unclustered(rid) VALUES(?)", (rid,))
    return Rid(rid)


def _hash_policy(db: sqlite3.Connection) -> int:
    """Read the row `hash-policy` (FOSSIL.md 2.3); without one it is 2."""
    row = db.execute("SELECT value FROM config WHERE name='hash-policy'").fetchone()
    return int(row[0]) if row and str(row[0]).isdigit() else _SHA3

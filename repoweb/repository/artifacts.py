"""Putting artifacts into a repository: `blob`, and what every new one needs."""

import sqlite3
from typing import NewType

from repoweb.repository.content import artifact_hash, compress

Rid = NewType("Rid", int)
"""The number of an artifact in this file only."""


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

    Returns:
        Its number and its hash.
    """
    name = artifact_hash(content)
    row = db.execute("SELECT rid FROM blob WHERE uuid=?", (name,)).fetchone()
    if row:
        return Rid(row[0]), name
    cursor = db.execute(
        "INSERT INTO blob(rcvid, size, uuid, content) VALUES(?, ?, ?, ?)",
        (rcvid, len(content), name, compress(content)),
    )
    rid = Rid(int(cursor.lastrowid or 0))
    db.execute("INSERT OR IGNORE INTO unclustered(rid) VALUES(?)", (rid,))
    return rid, name

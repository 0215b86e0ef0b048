"""What waits for a moderator."""

import sqlite3
from dataclasses import dataclass

from repoweb.repository.writing.tables import has_table

NEEDS = {"f": "5", "w": "l", "e": "l", "t": "q"}
"""The capability that moderates events of a type."""

KINDS = {"f": "Forum post", "w": "Wiki page", "t": "Ticket", "e": "Technote"}


@dataclass(frozen=True)
class Request:
    """An artifact that waits; the time is UTC."""

    rid: int
    hash: str
    type: str
    comment: str
    user: str
    time: str


def requests(db: sqlite3.Connection, types: list[str]) -> list[Request]:
    """List what waits, of the given types of events, newest first."""
    if not has_table(db, "modreq") or not types:
        return []
    marks = ",".join("?" * len(types))
    rows = db.execute(
        "SELECT rid, uuid AS hash, type, coalesce(comment, '') AS comment,"
        " coalesce(user, '') AS user,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', event.mtime) AS time"
        " FROM modreq JOIN blob ON rid=modreq.objid JOIN event ON event.objid=rid"
        f" WHERE type IN ({marks}) ORDER BY event.mtime DESC",
        types,
    ).fetchall()
    return [Request(**dict(row)) for row in rows]

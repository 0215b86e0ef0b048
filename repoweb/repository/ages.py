"""When the files of a check-in were last changed, and by which check-in.

As Fossil has it: of the ancestors, the first that brought the file's content. A
merge does not make a file younger, nor does another name. Unlike Fossil we look
first for the content under the file's own name, so that a new file is new although
there was another one with the same content.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from repoweb.repository.connection import Reader
from repoweb.repository.loading import hash_of
from repoweb.repository.structure import FileCard

MOST_DATED = 5_000
"""Of more files it takes too long to tell for each folder what changed last."""

_SHORT = 2_000
"""Check-ins whose ancestry is collected at once."""

_WEIGHT = 80  # bytes in memory for each ancestor
_FILE_WEIGHT = 200  # and for each file


@dataclass(frozen=True)
class Change:
    """The check-in that made a file what it is.

    Args:
        time: UTC, as "YYYY-MM-DD HH:MM:SS".
    """

    rid: int
    hash: str
    time: str
    user: str
    comment: str


def last_changes(
    db: sqlite3.Connection, checkin: int, files: Iterable[FileCard]
) -> dict[str, Change]:
    """Tell by which check-in each of some files of a check-in was last changed.

    Kept until something new came.

    Returns:
        By name; a file that no known ancestor brought is not there.
    """
    cards = list(files)
    key = _key(db, checkin, cards)
    cached = db.caches.meanings.get(key) if isinstance(db, Reader) else None
    if isinstance(cached, dict):
        return cached
    first = _first_mentions(db, ancestors_of(db, checkin), cards)
    found = _described(db, first)
    if isinstance(db, Reader):
        comments = {change.comment for change in found.values()}
        cost = len(found) * _FILE_WEIGHT + sum(map(len, comments))
        db.caches.meanings.put(key, found, cost)
    return found


def are_at_hand(
    db: sqlite3.Connection, checkin: int, files: Iterable[FileCard]
) -> bool:
    """Whether `last_changes` is fast: it is known already, or the history is short."""
    if not isinstance(db, Reader):
        return True
    (links,) = db.execute("SELECT coalesce(max(rowid), 0) FROM plink").fetchone()
    return links <= _SHORT or bool(db.caches.meanings.get(_key(db, checkin, files)))


def _key(
    db: sqlite3.Connection, checkin: int, files: Iterable[FileCard]
) -> tuple[object, ...]:
    names = tuple(card.name for card in files)
    return "ages", hash_of(db, checkin), _newest(db), names


def _described(db: sqlite3.Connection, first: dict[str, int]) -> dict[str, Change]:
    rows = db.execute(
        "SELECT objid, uuid, datetime(event.mtime), coalesce(euser, user, ''),"
        " coalesce(ecomment, comment, '') FROM json_each(?) JOIN event ON objid=value"
        " JOIN blob ON rid=objid",
        (json.dumps(sorted(set(first.values()))),),
    )
    changes = {row[0]: Change(*row) for row in rows.fetchall()}
    return {name: changes[rid] for name, rid in first.items() if rid in changes}


def _first_mentions(
    db: sqlite3.Connection, ancestors: frozenset[int], files: list[FileCard]
) -> dict[str, int]:
    """Find the oldest of the ancestors that brought each content."""
    rows = db.execute(
        "SELECT name, uuid, mid FROM"
        " (SELECT DISTINCT value FROM json_each(?)) JOIN blob ON uuid=value"
        " JOIN mlink ON fid=rid AND fid<>pid JOIN filename USING(fnid)"
        " JOIN event ON objid=mid ORDER BY event.mtime DESC",
        (json.dumps([card.hash for card in files]),),
    )
    named: dict[tuple[str, str], int] = {}
    anywhere: dict[str, int] = {}
    for name, uuid, mid in rows.fetchall():
        if mid in ancestors:
            named[name, uuid] = anywhere[uuid] = mid
    found = {c.name: named.get((c.name, c.hash), anywhere.get(c.hash)) for c in files}
    return {name: mid for name, mid in found.items() if mid is not None}


def _newest(db: sqlite3.Connection) -> int | None:
    """Tell what differs when artifacts have come."""
    row = db.execute("SELECT max(rcvid) FROM rcvfrom").fetchone()
    return row[0]  # type: ignore[no-any-return]


def ancestors_of(db: sqlite3.Connection, checkin: int) -> frozenset[int]:
    """Collect a check-in and all its ancestors; kept until something new came."""
    key = "ancestors", hash_of(db, checkin), _newest(db)
    cached = db.caches.meanings.get(key) if isinstance(db, Reader) else None
    if isinstance(cached, frozenset):
        return cached
    rows = db.execute(
        "WITH RECURSIVE line(rid) AS (SELECT ? UNION"
        " SELECT pid FROM line JOIN plink ON cid=line.rid)"
        " SELECT json_group_array(rid) FROM line",  # one row is faster than thousands
        (checkin,),
    )
    found = frozenset(json.loads(rows.fetchone()[0]))
    if isinstance(db, Reader):
        db.caches.meanings.put(key, found, len(found) * _WEIGHT)
    return found

"""Loading artifacts: chains of deltas are followed, checked and cached.

An artifact is kept in the cache under its hash, for what a hash names never
changes, while a rid may name something else after an artifact was shunned.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from repoweb.errors import RepowebError
from repoweb.repository.artifacts import Rid
from repoweb.repository.connection import Reader
from repoweb.repository.content import BadContent, decompress
from repoweb.repository.delta import DeltaError, apply

MIB = 1024 * 1024
LARGEST = 256 * MIB
"""The most bytes that an artifact may have to be loaded."""

LONGEST_CHAIN = 20_000
"""The most deltas that one artifact may be made of."""

_LINK = "SELECT rid, uuid, size, srcid FROM blob LEFT JOIN delta USING(rid)"
_CONTENT = "SELECT rid, uuid, srcid, content FROM blob LEFT JOIN delta USING(rid)"
_ATTEMPTS = 10
_SMALL = MIB // 4
_EVERY = 16
"""Of the steps of a chain, those that are small, and each so-many-th are cached."""


class ArtifactError(RepowebError):
    """An artifact cannot be read; names it and says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Artifact {name} cannot be read: {reason}.")
        self.name = name
        self.reason = reason


class ArtifactMissing(ArtifactError):
    """An artifact is known by its name only (a phantom), or not at all."""


class _Moved(Exception):
    """Somebody made an artifact a delta, or whole, between two of our queries."""


@dataclass(frozen=True)
class _Link:
    rid: int
    hash: str
    delta_of: int | None


def load(db: sqlite3.Connection, rid: int) -> bytes:
    """Return the content of an artifact.

    Raises:
        ArtifactMissing: there is none.
        ArtifactError: it, or one that it is a delta of, is damaged or too large.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _load(db, rid, _Stored(db))
        except _Moved:
            continue
    raise ArtifactError(hash_of(db, rid), "it is being written all the time")


def load_each(
    db: sqlite3.Connection, rids: Sequence[int]
) -> dict[int, bytes | ArtifactError]:
    """Return the contents of artifacts, or why one cannot be read.

    The number of queries does not grow with that of the artifacts.
    """
    stored = _Gathered(db, rids)
    found: dict[int, bytes | ArtifactError] = {}
    for rid in rids:
        try:
            found[rid] = _gathered_or_not(db, rid, stored)
        except ArtifactError as error:
            found[rid] = error
    return found


def _gathered_or_not(db: sqlite3.Connection, rid: int, stored: "_Gathered") -> bytes:
    try:
        return _load(db, rid, stored)
    except _Moved:
        return load(db, rid)


def _load(db: sqlite3.Connection, rid: int, stored: "_Stored") -> bytes:
    first = link = stored.link(rid)
    content = _cached(db, link.hash)
    chain: list[_Link] = []
    seen: set[int] = set()
    while content is None and link.delta_of is not None:
        chain.append(link)
        seen.add(link.rid)
        if link.delta_of in seen or len(seen) > LONGEST_CHAIN:
            raise ArtifactError(first.hash, "its deltas do not end")
        link = stored.link(link.delta_of)
        content = _cached(db, link.hash)
    try:
        if content is None:
            content = stored.content(link)
            _keep(db, link.hash, content)
        return _unroll(db, chain, content, stored)
    except (BadContent, DeltaError) as error:
        _drop(db, chain)  # what was made on the way may be wrong, too
        raise ArtifactError(first.hash, str(error)) from error


def load_by_hash(db: sqlite3.Connection, name: str) -> bytes:
    """Return the content of the artifact with a hash in full.

    Raises:
        ArtifactError: as `load`.
    """
    return load(db, rid_of(db, name))


def rid_of(db: sqlite3.Connection, name: str) -> Rid:
    """Return the number of the artifact with a hash in full.

    Raises:
        ArtifactMissing: there is no such artifact.
    """
    row = db.execute("SELECT rid FROM blob WHERE uuid=?", (name,)).fetchone()
    if row is None:
        raise ArtifactMissing(name, "the repository does not have it")
    return Rid(row[0])


def hash_of(db: sqlite3.Connection, rid: int) -> str:
    """Return the hash of an artifact.

    Raises:
        ArtifactMissing: there is no such artifact.
    """
    row = db.execute("SELECT uuid FROM blob WHERE rid=?", (rid,)).fetchone()
    if row is None:
        raise _unknown(rid)
    return str(row[0])


def _unknown(rid: int) -> ArtifactMissing:
    return ArtifactMissing(f"rid:{rid}", "the repository does not have it")


class _Stored:
    """What the tables hold of artifacts, asked for one after the other."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def link(self, rid: int) -> _Link:
        """Tell what an artifact is made of."""
        row = self._row(rid)
        if row is None:
            raise _unknown(rid)
        _, name, size, delta_of = row
        if size < 0:
            raise ArtifactMissing(name, "its content has not been received")
        return _Link(rid, name, delta_of)

    def content(self, link: _Link) -> bytes:
        """Decompress what is stored: the whole content, or the text of a delta."""
        row = self._content(link.rid)
        if row is None or (row[1], row[2]) != (link.hash, link.delta_of):
            raise _Moved
        if not isinstance(row[3], bytes):
            message = f"{link.hash} has no content"
            raise BadContent(message)
        return decompress(row[3], LARGEST)

    def _row(self, rid: int) -> Sequence[Any] | None:
        row: Sequence[Any] | None = self._db.execute(
            f"{_LINK} WHERE rid=?", (rid,)
        ).fetchone()
        return row

    def _content(self, rid: int) -> Sequence[Any] | None:
        row: Sequence[Any] | None = self._db.execute(
            f"{_CONTENT} WHERE rid=?", (rid,)
        ).fetchone()
        return row


class _Gathered(_Stored):
    """What the tables hold of some artifacts, asked for with two queries."""

    def __init__(self, db: sqlite3.Connection, rids: Sequence[int]) -> None:
        super().__init__(db)
        rows = db.execute(
            "WITH RECURSIVE chain(rid) AS (SELECT value FROM json_each(?) UNION"
            f" SELECT srcid FROM delta JOIN chain USING(rid)) {_LINK}"
            " JOIN chain USING(rid)",
            (json.dumps(rids),),
        )
        self._rows = {row[0]: tuple(row) for row in rows}
        contents = db.execute(
            f"{_CONTENT} WHERE rid IN (SELECT value FROM json_each(?))",
            (json.dumps(self._needed(rids)),),
        )
        self._contents = {row[0]: tuple(row) for row in contents}

    def _needed(self, rids: Sequence[int]) -> list[int]:
        """List what has to be read, for the cache does not have it."""
        needed: set[int] = set()
        for wanted in rids:
            rid = wanted
            while rid in self._rows and rid not in needed:
                _, name, _, delta_of = self._rows[rid]
                if _cached(self._db, name) is not None:
                    break
                needed.add(rid)
                rid = delta_of or 0
        return list(needed)

    def _row(self, rid: int) -> Sequence[Any] | None:
        return self._rows.get(rid)

    def _content(self, rid: int) -> Sequence[Any] | None:
        # What the cache had may have been pushed out by the others meanwhile.
        return self._contents.get(rid) or super()._content(rid)


def _unroll(
    db: sqlite3.Connection, chain: list[_Link], content: bytes, stored: _Stored
) -> bytes:
    """Apply the deltas of a chain from its end; the checksum of the last counts."""
    for step in range(len(chain) - 1, -1, -1):
        delta = stored.content(chain[step])
        content = apply(content, delta, limit=LARGEST, verify=step == 0)
        if step % _EVERY == 0 or len(content) < _SMALL:
            _keep(db, chain[step].hash, content)
    return content


def _cached(db: sqlite3.Connection, name: str) -> bytes | None:
    return db.caches.contents.get(name) if isinstance(db, Reader) else None


def _keep(db: sqlite3.Connection, name: str, content: bytes) -> None:
    if isinstance(db, Reader):
        db.caches.contents.put(name, content, len(content))


def _drop(db: sqlite3.Connection, chain: list[_Link]) -> None:
    if isinstance(db, Reader):
        for link in chain:
            db.caches.contents.drop(link.hash)

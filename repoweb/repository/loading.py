"""Loading artifacts: chains of deltas are followed, checked and cached.

An artifact is kept in the cache under its hash, for what a hash names never
changes, while a rid may name something else after an artifact was shunned.
"""

import sqlite3
from dataclasses import dataclass

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
    first = link = _look(db, rid)
    content = _cached(db, link.hash)
    chain: list[_Link] = []
    seen: set[int] = set()
    while content is None and link.delta_of is not None:
        chain.append(link)
        seen.add(link.rid)
        if link.delta_of in seen or len(seen) > LONGEST_CHAIN:
            raise ArtifactError(first.hash, "its deltas do not end")
        link = _look(db, link.delta_of)
        content = _cached(db, link.hash)
    try:
        if content is None:
            content = _stored(db, link)
            _keep(db, link.hash, content)
        return _unroll(db, chain, content)
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


def _look(db: sqlite3.Connection, rid: int) -> _Link:
    row = db.execute(
        "SELECT uuid, size, srcid FROM blob LEFT JOIN delta USING(rid) WHERE rid=?",
        (rid,),
    ).fetchone()
    if row is None:
        raise _unknown(rid)
    name, size, delta_of = row
    if size < 0:
        raise ArtifactMissing(name, "its content has not been received")
    return _Link(rid, name, delta_of)


def _unroll(db: sqlite3.Connection, chain: list[_Link], content: bytes) -> bytes:
    """Apply the deltas of a chain from its end; the checksum of the last counts."""
    for step in range(len(chain) - 1, -1, -1):
        delta = _stored(db, chain[step])
        content = apply(content, delta, limit=LARGEST, verify=step == 0)
        if step % _EVERY == 0 or len(content) < _SMALL:
            _keep(db, chain[step].hash, content)
    return content


def _stored(db: sqlite3.Connection, link: _Link) -> bytes:
    """Decompress what is stored: the whole content, or the text of a delta."""
    row = db.execute("SELECT content FROM blob WHERE rid=?", (link.rid,)).fetchone()
    if row is None or not isinstance(row[0], bytes):
        message = f"{link.hash} has no content"
        raise BadContent(message)
    return decompress(row[0], LARGEST)


def _cached(db: sqlite3.Connection, name: str) -> bytes | None:
    return db.caches.contents.get(name) if isinstance(db, Reader) else None


def _keep(db: sqlite3.Connection, name: str, content: bytes) -> None:
    if isinstance(db, Reader):
        db.caches.contents.put(name, content, len(content))


def _drop(db: sqlite3.Connection, chain: list[_Link]) -> None:
    if isinstance(db, Reader):
        for link in chain:
            db.caches.contents.drop(link.hash)

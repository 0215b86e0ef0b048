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

_HELD = 4 * MIB
"""Bytes of deltas that are held in memory together; others are read one by one."""

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


_CHAIN = (
    "WITH RECURSIVE chain(rid, source) AS ("
    "SELECT ?1, (SELECT srcid FROM delta WHERE rid=?1) UNION ALL"
    " SELECT source, (SELECT srcid FROM delta WHERE delta.rid=chain.source)"
    " FROM chain WHERE source IS NOT NULL)"
    " SELECT chain.rid, uuid, size, source, content"
    " FROM chain LEFT JOIN blob USING(rid)"
)
"""An artifact, and what it is a delta of; SQLite looks for so many as are fetched."""


@dataclass(frozen=True, slots=True)
class _Link:
    rid: int
    hash: str
    stored: bytes | None


def load(db: sqlite3.Connection, rid: int, *, verify: bool = True) -> bytes:
    """Return the content of an artifact.

    Args:
        db: a reading connection, whose cache knows and learns contents, or another.
        rid: of the artifact.
        verify: whether to compare the checksum of the last delta. Without that, some
            artifact that is made from this one has to be loaded with it.

    Raises:
        ArtifactMissing: there is none.
        ArtifactError: it, or one that it is a delta of, is damaged or too large.
    """
    chain, content = _chain(db, rid)
    try:
        if content is None:
            content = _stored(db, chain[-1])
            _keep(db, chain.pop().hash, content)
        return _unroll(db, chain, content, verify=verify)
    except (BadContent, DeltaError) as error:
        _drop(db, chain)  # what was made on the way may be wrong, too
        raise ArtifactError(hash_of(db, rid), str(error)) from error


def _chain(db: sqlite3.Connection, rid: int) -> tuple[list[_Link], bytes | None]:
    """Follow the deltas to a content that is cached, or else to one that is stored.

    Returns:
        The deltas, the last of which is to be applied first, and the cached content;
        without that the end of the chain is stored as a whole.
    """
    chain: list[_Link] = []
    seen: set[int] = set()
    held = 0
    rows = db.execute(_CHAIN, (rid,))
    try:
        for at, name, size, source, stored in rows:
            if name is None:
                raise _unknown(at)
            if size < 0:
                raise ArtifactMissing(name, "its content has not been received")
            if (content := _cached(db, name)) is not None:
                return chain, content
            held += len(stored or b"")
            keeps = held < _HELD or source is None
            chain.append(_Link(at, name, stored if keeps else None))
            seen.add(at)
            if source in seen or len(seen) > LONGEST_CHAIN:
                raise ArtifactError(chain[0].hash, "its deltas do not end")
    finally:
        rows.close()
    return chain, None


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


def _unroll(
    db: sqlite3.Connection, chain: list[_Link], content: bytes, *, verify: bool
) -> bytes:
    """Apply the deltas of a chain from its end; the checksum of the last counts."""
    for step in range(len(chain) - 1, -1, -1):
        delta = _stored(db, chain[step])
        content = apply(content, delta, limit=LARGEST, verify=verify and step == 0)
        if step % _EVERY == 0 or len(content) < _SMALL:
            _keep(db, chain[step].hash, content)
    return content


def _stored(db: sqlite3.Connection, link: _Link) -> bytes:
    """Decompress what is stored: the whole content, or the text of a delta."""
    stored = link.stored
    if stored is None:
        row = db.execute("SELECT content FROM blob WHERE rid=?", (link.rid,)).fetchone()
        stored = row[0] if row else None
    if not isinstance(stored, bytes):
        message = f"{link.hash} has no content"
        raise BadContent(message)
    return decompress(stored, LARGEST)


def _cached(db: sqlite3.Connection, name: str) -> bytes | None:
    return db.caches.contents.get(name) if isinstance(db, Reader) else None


def _keep(db: sqlite3.Connection, name: str, content: bytes) -> None:
    if isinstance(db, Reader):
        db.caches.contents.put(name, content, len(content))


def _drop(db: sqlite3.Connection, chain: list[_Link]) -> None:
    if isinstance(db, Reader):
        for link in chain:
            db.caches.contents.drop(link.hash)

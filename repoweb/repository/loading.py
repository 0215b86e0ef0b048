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


def load(db: sqlite3.Connection, rid: int) -> bytes:
    """Return the content of an artifact.

    Raises:
        ArtifactMissing: there is none.
        ArtifactError: it, or one that it is a delta of, is damaged or too large.
    """
    return _load(db, _chain(db, rid), verify=True)


class Series:
    """Loads artifacts most of which are made from one another, as versions of a file.

    A checksum is compared only at the end of each chain, as for the deltas between:
    `verify` has to be called after the last one.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._loaded: list[str] = []
        self._ends: dict[str, int] = {}

    def load(self, rid: int) -> bytes:
        """Return the content of an artifact.

        Raises:
            ArtifactError: as `load`; nothing that was loaded before is to be used.
        """
        try:
            chain = _chain(self._db, rid)
            content = _load(self._db, chain, verify=False)
        except ArtifactError:
            _drop(self._db, self._loaded)
            raise
        made = [link.hash for link in chain.links]
        for name in (chain.base, *made):
            self._ends.pop(name, None)
        if made:
            self._ends[chain.name] = rid
        self._loaded += made
        return content

    def verify(self) -> None:
        """Compare the checksums of what nothing else was made from.

        Raises:
            ArtifactError: one is wrong.
        """
        try:
            for name, rid in self._ends.items():
                _drop(self._db, [name])
                load(self._db, rid)
        except ArtifactError:
            _drop(self._db, self._loaded)
            raise


@dataclass(frozen=True, slots=True)
class _Chain:
    """What an artifact is made of.

    Args:
        name: its hash.
        links: its deltas, the last of which is to be applied first. Without a known
            content, the last is no delta, but stored as a whole.
        base: the hash of the known content, or "".
        known: a content from the cache.
    """

    name: str
    links: list[_Link]
    base: str = ""
    known: bytes | None = None


def _load(db: sqlite3.Connection, chain: _Chain, *, verify: bool) -> bytes:
    content, deltas = chain.known, chain.links
    try:
        if content is None:
            content, deltas = _stored(db, deltas[-1]), deltas[:-1]
            _keep(db, chain.links[-1].hash, content)
        return _unroll(db, deltas, content, verify=verify)
    except (BadContent, DeltaError) as error:
        made = [link.hash for link in deltas]
        _drop(db, made)  # what was made on the way may be wrong, too
        raise ArtifactError(chain.name, str(error)) from error


def _chain(db: sqlite3.Connection, rid: int) -> _Chain:
    """Follow the deltas to a content that is cached, or else to one that is stored."""
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
                return _Chain(chain[0].hash if chain else name, chain, name, content)
            held += len(stored) if isinstance(stored, bytes) else 0
            keeps = held < _HELD or source is None
            chain.append(_Link(at, name, stored if keeps else None))
            seen.add(at)
            if source in seen or len(seen) > LONGEST_CHAIN:
                raise ArtifactError(chain[0].hash, "its deltas do not end")
    finally:
        rows.close()
    return _Chain(chain[0].hash, chain)


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


def _drop(db: sqlite3.Connection, names: list[str]) -> None:
    if isinstance(db, Reader):
        for name in names:
            db.caches.contents.drop(name)

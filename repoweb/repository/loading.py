"""Loading artifacts: chains of deltas are followed, checked and cached.

An artifact is kept in the cache under its hash, for what a hash names never
changes, while a rid may name something else after an artifact was shunned.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import NamedTuple

from repoweb.errors import RepowebError
from repoweb.repository.artifacts import Rid
from repoweb.repository.chains import Row, chain_of, chains_of
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


class _Link(NamedTuple):
    rid: int
    hash: str
    source: int | None
    stored: bytes | None


class Made(NamedTuple):
    """A content, and what it was made of.

    Args:
        name: its hash.
        base: the hash of the content that was known, or is stored as a whole.
        links: the hashes of what was made of that, the content's own included.
    """

    content: bytes
    name: str
    base: str
    links: list[str]


def load(db: sqlite3.Connection, rid: int) -> bytes:
    """Return the content of an artifact.

    Raises:
        ArtifactMissing: there is none.
        ArtifactError: it, or one that it is a delta of, is damaged or too large.
    """
    return make(db, rid).content


def make(db: sqlite3.Connection, rid: int, *, verify: bool = True) -> Made:
    """Load an artifact, and tell what it was made of.

    Args:
        db: a reading connection, whose cache knows and learns contents, or another.
        rid: of the artifact.
        verify: whether to compare the checksum of the last delta. Without that,
            something that is made of this one has to be loaded with it.

    Raises:
        ArtifactError: as `load`.
    """
    for _ in range(_ATTEMPTS):
        try:
            with closing(chain_of(db, rid)) as rows:
                chain, known = _follow(db, rows)
            return _make(db, chain, known, verify=verify)
        except _Moved:
            continue
    raise ArtifactError(hash_of(db, rid), "it is being written all the time")


def load_each(
    db: sqlite3.Connection, rids: Sequence[int]
) -> dict[int, bytes | ArtifactError]:
    """Return the contents of artifacts, or why one cannot be read.

    The number of queries does not grow with that of the artifacts.
    """
    found: dict[int, bytes | ArtifactError] = {}
    rows = chains_of(db, rids, lambda name: _cached(db, name) is not None)
    for rid in rids:
        try:
            found[rid] = _make_or_load(db, rid, rows(rid))
        except ArtifactError as error:
            found[rid] = error
    return found


def _make_or_load(db: sqlite3.Connection, rid: int, rows: Iterable[Row]) -> bytes:
    try:
        return _make(db, *_follow(db, rows), verify=True).content
    except _Moved:
        return load(db, rid)


def _follow(
    db: sqlite3.Connection, rows: Iterable[Row]
) -> tuple[list[_Link], bytes | None]:
    """Follow the deltas to a content that is cached, or else to one that is stored.

    Returns:
        The chain, and the content of its last link if that is cached; without that
        the last is stored as a whole.
    """
    chain: list[_Link] = []
    seen: set[int] = set()
    held = 0
    for rid, name, size, source, stored in rows:
        if name is None:
            raise _unknown(rid)
        if size < 0:
            raise ArtifactMissing(name, "its content has not been received")
        if (content := _cached(db, name)) is not None:
            return [*chain, _Link(rid, name, source, None)], content
        held += len(stored) if isinstance(stored, bytes) else 0
        keeps = held < _HELD or source is None
        chain.append(_Link(rid, name, source, stored if keeps else None))
        seen.add(rid)
        if source in seen or len(seen) > LONGEST_CHAIN:
            raise ArtifactError(chain[0].hash, "its deltas do not end")
    return chain, None


def _make(
    db: sqlite3.Connection, chain: list[_Link], known: bytes | None, *, verify: bool
) -> Made:
    """Make the first artifact of a chain from the last."""
    *deltas, base = chain
    made = [link.hash for link in deltas]
    try:
        content = known
        if content is None:
            content = _stored(db, base)
            _keep(db, base.hash, content)
        content = _unroll(db, deltas, content, verify=verify)
    except (BadContent, DeltaError) as error:
        forget(db, made)  # what was made on the way may be wrong, too
        raise ArtifactError(chain[0].hash, str(error)) from error
    return Made(content, chain[0].hash, base.hash, made)


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
    stored = link.stored if link.stored is not None else _read(db, link)
    if not isinstance(stored, bytes):
        message = f"{link.hash} has no content"
        raise BadContent(message)
    return decompress(stored, LARGEST)


def _read(db: sqlite3.Connection, link: _Link) -> object:
    row = db.execute(
        "SELECT uuid, srcid, content FROM blob LEFT JOIN delta USING(rid) WHERE rid=?",
        (link.rid,),
    ).fetchone()
    if row is None or tuple(row[:2]) != (link.hash, link.source):
        raise _Moved
    return row[2]


def _cached(db: sqlite3.Connection, name: str) -> bytes | None:
    return db.caches.contents.get(name) if isinstance(db, Reader) else None


def _keep(db: sqlite3.Connection, name: str, content: bytes) -> None:
    if isinstance(db, Reader):
        db.caches.contents.put(name, content, len(content))


def forget(db: sqlite3.Connection, names: Iterable[str]) -> None:
    """Take contents out of the cache that may be wrong."""
    if isinstance(db, Reader):
        for name in names:
            db.caches.contents.drop(name)

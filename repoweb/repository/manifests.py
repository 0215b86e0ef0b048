"""Structural artifacts by their numbers, read once and then cached."""

import sqlite3

from repoweb.repository.connection import Reader
from repoweb.repository.loading import ArtifactError, hash_of, load
from repoweb.repository.parsing import parse
from repoweb.repository.structure import BadArtifact, Manifest

_KEY = "manifest"
_WEIGHT = 1000  # bytes, for all that is not the text


def manifest_of(db: sqlite3.Connection, rid: int) -> Manifest:
    """Return the cards of an artifact.

    Raises:
        ArtifactError: it cannot be loaded, or is no structural artifact.
    """
    name = hash_of(db, rid)
    key = (_KEY, name)
    found = db.caches.meanings.get(key) if isinstance(db, Reader) else None
    if isinstance(found, Manifest):
        return found
    content = load(db, rid)
    try:
        manifest = parse(content)
    except BadArtifact as error:
        raise ArtifactError(name, str(error)) from error
    if isinstance(db, Reader):
        db.caches.meanings.put(key, manifest, 2 * len(content) + _WEIGHT)
    return manifest

"""Structural artifacts by their numbers, read once and then cached."""

import json
import sqlite3
from collections.abc import Sequence

from repoweb.repository.connection import Reader
from repoweb.repository.loading import ArtifactError, hash_of, load, load_each
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
    return _known(db, name) or _parsed(db, name, load(db, rid))


def manifests_of(
    db: sqlite3.Connection, rids: Sequence[int]
) -> dict[int, Manifest | ArtifactError]:
    """Return the cards of artifacts, or why one cannot be read.

    The number of queries does not grow with that of the artifacts.
    """
    rows = db.execute(
        "SELECT rid, uuid FROM blob WHERE rid IN (SELECT value FROM json_each(?))",
        (json.dumps(rids),),
    )
    names: dict[int, str] = dict(rows.fetchall())
    found: dict[int, Manifest | ArtifactError] = {}
    for rid, name in names.items():
        if known := _known(db, name):
            found[rid] = known
    missing = [rid for rid in rids if rid not in found]
    for rid, content in load_each(db, missing).items() if missing else ():
        try:
            found[rid] = _parsed(db, names[rid], content)
        except ArtifactError as error:
            found[rid] = error
    return found


def _known(db: sqlite3.Connection, name: str) -> Manifest | None:
    found = db.caches.meanings.get((_KEY, name)) if isinstance(db, Reader) else None
    return found if isinstance(found, Manifest) else None


def _parsed(
    db: sqlite3.Connection, name: str, content: bytes | ArtifactError
) -> Manifest:
    if isinstance(content, ArtifactError):
        raise content
    try:
        manifest = parse(content)
    except BadArtifact as error:
        raise ArtifactError(name, str(error)) from error
    if isinstance(db, Reader):
        size = 2 * len(content) + _WEIGHT
        db.caches.meanings.put((_KEY, name), manifest, size)
    return manifest

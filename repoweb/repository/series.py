"""Artifacts most of which are made from one another, as the versions of a file."""

import sqlite3

from repoweb.repository.loading import ArtifactError, forget, load, make


class Series:
    """Loads artifacts one after the other.

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
            ArtifactError: as `loading.load`; nothing that was loaded before is to be
                used.
        """
        try:
            made = make(self._db, rid, verify=False)
        except ArtifactError:
            forget(self._db, self._loaded)
            raise
        for name in (made.base, *made.links):
            self._ends.pop(name, None)
        if made.links:
            self._ends[made.name] = rid
        self._loaded += made.links
        return made.content

    def verify(self) -> None:
        """Compare the checksums of what nothing else was made from.

        Raises:
            ArtifactError: one is wrong.
        """
        try:
            for name, rid in self._ends.items():
                forget(self._db, [name])
                load(self._db, rid)
        except ArtifactError:
            forget(self._db, self._loaded)
            raise

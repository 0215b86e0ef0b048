"""What was found in a file counts until somebody commits: asked once for a request."""

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
Find = Callable[[sqlite3.Connection], Found]

_UNKNOWN = object()


class Memory:
    """What one connection has found since the last commit that it knows of."""

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}
        self._version: int | None = None
        self._commits = -1

    def open(self, version: int, commits: int) -> None:
        """Forget all if the file has changed.

        Args:
            version: `PRAGMA data_version`, asked after the commits were counted.
            commits: how many this process has made.
        """
        if version != self._version or commits != self._commits:
            self._known = {}
        self._version, self._commits = version, commits

    def recall(
        self, db: sqlite3.Connection, commits: int, key: object, find: Find[Found]
    ) -> Found:
        """Return what was found, unless this process has committed since."""
        if commits != self._commits:
            self._known, self._commits = {}, commits
        known = self._known
        found = known.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = known[key] = find(db)
        return found  # type: ignore[no-any-return]

"""What can be wrong with a repository file, and how SQLite's errors map to it."""

import sqlite3
from pathlib import Path

from repoweb.errors import RepowebError


class RepositoryError(RepowebError):
    """The repository cannot be used as asked; names the file and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    @property
    def public_message(self) -> str:
        """The same for visitors, who need not know the folder."""
        return f"{self.path.name}: {self.reason}"


class RepositoryMissing(RepositoryError):
    """There is no such file, or it cannot be opened."""


class NotARepository(RepositoryError):
    """The file is something else than a Fossil repository that we understand."""


class RepositoryBusy(RepositoryError):
    """Another program held the lock for longer than the busy timeout."""


class RepositoryReadOnly(RepositoryError):
    """The file or its folder does not allow writing."""


class RepositoryFull(RepositoryError):
    """The disk is full; the change was rolled back."""


class RepositoryDamaged(RepositoryError):
    """SQLite found the file malformed, or could not read or write it."""


_BY_CODE: dict[int, tuple[type[RepositoryError], str]] = {
    sqlite3.SQLITE_BUSY: (RepositoryBusy, "locked by another program"),
    sqlite3.SQLITE_LOCKED: (RepositoryBusy, "locked by another connection"),
    sqlite3.SQLITE_READONLY: (RepositoryReadOnly, "the file is read-only"),
    sqlite3.SQLITE_PERM: (RepositoryReadOnly, "permission denied"),
    sqlite3.SQLITE_FULL: (RepositoryFull, "the disk is full"),
    sqlite3.SQLITE_CANTOPEN: (RepositoryMissing, "cannot be opened"),
    sqlite3.SQLITE_NOTADB: (NotARepository, "not an SQLite database"),
    sqlite3.SQLITE_CORRUPT: (RepositoryDamaged, "the database file is damaged"),
    sqlite3.SQLITE_IOERR: (RepositoryDamaged, "the disk reported an error"),
}

_PRIMARY_CODE = 0xFF  # extended result codes keep the primary one in the low byte


def explain(error: sqlite3.Error, path: Path) -> RepositoryError | None:
    """Say what an SQLite error means for the file, or None for a programming error."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    kind, reason = _BY_CODE.get(code & _PRIMARY_CODE, (None, ""))
    return kind(path, reason) if kind else None

"""Telling a Fossil repository that we understand from every other file."""

import sqlite3
from pathlib import Path

from repoweb.repository.errors import NotARepository, RepositoryMissing

APPLICATION_ID = 252006673
"""`PRAGMA application_id` of files that Fossil made; older ones lack it."""

MINIMUM_SIZE = 16834  # sic: what Fossil itself compares with
PAGE_UNIT = 512
MAGIC = b"SQLite format 3\0"
TABLES = ("blob", "delta", "rcvfrom", "user", "config", "mlink", "plink")

AUX_SCHEMA_OLDEST = "2011-04-25 19:50"
AUX_SCHEMA = "2015-01-24"
"""The schema version that every fossil 2.x writes; compared as text."""

CONTENT_SCHEMA = "2"


def check_file(path: Path) -> None:
    """Refuse what cannot be a repository, before SQLite touches it.

    Raises:
        RepositoryMissing: no file, no permission.
        NotARepository: a directory, or not an SQLite file of the least size.
    """
    try:
        if path.is_dir():
            raise NotARepository(path, "is a directory, not a repository file")
        if path.exists() and not path.is_file():
            raise NotARepository(path, "is not a regular file")
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
        size = path.stat().st_size
    except FileNotFoundError:
        raise RepositoryMissing(path, "no such file") from None
    except OSError as error:
        reason = f"cannot be opened: {error.strerror or error}"
        raise RepositoryMissing(path, reason) from error
    if head != MAGIC:
        raise NotARepository(path, "not an SQLite database")
    if size < MINIMUM_SIZE or size % PAGE_UNIT:
        raise NotARepository(path, "an SQLite database, but not a Fossil repository")


def check_schema(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a database without Fossil's tables or with another schema version.

    Raises:
        NotARepository: says which.
    """
    marks = ",".join("?" * len(TABLES))
    found = db.execute(
        "SELECT count(*) FROM sqlite_schema"
        f" WHERE type='table' AND lower(name) IN ({marks})",
        TABLES,
    ).fetchone()[0]
    if found < len(TABLES):
        raise NotARepository(path, "an SQLite database, but not a Fossil repository")
    row = db.execute("SELECT value FROM config WHERE name='aux-schema'").fetchone()
    version = str(row[0] or "") if row else ""
    if version > AUX_SCHEMA:
        reason = f"made by a newer Fossil (schema {version}); update repoweb"
        raise NotARepository(path, reason)
    if version < AUX_SCHEMA_OLDEST:
        reason = f"its schema {version!r} is too old; run 'fossil rebuild' first"
        raise NotARepository(path, reason)

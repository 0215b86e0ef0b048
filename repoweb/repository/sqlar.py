"""Archives of a check-in as SQLite files, which `sqlite3 -A` unpacks.

Source of the format: https://sqlite.org/sqlar.html; folders have rows of their own,
as in the archives that Fossil makes.
"""

import sqlite3
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from repoweb.repository.archive import (
    Member,
    Plan,
    Reading,
    content_of,
    harmful_links,
    mode_of,
)

_PIECE = 256 * 1024
_LINK = -1
"""The size of a symbolic link; its data is where it leads to."""
_FOLDER = stat.S_IFDIR | 0o755
_TABLE = (
    "CREATE TABLE sqlar(name TEXT PRIMARY KEY, mode INT, mtime INT, sz INT, data BLOB)"
)
_SETTINGS = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE")

Row = tuple[str, int, int, int, bytes | str | None]


def sqlar_pieces(plan: Plan, reading: Reading) -> Iterator[bytes]:
    """Make an SQLite archive, in a file that is gone afterwards.

    Args:
        plan: what goes into it.
        reading: lends a connection for a moment.

    Raises:
        ArtifactError: a file cannot be read; nothing was made then.
    """
    with tempfile.TemporaryDirectory(prefix="sqlar-") as folder:
        path = Path(folder) / "archive"
        _write(path, plan, reading)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _write(path: Path, plan: Plan, reading: Reading) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for setting in _SETTINGS:
            db.execute(f"PRAGMA {setting}")
        db.execute("BEGIN")
        db.execute(_TABLE)
        db.executemany(
            "INSERT OR IGNORE INTO sqlar VALUES(?, ?, ?, ?, ?)", _rows(plan, reading)
        )
        db.execute("COMMIT")


def _rows(plan: Plan, reading: Reading) -> Iterator[Row]:
    links = harmful_links(plan)
    time = int(plan.time.timestamp())
    seen: set[str] = set()
    for member in plan.members:
        name = plan.path(member)
        for folder in _folders(name):
            if folder not in seen:
                seen.add(folder)
                yield folder, _FOLDER, time, 0, None
        yield _row(name, time, member, content_of(member, reading), links)


def _row(name: str, time: int, member: Member, content: bytes, links: set[str]) -> Row:
    mode = mode_of(member.card, content, links)
    if stat.S_ISLNK(mode):
        return name, mode, time, _LINK, content.decode("utf-8", "replace")
    packed = zlib.compress(content)
    smaller = packed if len(packed) < len(content) else content
    return name, mode, time, len(content), smaller


def _folders(name: str) -> list[str]:
    """Name the folders that a file is in, the outermost first."""
    return [str(folder) for folder in PurePosixPath(name).parents][-2::-1]

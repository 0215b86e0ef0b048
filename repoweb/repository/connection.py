"""SQLite connections to a repository, set up as Fossil sets up its own."""

import sqlite3
import sys
from pathlib import Path
from urllib.parse import quote

BUSY_SECONDS = 10.0
"""How long a statement waits for another program's lock."""

CACHED_STATEMENTS = 256


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the existing file, in autocommit mode.

    A reader is an ordinary connection with `query_only` on and not a mode=ro
    one, because only a connection that may write can roll back the journal
    that a killed writer left behind.
    """
    db = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    try:
        _configure(db, write=write)
    except BaseException:
        db.close()
        raise
    return db


def _configure(db: sqlite3.Connection, *, write: bool) -> None:
    db.row_factory = sqlite3.Row
    db.text_factory = _lenient_text
    db.execute("PRAGMA trusted_schema=OFF")
    db.execute("PRAGMA temp_store=MEMORY")
    db.execute("PRAGMA secure_delete=ON" if write else "PRAGMA query_only=ON")
    if sys.version_info >= (3, 12):  # Fossil does not fire triggers of the file
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


def _lenient_text(raw: bytes) -> str:
    """Decode text; old chats hold UTF-8 that was cut in the middle of a character."""
    return raw.decode("utf-8", "replace")

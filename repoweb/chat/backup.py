"""Messages as an SQLite file, for `fossil chat pull` and `repoweb chat pull`."""

import sqlite3
from pathlib import Path

from repoweb.chat import schema

_COLUMNS = "msgid, mtime, lmtime, xfrom, xmsg, fname, fmime, mdel, file"
_PAGE_SIZE = 512


def write_backup(db: sqlite3.Connection, target: Path, behind: int) -> None:
    """Write the messages behind a number into a new file with a table `chat`."""
    backup = sqlite3.connect(target, isolation_level=None)
    try:
        backup.execute(f"PRAGMA page_size={_PAGE_SIZE}")
        backup.execute("PRAGMA journal_mode=OFF")
        backup.execute("BEGIN")
        backup.execute(schema.CHAT)
        for (msgid,) in db.execute(
            "SELECT msgid FROM chat WHERE msgid>? ORDER BY msgid", (behind,)
        ).fetchall():
            _copy(db, backup, msgid)
        backup.execute("COMMIT")
    finally:
        backup.close()


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, msgid: int) -> None:
    """Copy one message, so that at most one attachment is in memory."""
    row = source.execute(
        f"SELECT {_COLUMNS} FROM chat WHERE msgid=?", (msgid,)
    ).fetchone()
    if row is not None:
        marks = ",".join("?" * len(row))
        target.execute(f"INSERT INTO chat({_COLUMNS}) VALUES({marks})", tuple(row))


def read_backup(db: sqlite3.Connection, source: Path) -> int:
    """Insert the messages of a backup that are not there yet; returns how many."""
    backup = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        before = db.execute("SELECT count(*) FROM chat").fetchone()[0]
        marks = ",".join("?" * (_COLUMNS.count(",") + 1))
        insert = f"INSERT OR IGNORE INTO chat({_COLUMNS}) VALUES({marks})"
        db.executemany(insert, backup.execute(f"SELECT {_COLUMNS} FROM chat"))
        return int(db.execute("SELECT count(*) FROM chat").fetchone()[0]) - int(before)
    finally:
        backup.close()

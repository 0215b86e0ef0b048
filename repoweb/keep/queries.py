"""The bytes of what is attached to messages."""

import sqlite3


def attachment(db: sqlite3.Connection, msgid: int) -> bytes:
    """Return the file of a message; nothing if it is gone."""
    row = db.execute("SELECT file FROM chat WHERE msgid=?", (msgid,)).fetchone()
    return bytes(row[0]) if row and row[0] is not None else b""

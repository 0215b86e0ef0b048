"""The keys by which a message that is sent again is recognised."""

import sqlite3

from repoweb.chat.tables import INSIDERS, Tables

KEY_SECONDS = 24 * 3600
"""How long a message's key is remembered, so that a retry is recognised."""


def find(
    db: sqlite3.Connection, poster: str, key: str, of: Tables = INSIDERS
) -> int | None:
    """Return the number of the message that came with a key, if it is remembered."""
    row = db.execute(
        f"SELECT msgid FROM {of.keys} WHERE xfrom=? AND k=? AND at>=strftime('%s')-?",
        (poster, key, KEY_SECONDS),
    ).fetchone()
    return row[0] if row else None


def remember(
    db: sqlite3.Connection, poster: str, key: str, msgid: int, of: Tables = INSIDERS
) -> None:
    """Remember the key of a message, and forget those that are too old.

    Another one with its number is of a table that is no more.
    """
    db.execute(
        f"DELETE FROM {of.keys} WHERE at<strftime('%s')-? OR msgid=?",
        (KEY_SECONDS, msgid),
    )
    db.execute(
        f"INSERT INTO {of.keys}(xfrom, k, msgid, at)"
        " VALUES(?, ?, ?, CAST(strftime('%s') AS INTEGER))",
        (poster, key, msgid),
    )

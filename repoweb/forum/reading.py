"""How far each user has read: `fx_forumread`."""

import sqlite3
from collections.abc import Mapping

from repoweb.repository.writing.tables import has_table

EVERYTHING = ""
"""In place of a thread: up to then everything is read."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS fx_forumread(
  login TEXT NOT NULL,
  thread TEXT NOT NULL,
  mtime REAL NOT NULL,
  PRIMARY KEY(login, thread)
) WITHOUT ROWID;
"""
"""A row tells the Julian day up to which a user has read a thread."""


def marks(db: sqlite3.Connection, login: str) -> Mapping[str, float]:
    """Return how far a user has read, by thread; nothing for nobody."""
    if not login or not has_table(db, "fx_forumread"):
        return {}
    rows = db.execute("SELECT thread, mtime FROM fx_forumread WHERE login=?", (login,))
    return dict(rows.fetchall())


def mark(db: sqlite3.Connection, login: str, thread: str, mtime: float) -> None:
    """Remember that a user has read a thread, or everything, up to a time."""
    db.execute(
        "INSERT INTO fx_forumread(login, thread, mtime) VALUES(?, ?, ?)"
        " ON CONFLICT DO UPDATE SET mtime=max(mtime, excluded.mtime)",
        (login, thread, mtime),
    )
    if thread == EVERYTHING:
        db.execute(
            "DELETE FROM fx_forumread WHERE login=? AND thread<>'' AND mtime<=?",
            (login, mtime),
        )

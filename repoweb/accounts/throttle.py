"""Slowing down whoever guesses passwords, by address and by login.

The count lives in the repository, so that all processes share it.
"""

import sqlite3

from repoweb.errors import RepowebError
from repoweb.repository.script import statements

LIMIT = 10
WINDOW_SECONDS = 180

SCHEMA = """
CREATE TABLE IF NOT EXISTS fx_loginfail(uname TEXT, ipaddr TEXT, at INTEGER);
CREATE INDEX IF NOT EXISTS fx_loginfail_at ON fx_loginfail(at);
"""
_TABLE_EXISTS = "SELECT 1 FROM sqlite_schema WHERE name='fx_loginfail'"


class TooManyFailures(RepowebError):
    """Ten failed logins within three minutes; even the right password must wait."""

    def __init__(self) -> None:
        super().__init__("Too many failed logins. Try again in three minutes.")


def check(db: sqlite3.Connection, login: str, address: str) -> None:
    """Refuse a further try of an address or for a login that failed too often.

    Raises:
        TooManyFailures: before any password was looked at.
    """
    if not db.execute(_TABLE_EXISTS).fetchone():
        return  # the file cannot be written, and nothing was ever counted
    by_login, by_address = db.execute(
        "SELECT coalesce(sum(uname=?),0), coalesce(sum(ipaddr=?),0)"
        " FROM fx_loginfail WHERE at>strftime('%s')-?",
        (login, address, WINDOW_SECONDS),
    ).fetchone()
    if max(by_login, by_address) >= LIMIT:
        raise TooManyFailures


def note_failure(db: sqlite3.Connection, login: str, address: str) -> None:
    """Count a failed login, and forget those that no longer matter."""
    for statement in statements(SCHEMA):  # the file may have been read-only before
        db.execute(statement)
    db.execute("DELETE FROM fx_loginfail WHERE at<=strftime('%s')-?", (WINDOW_SECONDS,))
    db.execute(
        "INSERT INTO fx_loginfail(uname, ipaddr, at)"
        " VALUES(?, ?, CAST(strftime('%s') AS INTEGER))",
        (login, address),
    )

"""Approving and rejecting, with the rows that depend on what was rejected."""

import sqlite3

from repoweb.repository.writing import moderation
from repoweb.repository.writing.ticket import rebuild_ticket
from repoweb.repository.writing.wiki import refresh_backlinks


def approve(db: sqlite3.Connection, rid: int) -> None:
    """Let everybody see what waited."""
    moderation.approve(db, rid)


def trust(db: sqlite3.Connection, login: str) -> None:
    """Let a user's posts appear without approval from now on: capability 4."""
    db.execute(
        "UPDATE user SET cap=cap || '4', mtime=strftime('%s')"
        " WHERE login=? AND instr(cap, '4')=0"
        " AND login NOT IN ('anonymous', 'nobody', 'developer', 'reader')",
        (login,),
    )


def reject(db: sqlite3.Connection, rid: int) -> None:
    """Remove what waited, as if it had never been written."""
    pages = db.execute(
        "SELECT tagid FROM tag JOIN tagxref USING(tagid)"
        " WHERE rid=? AND tagname GLOB 'wiki-*'",
        (rid,),
    ).fetchall()
    ticket = moderation.remove(db, rid)
    for (tagid,) in pages:
        refresh_backlinks(db, tagid)
    if ticket:
        rebuild_ticket(db, ticket)

"""Writing changes of tickets."""

import re
import sqlite3
from collections.abc import Mapping

from repoweb.repository.content import sha1_hash
from repoweb.repository.writing import ticket
from repoweb.repository.writing.put import Author, Written, put
from repoweb.tickets.fields import PRIVATE

_SHA1 = re.compile(r"[0-9a-f]{40}")


def change(
    db: sqlite3.Connection,
    name: str,
    fields: Mapping[str, str],
    author: Author,
    *,
    after: float = 0.0,
) -> Written:
    """Write a change of a ticket, or the first one of a new ticket.

    Args:
        db: in a write transaction.
        name: of the ticket, 40 hex digits.
        fields: the new values.
        author: who changes it.
        after: Julian day of the change before.
    """
    values = {field: _concealed(db, field, text) for field, text in fields.items()}
    return put(db, ticket.cards(name, values), author, after=after)


def _concealed(db: sqlite3.Connection, field: str, text: str) -> str:
    """Let only a hash of what is private leave the repository (FOSSIL.md 3.9)."""
    if not field.startswith(PRIVATE) or not text or _SHA1.fullmatch(text):
        return text
    name = sha1_hash(text.encode())
    db.execute(
        "INSERT OR IGNORE INTO concealed(hash, mtime, content)"
        " VALUES(?, CAST(strftime('%s') AS INTEGER), ?)",
        (name, text),
    )
    return name

"""Tickets, their changes, and what of them waits for a moderator."""

import re
import sqlite3
from dataclasses import dataclass

from repoweb.repository.writing.tables import has_table
from repoweb.tickets.fields import NOTE, note_fields

_HEX = re.compile(r"[0-9a-f]{4,40}")
_SELECT = (
    "SELECT *, strftime('%Y-%m-%dT%H:%M:%SZ', tkt_mtime) AS tkt_changed,"
    " (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(mtime)) FROM tag JOIN tagxref"
    "  USING(tagid) WHERE tagname='tkt-' || tkt_uuid) AS tkt_created FROM ticket"
)


@dataclass(frozen=True)
class Ticket:
    """A ticket as it is; times are UTC, `mtime` is the Julian day."""

    id: str
    values: dict[str, str]
    created: str
    changed: str
    mtime: float


@dataclass(frozen=True)
class Note:
    """What somebody wrote with a change."""

    rid: int
    hash: str
    user: str
    time: str
    text: str
    mimetype: str


@dataclass(frozen=True)
class Change:
    """A change artifact; `waits` for a moderator."""

    rid: int
    hash: str
    user: str
    time: str
    waits: bool


def find(db: sqlite3.Connection, prefix: str) -> Ticket | None:
    """Find a ticket by the beginning of its id."""
    prefix = prefix.lower()
    if not _HEX.fullmatch(prefix):
        return None
    rows = db.execute(
        f"{_SELECT} WHERE tkt_uuid>=?1 AND tkt_uuid<?1 || 'g' LIMIT 2",
        (prefix,),
    ).fetchall()
    return _ticket(rows[0]) if len(rows) == 1 else None


def _ticket(row: sqlite3.Row) -> Ticket:
    names = [name for name in row.keys() if not name.startswith("tkt_")]  # noqa: SIM118
    values = {name: "" if row[name] is None else str(row[name]) for name in names}
    return Ticket(
        row["tkt_uuid"],
        values,
        row["tkt_created"] or "",
        row["tkt_changed"],
        row["tkt_mtime"],
    )


def find_change(db: sqlite3.Connection, prefix: str) -> str | None:
    """Tell the ticket that the change with such a hash belongs to."""
    if not re.fullmatch(r"[0-9a-f]{4,64}", prefix):
        return None
    rows = db.execute(
        "SELECT substr(tagname, 5) FROM blob JOIN tagxref USING(rid) JOIN tag"
        " USING(tagid) WHERE uuid>=?1 AND uuid<?1 || 'g' AND tagname GLOB 'tkt-*'"
        " LIMIT 2",
        (prefix,),
    ).fetchall()
    return rows[0][0] if len(rows) == 1 else None


def waiting(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """List new tickets that wait for a moderator: id and author."""
    if not has_table(db, "modreq"):
        return []
    rows = db.execute(
        "SELECT tktid, coalesce(user, '') FROM modreq JOIN event USING(objid)"
        " WHERE tktid IS NOT NULL AND NOT EXISTS("
        "  SELECT 1 FROM tag JOIN tagxref x USING(tagid)"
        "  WHERE tagname='tkt-' || tktid AND x.rid NOT IN (SELECT rid FROM private))"
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def notes(db: sqlite3.Connection, ticket: str) -> list[Note]:
    """List what was written about a ticket, oldest first."""
    columns = set(note_fields(db))
    text = NOTE if NOTE in columns else "''"
    mimetype = "mimetype" if "mimetype" in columns else "''"
    user = "login" if "login" in columns else "NULL"
    name = "username" if "username" in columns else "NULL"
    rows = db.execute(
        "SELECT tkt_rid AS rid, uuid AS hash,"
        f" coalesce(nullif({name}, ''), nullif({user}, ''), tkt_user, '') AS user,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', ticketchng.tkt_mtime) AS time,"
        f" coalesce({text}, '') AS text, coalesce({mimetype}, '') AS mimetype"
        " FROM ticketchng JOIN ticket USING(tkt_id) JOIN blob ON blob.rid=tkt_rid"
        " WHERE tkt_uuid=? ORDER BY ticketchng.tkt_mtime",
        (ticket,),
    ).fetchall()
    return [Note(**dict(row)) for row in rows if row["text"]]


def changes(db: sqlite3.Connection, ticket: str) -> list[Change]:
    """List the changes of a ticket, oldest first."""
    rows = db.execute(
        "SELECT x.rid AS rid, uuid AS hash, coalesce(user, '') AS user,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', x.mtime) AS time,"
        " x.rid IN (SELECT rid FROM private) AS waits"
        " FROM tag JOIN tagxref x USING(tagid) JOIN blob ON blob.rid=x.rid"
        " LEFT JOIN event ON objid=x.rid WHERE tagname='tkt-' || ? ORDER BY x.mtime",
        (ticket,),
    ).fetchall()
    return [Change(**dict(row)) for row in rows]


def search(db: sqlite3.Connection, words: str, limit: int) -> list[Ticket]:
    """Find tickets all of whose words are in their fields, newest first."""
    names = [row[1] for row in db.execute("PRAGMA table_info(ticket)").fetchall()]
    texts = [n for n in names if not n.startswith(("tkt_", "private_"))] or ["tkt_uuid"]
    joined = " || ' ' || ".join(
        "coalesce(\"{}\", '')".format(name.replace('"', '""')) for name in texts
    )
    notes_of = _notes_text(db)
    wanted = words.split()[:10]
    where = " AND ".join(f"instr(lower({joined}{notes_of}), lower(?))" for _ in wanted)
    rows = db.execute(
        f"{_SELECT} WHERE {where or '0'} ORDER BY tkt_mtime DESC LIMIT ?",
        (*wanted, limit),
    ).fetchall()
    return [_ticket(row) for row in rows]


def _notes_text(db: sqlite3.Connection) -> str:
    if NOTE not in note_fields(db):
        return ""
    return (
        " || ' ' || coalesce((SELECT group_concat(icomment, ' ') FROM ticketchng"
        " WHERE ticketchng.tkt_id=ticket.tkt_id), '')"
    )


def concealed(db: sqlite3.Connection, value: str) -> str:
    """Return the text that a private field stands for, if it is known here."""
    row = db.execute("SELECT content FROM concealed WHERE hash=?", (value,)).fetchone()
    return str(row[0]) if row else value


def count_concealed(db: sqlite3.Connection) -> int:
    """Count the texts that private fields may stand for; they come by themselves."""
    return int(db.execute("SELECT count(*) FROM concealed").fetchone()[0])

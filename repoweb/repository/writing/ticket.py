"""Ticket changes: the cards of one, and the rows of its ticket (FOSSIL.md 3.9).

Fossil makes the rows of a ticket anew from all its changes whenever there is
another one; source of the rules: `ticket_rebuild_entry` of its src/tkt.c.
"""

import sqlite3
from collections.abc import Mapping

from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import ArtifactError, load
from repoweb.repository.manifest import encode
from repoweb.repository.parsing import parse
from repoweb.repository.structure import BadArtifact, Manifest
from repoweb.repository.writing.backlinks import TICKET, Source, add_backlinks
from repoweb.repository.writing.htmlize import htmlize, reference
from repoweb.repository.writing.tables import columns_of
from repoweb.repository.writing.tags import SINGLE, Tag, insert_tag, tag_id

_OWN = "tkt_"  # columns that Fossil fills


def cards(ticket: str, fields: Mapping[str, str]) -> list[str]:
    """Write the cards of a change.

    Args:
        ticket: 40 hex digits.
        fields: the new values by name; "+name" appends to the old value.
    """
    names = sorted(fields, key=str.encode)
    changes = [f"J {encode(name)} {encode(fields[name])}".rstrip() for name in names]
    return [f"K {ticket}", *changes]


def crosslink(db: sqlite3.Connection, rid: Rid, change: Manifest) -> None:
    """Write the rows of a ticket that was changed."""
    tag = Tag(f"tkt-{change.ticket}", SINGLE, None, rid, change.time)
    insert_tag(db, tag, rid)
    rebuild_ticket(db, change.ticket)


def rebuild_ticket(db: sqlite3.Connection, ticket: str) -> None:
    """Make the rows of a ticket from all its changes."""
    tables = _Tables(db)
    tagid = tag_id(db, f"tkt-{ticket}")
    tables.clear(ticket, tagid)
    rows = db.execute(
        "SELECT rid FROM tagxref WHERE tagid=? ORDER BY mtime", (tagid,)
    ).fetchall()
    texts: dict[str, list[Source]] = {}
    is_new = True
    for (rid,) in rows:
        try:
            change = parse(load(db, rid))
        except (ArtifactError, BadArtifact):
            continue
        tables.apply(rid, change, texts)
        _add_event(tables, rid, change, tagid, is_new=is_new)
        is_new = False
    for text in (text for kept in texts.values() for text in kept):
        add_backlinks(db, text)


class _Tables:
    """The tables `ticket` and `ticketchng`, whose columns are the site's own."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.columns = columns_of(db, "ticket")
        self._changes = columns_of(db, "ticketchng")
        self.fields = [n for n in self.columns if not n.startswith(_OWN)]
        self._noted = [n for n in self._changes if not n.startswith(_OWN)]
        self._id = 0

    def clear(self, ticket: str, tagid: int) -> None:
        """Remove all rows of a ticket."""
        if "tkt_id" in self._changes:
            self.db.execute(
                "DELETE FROM ticketchng WHERE tkt_id IN"
                " (SELECT tkt_id FROM ticket WHERE tkt_uuid=?)",
                (ticket,),
            )
        self.db.execute("DELETE FROM ticket WHERE tkt_uuid=?", (ticket,))
        self.db.execute(
            "DELETE FROM backlink WHERE srctype=1 AND srcid IN"
            " (SELECT rid FROM tagxref WHERE tagid=?)",
            (tagid,),
        )

    def apply(self, rid: Rid, change: Manifest, texts: dict[str, list[Source]]) -> None:
        """Write one change into both tables."""
        if not self._id:
            cursor = self.db.execute(
                "INSERT INTO ticket(tkt_uuid, tkt_mtime) VALUES(?, 0)", (change.ticket,)
            )
            self._id = int(cursor.lastrowid or 0)
        self._update(change)
        if self._changes:
            self._note(rid, change)
        self._collect(rid, change, texts)

    def value(self, name: str) -> str | None:
        """Return the present value of a field; "unknown" if there is no such one."""
        if name not in self.columns:
            return "unknown"
        row = self.db.execute(
            f"SELECT {_quoted(name)} FROM ticket WHERE tkt_id=?", (self._id,)
        ).fetchone()
        return None if row[0] is None else str(row[0])

    def _update(self, change: Manifest) -> None:
        sets, values = ["tkt_mtime=julianday(?)"], [change.time]
        if "tkt_ctime" in self.columns:
            sets.append("tkt_ctime=coalesce(tkt_ctime, julianday(?))")
            values.append(change.time)
        for name, value in change.fields:
            column = _quoted(name.removeprefix("+"))
            if name.removeprefix("+") not in self.fields:
                continue
            before = f"coalesce({column}, '') || " if name.startswith("+") else ""
            sets.append(f"{column}={before}?")
            values.append(value)
        self.db.execute(
            f"UPDATE OR REPLACE ticket SET {', '.join(sets)} WHERE tkt_id=?",
            (*values, self._id),
        )

    def _note(self, rid: Rid, change: Manifest) -> None:
        """Add a row to `ticketchng`; what it does not say comes from the ticket."""
        said = {name.removeprefix("+"): value for name, value in change.fields}
        row: dict[str, object] = {
            name: said[name] for name in self._noted if name in said
        }
        if "tkt_rid" in self._changes:
            row["tkt_rid"] = rid
        if "tkt_user" in self._changes:
            row["tkt_user"] = change.user
        if not row:
            return
        copied = [n for n in self._noted if n in self.fields and n not in said]
        names = ["tkt_id", "tkt_mtime", *map(_quoted, [*row, *copied])]
        marks = ["tkt_id", "julianday(?)", *"?" * len(row), *map(_quoted, copied)]
        self.db.execute(
            f"INSERT INTO ticketchng({', '.join(names)})"
            f" SELECT {', '.join(marks)} FROM ticket WHERE tkt_id=?",
            (change.time, *row.values(), self._id),
        )

    def _collect(
        self, rid: Rid, change: Manifest, texts: dict[str, list[Source]]
    ) -> None:
        """Write the links of notes; keep the newest texts of the ticket's fields."""
        mimetype = dict(change.fields).get("mimetype", "")
        for name, value in change.fields:
            field = name.removeprefix("+")
            text = Source(value, mimetype, TICKET, rid, change.time)
            if field in self._noted:
                add_backlinks(self.db, text)
            elif field in self.fields:
                before = texts.get(field, []) if name.startswith("+") else []
                texts[field] = [*before, text]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _add_event(
    tables: _Tables, rid: Rid, change: Manifest, tagid: int, *, is_new: bool
) -> None:
    db = tables.db
    comment, brief = _describe(tables, change, is_new=is_new)
    values = (tagid, change.time, change.user, comment, brief, rid)
    cursor = db.execute(
        "UPDATE event SET tagid=?, mtime=julianday(?), user=?, comment=?, brief=?"
        " WHERE type='t' AND objid=?",
        values,
    )
    if not cursor.rowcount:
        db.execute(
            "REPLACE INTO event(type, tagid, mtime, user, comment, brief, objid)"
            " VALUES('t', ?, julianday(?), ?, ?, ?, ?)",
            values,
        )


def _describe(tables: _Tables, change: Manifest, *, is_new: bool) -> tuple[str, str]:
    """Say what happened, at length and in brief, in Fossil's wiki markup."""
    link = reference(change.ticket)
    title = htmlize(
        tables.value(_setting(tables.db, "ticket-title-expr", "title")) or ""
    )
    if is_new:
        return f"New ticket {link} <i>{title}</i>.", f"New ticket {link}."
    column = _setting(tables.db, "ticket-status-column", "status")
    status = dict(change.fields).get(column)
    count = len(change.fields)
    if status is not None:
        status = htmlize(status)
        others = f" plus {_changes(count - 1, 'other ')}" if count > 1 else ""
        return (
            f"{status} ticket {link}: <i>{title}</i>{others}",
            f"{status} ticket {link}.",
        )
    still = htmlize(tables.value(column) or "")
    return (
        f"Ticket {link} <i>{title}</i> status still {still}"
        f" with {_changes(count, 'other ')}",
        f"Ticket {link}: {_changes(count)}",
    )


def _changes(count: int, other: str = "") -> str:
    return f"{count} {other}change{'s' * (count != 1)}"


def _setting(db: sqlite3.Connection, name: str, default: str) -> str:
    row = db.execute("SELECT value FROM config WHERE name=?", (name,)).fetchone()
    return str(row[0]) if row and row[0] else default

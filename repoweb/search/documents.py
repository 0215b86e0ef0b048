"""What can be searched: documents of every kind, newest first, with their texts."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from repoweb import settings
from repoweb.repository import names
from repoweb.repository.ancestry import main_branch
from repoweb.repository.files import files_of
from repoweb.repository.globs import matches
from repoweb.repository.loading import ArtifactError, load, load_by_hash
from repoweb.repository.parsing import parse
from repoweb.repository.structure import BadArtifact
from repoweb.search.settings import DOC_BRANCH, DOC_GLOB
from repoweb.web.source import decode, is_binary

_PUBLIC = "NOT IN (SELECT rid FROM private)"
_LINKED = 16
_LARGEST = 1024 * 1024
"""Of a document, more bytes are not looked through."""

_HIDDEN = ("private_", "tkt_")


@dataclass(frozen=True)
class Document:
    """Something that can be found.

    Args:
        kind: its letter.
        rid: of the artifact; of a ticket its number.
        time: "YYYY-MM-DD HH:MM", UTC, or "".
        text: loads the text, without the title.
    """

    kind: str
    rid: int
    title: str
    url: str
    time: str
    text: Callable[[], str]


def of_kind(db: sqlite3.Connection, kind: str) -> Iterator[Document]:
    """List the documents of a kind, newest first."""
    return _SOURCES[kind](db)


def _checkins(db: sqlite3.Connection) -> Iterator[Document]:
    rows = db.execute(
        "SELECT objid, uuid, strftime('%Y-%m-%d %H:%M', mtime),"
        " coalesce(ecomment, comment, ''), coalesce(euser, user, '')"
        f" FROM event JOIN blob ON rid=objid WHERE type='ci' AND objid {_PUBLIC}"
        " ORDER BY mtime DESC"
    )
    for rid, uuid, time, comment, user in rows.fetchall():
        title, _, rest = comment.strip().partition("\n")
        url = f"/info/{uuid[:_LINKED]}"
        yield Document("c", rid, title, url, time, _constant(f"{rest}\n{user}"))


def _wiki(db: sqlite3.Connection) -> Iterator[Document]:
    rows = db.execute(
        "SELECT x.rid, substr(tagname, 6), strftime('%Y-%m-%d %H:%M', max(x.mtime)),"
        " CAST(x.value AS INTEGER) FROM tag JOIN tagxref x USING(tagid)"
        f" WHERE tagname GLOB 'wiki-*' AND x.rid {_PUBLIC} GROUP BY tagid"
        " ORDER BY max(x.mtime) DESC"
    )
    for rid, name, time, size in rows.fetchall():
        if size:
            url = f"/wiki?name={quote_plus(name)}"
            yield Document("w", rid, name, url, time, _artifact_text(db, rid))


def _technotes(db: sqlite3.Connection) -> Iterator[Document]:
    rows = db.execute(
        "SELECT objid, substr(tagname, 7), strftime('%Y-%m-%d %H:%M', mtime),"
        " coalesce(ecomment, comment, '') FROM event JOIN tag USING(tagid)"
        f" WHERE type='e' AND objid {_PUBLIC} ORDER BY mtime DESC"
    )
    for rid, name, time, comment in rows.fetchall():
        url = f"/technote/{name[:_LINKED]}"
        yield Document("e", rid, comment, url, time, _artifact_text(db, rid))


def _forum(db: sqlite3.Connection) -> Iterator[Document]:
    if not _has_table(db, "forumpost"):
        return
    rows = db.execute(
        "SELECT fpid, uuid, strftime('%Y-%m-%d %H:%M', fmtime),"
        " coalesce(ecomment, comment, '') FROM forumpost JOIN blob ON rid=fpid"
        f" JOIN event ON objid=fpid WHERE fpid {_PUBLIC}"
        " AND fpid NOT IN (SELECT fprev FROM forumpost WHERE fprev IS NOT NULL)"
        " ORDER BY fmtime DESC"
    )
    for rid, uuid, time, title in rows.fetchall():
        url = f"/forumpost/{uuid[:_LINKED]}"
        yield Document("f", rid, title, url, time, _artifact_text(db, rid))


def _tickets(db: sqlite3.Connection) -> Iterator[Document]:
    rows = db.execute("SELECT * FROM ticket ORDER BY tkt_mtime DESC").fetchall()
    for row in rows:
        columns = row.keys()
        if not _is_public_ticket(db, row["tkt_uuid"]):
            continue
        texts = [
            str(row[name])
            for name in columns
            if row[name] is not None and not name.startswith(_HIDDEN)
        ]
        title = str(row["title"] or "") if "title" in columns else row["tkt_uuid"][:10]
        time = db.execute(
            "SELECT strftime('%Y-%m-%d %H:%M', ?)", (row["tkt_mtime"],)
        ).fetchone()[0]
        url = f"/tktview/{row['tkt_uuid'][:_LINKED]}"
        text = "\n".join([*texts, *_ticket_comments(db, row["tkt_id"])])
        yield Document("t", row["tkt_id"], title, url, time or "", _constant(text))


def _is_public_ticket(db: sqlite3.Connection, uuid: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM tag JOIN tagxref USING(tagid)"
        f" WHERE tagname=? AND rid {_PUBLIC} LIMIT 1",
        (f"tkt-{uuid}",),
    ).fetchone()
    return row is not None


def _ticket_comments(db: sqlite3.Connection, ticket: int) -> list[str]:
    columns = {row["name"] for row in db.execute("PRAGMA table_info(ticketchng)")}
    if "icomment" not in columns:
        return []
    rows = db.execute(
        "SELECT icomment FROM ticketchng WHERE tkt_id=? AND icomment IS NOT NULL"
        f" AND tkt_rid {_PUBLIC}",
        (ticket,),
    )
    return [str(row[0]) for row in rows.fetchall()]


def _files(db: sqlite3.Connection) -> Iterator[Document]:
    globs = str(settings.read(db, DOC_GLOB))
    branch = str(settings.read(db, DOC_BRANCH)) or main_branch(db)
    rid = names.find(db, branch, "ci") if globs else None
    if rid is None:
        return
    for card in files_of(db, rid):
        if matches(card.name, globs):
            url = f"/doc/{quote(branch, safe='')}/{quote(card.name)}"
            yield Document("d", 0, card.name, url, "", _file_text(db, card.hash))


_SOURCES: dict[str, Callable[[sqlite3.Connection], Iterator[Document]]] = {
    "c": _checkins,
    "d": _files,
    "t": _tickets,
    "w": _wiki,
    "e": _technotes,
    "f": _forum,
}


def _constant(text: str) -> Callable[[], str]:
    return lambda: text


def _artifact_text(db: sqlite3.Connection, rid: int) -> Callable[[], str]:
    """Make what loads the text of a wiki page, technote or post."""

    def text() -> str:
        try:
            return parse(load(db, rid)).text[:_LARGEST]
        except (ArtifactError, BadArtifact):
            return ""

    return text


def _file_text(db: sqlite3.Connection, uuid: str) -> Callable[[], str]:
    """Make what loads the text of a file."""

    def text() -> str:
        try:
            content = load_by_hash(db, uuid)[:_LARGEST]
        except ArtifactError:
            return ""
        return "" if is_binary(content) else decode(content)

    return text


def _has_table(db: sqlite3.Connection, name: str) -> bool:
    row = db.execute("SELECT 1 FROM sqlite_schema WHERE name=?", (name,)).fetchone()
    return row is not None

"""Wiki pages: the cards of a version, and the rows it makes (FOSSIL.md 3.7)."""

import sqlite3

from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import ArtifactError, load, rid_of
from repoweb.repository.manifest import encode
from repoweb.repository.parsing import parse
from repoweb.repository.structure import BadArtifact, Manifest
from repoweb.repository.writing.backlinks import WIKI, Source, replace_backlinks
from repoweb.repository.writing.tags import SINGLE, Tag, add_parent, insert_tag

_BLANKS = " \n\t\r\f\v"


def crosslink(db: sqlite3.Connection, rid: Rid, page: Manifest) -> None:
    """Write the rows of a version of a wiki page."""
    if page.parents:
        add_parent(db, rid, rid_of(db, page.parents[0]), page.time)
    size = stripped_size(page.text)
    tag = Tag(f"wiki-{page.title}", SINGLE, str(size), rid, page.time)
    tagid = insert_tag(db, tag, rid)
    refresh_backlinks(db, tagid)
    sign = "-" if not size else ":" if page.parents else "+"
    db.execute(
        "REPLACE INTO event(type, mtime, objid, user, comment)"
        " VALUES('w', julianday(?), ?, ?, ?)",
        (page.time, rid, page.user, sign + page.title),
    )


def cards(title: str, text: str, mimetype: str, parent: str | None) -> list[str]:
    """Write the cards of a version; an empty text deletes the page.

    Args:
        title: of the page.
        text: of the page.
        mimetype: "" for Fossil wiki.
        parent: hash of the version that this one follows.
    """
    found = ["L " + encode(title), f"W {len(text.encode())}\n{text}"]
    if mimetype and mimetype != "text/x-fossil-wiki":
        found.append("N " + encode(mimetype))
    if parent:
        found.append(f"P {parent}")
    return found


def stripped_size(text: str) -> int:
    """Count the bytes of a text without the blanks it begins with."""
    return len(text.lstrip(_BLANKS).encode())


def refresh_backlinks(db: sqlite3.Connection, tagid: int) -> None:
    """Let the links of a page be those of its newest version."""
    row = db.execute(
        "SELECT rid FROM tagxref WHERE tagid=? ORDER BY mtime DESC LIMIT 1", (tagid,)
    ).fetchone()
    if row is None:
        db.execute("DELETE FROM backlink WHERE srctype=2 AND srcid=?", (tagid,))
        return
    try:
        newest = parse(load(db, row[0]))
    except (ArtifactError, BadArtifact):
        return
    replace_backlinks(
        db, Source(newest.text, newest.mimetype, WIKI, tagid, newest.time)
    )

"""What a `[target]` names: an artifact, a branch or tag, a wiki page, a ticket.

The rules and their order are Fossil's (FOSSIL.md 8.2), where a target that
does not resolve stays text. Branch and tag names, `root:T` and the like are
ours: Fossil's own links do not know them.
"""

import re
import sqlite3
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from repoweb.repository import names

_HEX = re.compile(r"[0-9a-f]{4,64}")
_URL = re.compile(r"(?:https?://|ftp://|mailto:)[^\s<>\"\\]+")
_PATH = re.compile(r"/(?![/\\])[^\s\\<>\"]*")
_SHOWN = 10  # digits of a hash that are shown; links have 16
_LINKED = 16
_LONGEST = 200
_COMMENT = 120
_PUBLIC = "rid NOT IN (SELECT rid FROM private)"
"""Private artifacts are those of private branches, and posts to be moderated."""

_WIKI_SIGNS = frozenset("+-:")
"""They say what happened to a page, before its name; an attachment's text has none."""

_KINDS = {
    "ci": ("Check-in", "o"),
    "w": ("Wiki page", "j"),
    "t": ("Ticket change", "r"),
    "e": ("Technote", "j"),
    "f": ("Forum post", "2"),
    "g": ("Tag change", "o"),
}


class Target(NamedTuple):
    """Something to link to.

    Args:
        url: a path within the site, or an address elsewhere.
        title: says what it is, who made it and when.
        needs: the capability expression that shows it.
        rid: of the artifact, or 0.
    """

    url: str
    title: str
    needs: str = "*"
    rid: int = 0


def resolve(db: sqlite3.Connection, text: str) -> Target | None:
    """Find what a target names; None if it names nothing."""
    if not text or len(text) > _LONGEST:
        return None
    if _URL.fullmatch(text):
        return Target(text, text)
    if _PATH.fullmatch(text):
        return Target(text, f"Page {text} of this site")
    if _HEX.fullmatch(text):
        return _ticket(db, text) or _artifact(db, text) or _symbol(db, text)
    return _wiki_page(db, text) or _symbol(db, text) or _derived(db, text)


def _ticket(db: sqlite3.Connection, prefix: str) -> Target | None:
    rows = db.execute(
        "SELECT tkt_uuid FROM ticket WHERE tkt_uuid>=? AND tkt_uuid<?"
        " AND EXISTS(SELECT 1 FROM tag JOIN tagxref USING(tagid)"
        f" WHERE tagname='tkt-' || tkt_uuid AND {_PUBLIC}) LIMIT 2",
        _range(prefix),
    ).fetchall()
    if len(rows) != 1:
        return None
    uuid = rows[0][0]
    title = f"Ticket {uuid[:_SHOWN]}: {_ticket_title(db, uuid)}"
    return Target(f"/info/{uuid[:_LINKED]}", title, "r")


def _ticket_title(db: sqlite3.Connection, uuid: str) -> str:
    """Describe a ticket; its columns are the site's own, so that any may lack."""
    row = db.execute("SELECT * FROM ticket WHERE tkt_uuid=?", (uuid,)).fetchone()
    columns = row.keys()
    named = [name for name in ("title", "status") if name in columns]
    parts = [str(row[name]) for name in named if row[name] is not None]
    return ", ".join(parts)


def _artifact(db: sqlite3.Connection, prefix: str) -> Target | None:
    try:
        rid = names.by_hash(db, prefix)
    except names.AmbiguousName:
        return None
    if rid is None:
        return None
    uuid, size = db.execute(
        "SELECT uuid, size FROM blob WHERE rid=?", (rid,)
    ).fetchone()
    if size < 0:
        return None
    return _event(db, rid, uuid) or _file(db, rid, uuid)


def _event(
    db: sqlite3.Connection, rid: int, uuid: str, what: str = ""
) -> Target | None:
    row = db.execute(
        "SELECT type, strftime('%Y-%m-%d %H:%M', mtime) AS time,"
        " coalesce(euser, user, '') AS user, coalesce(ecomment, comment, '') AS text"
        " FROM event WHERE objid=?",
        (rid,),
    ).fetchone()
    if row is None:
        return None
    kind, needs = _KINDS.get(row["type"], ("Artifact", "o"))
    text = " ".join(row["text"].split())
    if row["type"] == "w" and text[:1] in _WIKI_SIGNS:
        text = text[1:]
    text = text if len(text) <= _COMMENT else text[:_COMMENT] + "…"
    title = f"{what or kind} by {row['user']}, {row['time']} UTC: {text}"
    return Target(f"/info/{uuid[:_LINKED]}", title, needs, rid)


def _file(db: sqlite3.Connection, rid: int, uuid: str) -> Target:
    row = db.execute(
        "SELECT name FROM mlink JOIN filename USING(fnid) WHERE fid=? LIMIT 1", (rid,)
    ).fetchone()
    title = f"File {row[0]}" if row else f"Artifact {uuid[:_SHOWN]}"
    return Target(f"/info/{uuid[:_LINKED]}", title, "o", rid)


def _wiki_page(db: sqlite3.Connection, text: str) -> Target | None:
    name = text.removeprefix("wiki:")
    row = db.execute(
        "SELECT x.rid, uuid, CAST(value AS INTEGER) AS size"
        " FROM tag JOIN tagxref x USING(tagid) JOIN blob ON blob.rid=x.rid"
        f" WHERE tagname=? AND x.{_PUBLIC} ORDER BY x.mtime DESC LIMIT 1",
        (f"wiki-{name}",),
    ).fetchone()
    if row is None or not row["size"]:
        return None
    found = _event(db, row["rid"], row["uuid"])
    return found and found._replace(url=f"/wiki?name={quote_plus(name)}")


def _symbol(db: sqlite3.Connection, name: str) -> Target | None:
    rid = names.newest_with_tag(db, name, "ci")
    if rid is None:
        return None
    row = db.execute(
        "SELECT uuid, tagtype=2 AS is_branch FROM tag JOIN tagxref USING(tagid)"
        " JOIN blob USING(rid) WHERE tagname=? AND rid=?",
        (f"sym-{name}", rid),
    ).fetchone()
    what = f"{'Branch' if row['is_branch'] else 'Tag'} {name}: check-in"
    found = _event(db, rid, row["uuid"], what)
    return found and found._replace(url=f"/info/{quote(name, safe='')}")


def _derived(db: sqlite3.Connection, name: str) -> Target | None:
    """Resolve `tag:T`, `root:T` and the like."""
    if not name.startswith(names.PREFIXES):
        return None
    try:
        rid = names.find(db, name, "ci")
    except names.AmbiguousName:
        return None
    if rid is None:
        return None
    uuid = db.execute("SELECT uuid FROM blob WHERE rid=?", (rid,)).fetchone()[0]
    return _event(db, rid, uuid, f"{name}: check-in")


def _range(prefix: str) -> tuple[str, str]:
    """Return the bounds of all hashes with a prefix, for the index on them."""
    return prefix, prefix + "g"

"""What a file can be attached to, and who may do that."""

import sqlite3
from dataclasses import dataclass
from urllib.parse import quote_plus

from repoweb.repository import wikipages
from repoweb.repository.writing.tables import has_table


@dataclass(frozen=True)
class Target:
    """Something that a file can be attached to.

    Args:
        name: title of a wiki page, or hash or id in full.
        title: for people.
        url: of its page.
        may_see: capability expression of who may see what is attached.
        may_add: of who may attach.
        setting: the row of `config` that switches moderation on, or "".
        trusted: the capability whose owners are not moderated.
    """

    name: str
    title: str
    url: str
    may_see: str
    may_add: str
    setting: str = ""
    trusted: str = "*"


def wiki_page(db: sqlite3.Connection, name: str) -> Target | None:
    """Find a wiki page by its title."""
    page = wikipages.current(db, name)
    if page is None or not page.size:
        return None
    url = f"/wiki?name={quote_plus(name)}"
    return Target(name, name, url, "j", "bm", "modreq-wiki", "l")


def ticket(db: sqlite3.Connection, prefix: str) -> Target | None:
    """Find a ticket by the beginning of its id."""
    name = _one(db, "tkt-", prefix)
    if name is None:
        return None
    url, title = f"/tktview/{name[:16]}", f"ticket {name[:10]}"
    return Target(name, title, url, "r", "bc", "modreq-tkt", "q")


def technote(db: sqlite3.Connection, prefix: str) -> Target | None:
    """Find a technote by the beginning of its id."""
    name = _one(db, "event-", prefix)
    if name is None:
        return None
    url, title = f"/technote/{name[:16]}", f"technote {name[:10]}"
    return Target(name, title, url, "j", "bk")


def forum_post(db: sqlite3.Connection, prefix: str) -> Target | None:
    """Find a version of a forum post by the beginning of its hash."""
    if not has_table(db, "forumpost"):
        return None
    rows = db.execute(
        "SELECT uuid FROM blob JOIN forumpost ON fpid=rid"
        " WHERE uuid>=?1 AND uuid<?1 || 'g' AND rid NOT IN (SELECT rid FROM private)"
        " LIMIT 2",
        (prefix.lower(),),
    ).fetchall()
    if len(rows) != 1 or not prefix:
        return None
    name = rows[0][0]
    url, title = f"/forumpost/{name[:16]}", f"post {name[:10]}"
    return Target(name, title, url, "2", "B3")


FINDERS = {
    "page": wiki_page,
    "tkt": ticket,
    "technote": technote,
    "forumpost": forum_post,
}
"""By Fossil's parameter of /attachadd."""


def _one(db: sqlite3.Connection, kind: str, prefix: str) -> str | None:
    """Return the only id that begins so, of those that a tag names."""
    rows = db.execute(
        "SELECT DISTINCT substr(tagname, length(?1)+1) FROM tag JOIN tagxref"
        " USING(tagid) WHERE tagname>=?1 || ?2 AND tagname<?1 || ?2 || 'g'"
        " AND rid NOT IN (SELECT rid FROM private) LIMIT 2",
        (kind, prefix.lower()),
    ).fetchall()
    return rows[0][0] if len(rows) == 1 and prefix else None

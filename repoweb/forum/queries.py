"""What the forum holds: threads by their last activity, and the posts of one."""

import re
import sqlite3
from typing import NamedTuple

from repoweb.forum.thread import Version
from repoweb.repository.writing.tables import has_table


class Thread(NamedTuple):
    """A line of the list of threads; times are UTC.

    Args:
        hash: of the first post, in its first version.
        mtime: Julian day of the last activity.
        replies: how many posts answer the first one.
        unread: the reader has not seen the last activity.
        pending: posts that wait for a moderator.
    """

    rid: int
    hash: str
    title: str
    user: str
    begun: str
    mtime: float
    last: str
    last_user: str
    replies: int
    unread: bool = False
    pending: int = 0


class ListedPost(NamedTuple):
    """A version of a post by itself; the time is UTC.

    Args:
        what: whether it is new, a reply or edited, and the title of its thread.
    """

    rid: int
    hash: str
    what: str
    user: str
    time: str

    @property
    def title(self) -> str:
        """The title of its thread."""
        return self.what.partition(": ")[2] or "(Deleted)"


class Reader(NamedTuple):
    """Who looks at the forum, as far as it decides what is shown.

    Args:
        login: "" for nobody.
        moderates: sees what is pending.
    """

    login: str
    moderates: bool


_HEX = re.compile(r"[0-9A-Fa-f]{4,64}")
_TITLE = "substr(comment, instr(comment, ':')+2)"
_SHOWN = (
    "(:moderates OR fpid NOT IN (SELECT rid FROM private)"
    " OR (:login<>'' AND fpid IN (SELECT objid FROM event WHERE user=:login)))"
)
"""Of a pending post, only moderators and its author see anything."""

_LISTED = (
    "fpid AS rid, uuid AS hash, coalesce(comment, '') AS what,"
    " coalesce(user, '') AS user, strftime('%Y-%m-%dT%H:%M:%SZ', fmtime) AS time"
    " FROM forumpost JOIN blob ON rid=fpid LEFT JOIN event ON objid=fpid"
)


def has_forum(db: sqlite3.Connection) -> bool:
    """Whether there was ever a post."""
    return has_table(db, "forumpost")


def threads(
    db: sqlite3.Connection, reader: Reader, *, limit: int, skip: int
) -> list[Thread]:
    """List the threads with the latest activity first."""
    if not has_forum(db):
        return []
    rows = db.execute(
        "WITH list AS (SELECT froot, max(fmtime) AS mtime, fpid AS last,"
        "  count(*) FILTER (WHERE fprev IS NULL)-1 AS replies,"
        "  count(*) FILTER (WHERE fpid IN (SELECT rid FROM private)) AS pending"
        f"  FROM forumpost WHERE {_SHOWN} GROUP BY froot ORDER BY 2 DESC"
        "  LIMIT :limit OFFSET :skip)"
        " SELECT froot AS rid, uuid AS hash, list.mtime, replies, pending,"
        f" coalesce((SELECT {_TITLE} FROM event WHERE objid=froot), '?') AS title,"
        " coalesce((SELECT user FROM event WHERE objid=froot), '') AS user,"
        " coalesce((SELECT user FROM event WHERE objid=last), '') AS last_user,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', list.mtime) AS last,"
        " coalesce((SELECT strftime('%Y-%m-%dT%H:%M:%SZ', fmtime) FROM forumpost"
        "  WHERE fpid=froot), '') AS begun"
        " FROM list JOIN blob ON blob.rid=froot ORDER BY list.mtime DESC",
        {**_named(reader), "limit": limit, "skip": skip},
    ).fetchall()
    return [Thread(**dict(row)) for row in rows]


def versions(db: sqlite3.Connection, root: int, reader: Reader) -> list[Version]:
    """List all versions of all posts of a thread that the reader may see, by time."""
    rows = db.execute(
        "SELECT fpid AS rid, uuid AS hash, fprev AS before, firt AS answers,"
        " fmtime AS mtime, strftime('%Y-%m-%dT%H:%M:%SZ', fmtime) AS time,"
        " coalesce(user, '') AS user, fpid IN (SELECT rid FROM private) AS pending,"
        " EXISTS(SELECT 1 FROM tagxref WHERE tagid=9 AND tagtype>0 AND rid=fpid)"
        "  AS closed"
        " FROM forumpost JOIN blob ON rid=fpid LEFT JOIN event ON objid=fpid"
        f" WHERE froot=:root AND {_SHOWN} ORDER BY fmtime, fpid",
        {**_named(reader), "root": root},
    ).fetchall()
    return [Version(**dict(row)) for row in rows]


def root_of(db: sqlite3.Connection, rid: int, reader: Reader) -> int | None:
    """Tell the first post of the thread that a post is in, if the reader may see it."""
    if not has_forum(db):
        return None
    row = db.execute(
        f"SELECT froot FROM forumpost WHERE fpid=:rid AND {_SHOWN}",
        {**_named(reader), "rid": rid},
    ).fetchone()
    return int(row[0]) if row else None


def find(db: sqlite3.Connection, prefix: str, reader: Reader) -> int | None:
    """Find the version of a post whose hash begins so, if the reader may see it."""
    if not has_forum(db) or not _HEX.fullmatch(prefix):
        return None
    rows = db.execute(
        "SELECT fpid FROM blob JOIN forumpost ON fpid=rid"
        f" WHERE uuid>=:low AND uuid<:low || 'g' AND {_SHOWN} LIMIT 2",
        {**_named(reader), "low": prefix.lower()},
    ).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None


def title_of(db: sqlite3.Connection, root: int) -> str:
    """Return the title of a thread."""
    row = db.execute(f"SELECT {_TITLE} FROM event WHERE objid=?", (root,)).fetchone()
    return str(row[0]) if row and row[0] else "(Deleted)"


def newest_posts(
    db: sqlite3.Connection, root: int | None, limit: int
) -> list[ListedPost]:
    """List the newest public versions, of one thread or of all, newest first."""
    if not has_forum(db):
        return []
    rows = db.execute(
        f"SELECT {_LISTED} WHERE (?1 IS NULL OR froot=?1)"
        " AND fpid NOT IN (SELECT rid FROM private) ORDER BY fmtime DESC LIMIT ?2",
        (root, limit),
    ).fetchall()
    return [ListedPost(**dict(row)) for row in rows]


def current_posts(
    db: sqlite3.Connection, reader: Reader, *, limit: int, skip: int
) -> list[ListedPost]:
    """List the newest version of every post that the reader may see, newest first."""
    if not has_forum(db):
        return []
    rows = db.execute(
        f"SELECT {_LISTED} WHERE NOT EXISTS"
        " (SELECT 1 FROM forumpost AS later WHERE later.froot=forumpost.froot"
        f"  AND later.fprev=forumpost.fpid) AND {_SHOWN}"
        " ORDER BY fmtime DESC LIMIT :limit OFFSET :skip",
        {**_named(reader), "limit": limit, "skip": skip},
    ).fetchall()
    return [ListedPost(**dict(row)) for row in rows]


def _named(reader: Reader) -> dict[str, object]:
    return {"moderates": reader.moderates, "login": reader.login}

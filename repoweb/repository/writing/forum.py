"""Forum posts: the cards of a post, and the rows it makes (FOSSIL.md 3.8)."""

import sqlite3
from dataclasses import dataclass

from repoweb.repository.artifacts import Rid
from repoweb.repository.loading import rid_of
from repoweb.repository.manifest import encode
from repoweb.repository.script import statements
from repoweb.repository.structure import Manifest
from repoweb.repository.writing.backlinks import FORUM, Source, replace_backlinks
from repoweb.repository.writing.tags import add_parent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS forumpost(
  fpid INTEGER PRIMARY KEY,
  froot INT,
  fprev INT,
  firt INT,
  fmtime REAL
);
CREATE INDEX IF NOT EXISTS forumthread ON forumpost(froot, fmtime);
"""


@dataclass(frozen=True)
class NewPost:
    """What a version of a post says.

    Args:
        text: empty if the post is deleted.
        mimetype: of the text.
        title: of the thread if it is its first post, else None.
        thread: hash of the thread's first post, in its first version.
        in_reply_to: hash of the version that is answered.
        parent: hash of the version that is edited.
    """

    text: str
    mimetype: str = "text/x-markdown"
    title: str | None = None
    thread: str | None = None
    in_reply_to: str | None = None
    parent: str | None = None


def cards(post: NewPost) -> list[str]:
    """Write the cards of a post; the first post of a thread keeps its H card."""
    found = [f"W {len(post.text.encode())}\n{post.text}"]
    if post.title is not None:
        found.append("H " + encode(post.title))
    for letter, name in zip(
        "GIP", (post.thread, post.in_reply_to, post.parent), strict=True
    ):
        if name:
            found.append(f"{letter} {name}")
    if post.text and post.mimetype != "text/x-fossil-wiki":
        found.append("N " + encode(post.mimetype))
    return found


def crosslink(db: sqlite3.Connection, rid: Rid, post: Manifest) -> None:
    """Write the rows of a post."""
    make_table(db)
    parent = rid_of(db, post.parents[0]) if post.parents else None
    if parent is not None:
        add_parent(db, rid, parent, post.time)
    root = rid_of(db, post.thread) if post.thread else rid
    answered = rid_of(db, post.in_reply_to) if post.in_reply_to else None
    db.execute(
        "REPLACE INTO forumpost(fpid, froot, fprev, firt, fmtime)"
        " VALUES(?, ?, ?, ?, julianday(?))",
        (rid, root, parent, answered, post.time),
    )
    if answered is None:
        _add_title(db, rid, root, post, edits=parent is not None)
    else:
        _add_reply(db, rid, root, post, edits=parent is not None)
    if post.text:
        replace_backlinks(db, Source(post.text, post.mimetype, FORUM, rid, post.time))


def make_table(db: sqlite3.Connection) -> None:
    """Make the table of posts, which the first post needs."""
    for statement in statements(_SCHEMA):
        db.execute(statement)


def _add_title(
    db: sqlite3.Connection, rid: Rid, root: Rid, post: Manifest, *, edits: bool
) -> None:
    """Let the title be that of all posts of the thread."""
    title = post.title or "(Deleted)"
    _add_event(db, rid, post, f"{'Edit' if edits else 'Post'}: {title}")
    db.execute(
        "UPDATE event SET comment=substr(comment, 1, instr(comment, ':')) || ' ' || ?"
        " WHERE objid IN (SELECT fpid FROM forumpost WHERE froot=?)",
        (title, root),
    )


def _add_reply(
    db: sqlite3.Connection, rid: Rid, root: Rid, post: Manifest, *, edits: bool
) -> None:
    row = db.execute(
        "SELECT substr(comment, instr(comment, ':')+2) FROM event WHERE objid=?",
        (root,),
    ).fetchone()
    title = row[0] if row else "<i>Unknown</i>"
    what = "Delete reply" if not post.text else "Edit reply" if edits else "Reply"
    _add_event(db, rid, post, f"{what}: {title}")


def _add_event(db: sqlite3.Connection, rid: Rid, post: Manifest, comment: str) -> None:
    db.execute(
        "REPLACE INTO event(type, mtime, objid, user, comment)"
        " VALUES('f', julianday(?), ?, ?, ?)",
        (post.time, rid, post.user, comment),
    )

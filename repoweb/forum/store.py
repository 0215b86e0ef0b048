"""Writing posts: what may be done to which, and the artifacts for it."""

import sqlite3
from dataclasses import dataclass, field

from repoweb.errors import RepowebError
from repoweb.repository.attachments import Upload, attach
from repoweb.repository.loading import hash_of
from repoweb.repository.structure import TagCard
from repoweb.repository.writing import control, forum
from repoweb.repository.writing.forum import NewPost
from repoweb.repository.writing.moderation import is_pending
from repoweb.repository.writing.put import Author, Written, put


class CannotPost(RepowebError):
    """A post cannot be written as asked; says why."""


class PostChanged(RepowebError):
    """Somebody else has edited the post meanwhile; nothing was stored."""

    def __init__(self) -> None:
        super().__init__("This post was edited meanwhile. Nothing was stored.")


@dataclass(frozen=True)
class Draft:
    """What was typed."""

    text: str
    mimetype: str
    title: str = ""
    files: list[Upload] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A version of a post in its thread, as numbers; `mtime` is a Julian day."""

    rid: int
    root: int
    answers: int | None
    mtime: float

    @property
    def is_first(self) -> bool:
        """Whether it is a version of the thread's first post."""
        return self.answers is None


def place_of(db: sqlite3.Connection, rid: int) -> Place:
    """Find a version of a post.

    Raises:
        CannotPost: there is no such post.
    """
    row = db.execute(
        "SELECT fpid, froot, firt, fmtime FROM forumpost WHERE fpid=?", (rid,)
    ).fetchone()
    if row is None:
        message = "There is no such post."
        raise CannotPost(message)
    return Place(*row)


def begin(db: sqlite3.Connection, draft: Draft, author: Author) -> Written:
    """Begin a thread."""
    post = NewPost(draft.text, draft.mimetype, draft.title)
    return _put(db, post, draft, author)


def reply(
    db: sqlite3.Connection, answered: int, draft: Draft, author: Author
) -> Written:
    """Answer a version of a post.

    Raises:
        CannotPost: it waits for a moderator.
    """
    place = place_of(db, answered)
    if is_pending(db, answered):
        message = "A post can be answered when a moderator has approved of it."
        raise CannotPost(message)
    root, name = hash_of(db, place.root), hash_of(db, answered)
    post = NewPost(draft.text, draft.mimetype, None, root, name)
    return _put(db, post, draft, author, after=place.mtime)


def edit(db: sqlite3.Connection, edited: int, draft: Draft, author: Author) -> Written:
    """Write the next version of a post; without a text it is deleted.

    Raises:
        PostChanged: there is a later version already.
    """
    place = place_of(db, edited)
    later = db.execute(
        "SELECT 1 FROM forumpost WHERE froot=? AND fprev=?", (place.root, edited)
    ).fetchone()
    if later:
        raise PostChanged
    post = NewPost(
        draft.text,
        draft.mimetype,
        title=draft.title if place.is_first else None,
        thread=hash_of(db, place.root),
        in_reply_to=None if place.is_first else hash_of(db, place.answers or 0),
        parent=hash_of(db, edited),
    )
    return _put(db, post, draft, author, after=place.mtime)


def set_closed(
    db: sqlite3.Connection, first: int, author: Author, *, closed: bool
) -> Written:
    """Close a post and all that answers it, or open it again.

    Args:
        first: the first version of the post, which is what a closing names.
    """
    row = db.execute(
        "SELECT max(mtime) FROM tagxref WHERE tagid=9 AND rid=?", (first,)
    ).fetchone()
    tag = TagCard("*" if closed else "-", "closed", hash_of(db, first), None)
    return put(db, control.cards([tag]), author, after=row[0] or 0.0)


def _put(
    db: sqlite3.Connection,
    post: NewPost,
    draft: Draft,
    author: Author,
    *,
    after: float = 0.0,
) -> Written:
    written = put(db, forum.cards(post), author, after=after)
    target = post.parent or written.hash
    for upload in draft.files:
        attach(db, target, upload, author)
    return written

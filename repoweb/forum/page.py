"""What the templates of the forum show of a post."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from repoweb.accounts.current import current_user
from repoweb.accounts.user import User
from repoweb.forum.queries import Reader
from repoweb.forum.settings import CLOSE_POLICY
from repoweb.forum.thread import Post
from repoweb.repository.attachments import Attachment, attached_to
from repoweb.repository.loading import ArtifactError
from repoweb.repository.manifests import manifest_of
from repoweb.settings import read
from repoweb.web.markup import render
from repoweb.web.markup.links import Links, page_links

MODERATE, ADMINISTER = "5", "a"


@dataclass(frozen=True)
class Shown:
    """A post as HTML, and what the reader may do to it.

    Args:
        problem: why it cannot be shown, or "".
        deleted: it has no text any more.
    """

    post: Post
    html: Markup
    attachments: Sequence[Attachment]
    problem: str
    deleted: bool
    may_reply: bool
    may_edit: bool
    may_close: bool
    may_moderate: bool
    new: bool = False


def reader() -> Reader:
    """Return the current user as a reader of the forum."""
    user = current_user()
    return Reader(user.login, user.may(MODERATE))


def show(
    db: sqlite3.Connection, posts: Sequence[Post], *, read_until: float | None
) -> list[Shown]:
    """Render posts.

    Args:
        db: has their texts.
        posts: of one page.
        read_until: Julian day; what is later is new. None: nothing is.
    """
    links = page_links()
    names = {version.hash for post in posts for version in post.versions}
    attached = attached_to(db, names)
    return [_shown(db, post, links, attached, read_until) for post in posts]


def _shown(
    db: sqlite3.Connection,
    post: Post,
    links: Links,
    attached: dict[str, list[Attachment]],
    read_until: float | None,
) -> Shown:
    text, mimetype, problem = _text(db, post)
    user, deleted = current_user(), not (text or problem)
    open_to_user = not (post.closed or deleted or problem) or user.may(ADMINISTER)
    return Shown(
        post,
        render(text, mimetype, links.within(f"p{post.number}-")),
        [a for version in post.versions for a in attached.get(version.hash, [])],
        problem,
        deleted,
        may_reply=user.may("3") and open_to_user and not post.latest.pending,
        may_edit=may_edit(user, post) and open_to_user and not deleted,
        may_close=may_close(db, user) and not post.pending,
        may_moderate=post.latest.pending and user.may(MODERATE),
        new=read_until is not None and post.mtime > read_until,
    )


def _text(db: sqlite3.Connection, post: Post) -> tuple[str, str, str]:
    try:
        manifest = manifest_of(db, post.latest.rid)
    except ArtifactError as error:
        return "", "", str(error)
    return manifest.text, manifest.mimetype, ""


def may_edit(user: User, post: Post) -> bool:
    """Whether a user may edit and delete a post: his own, or as an administrator."""
    own = bool(user.login) and user.login == post.first.user
    return user.may("3") and (own or user.may(ADMINISTER)) and not post.latest.pending


def may_close(db: sqlite3.Connection, user: User) -> bool:
    """Whether a user may close posts and open them again."""
    return user.may(ADMINISTER) or (user.may(MODERATE) and bool(read(db, CLOSE_POLICY)))

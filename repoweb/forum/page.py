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
from repoweb.repository.manifests import manifests_of
from repoweb.repository.structure import Manifest
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
    names = {version.hash for post in posts for version in post.versions}
    page = _Page(
        manifests_of(db, [post.latest.rid for post in posts]),
        attached_to(db, names),
        page_links(),
        read_until,
        may_close=may_close(db, current_user()),
    )
    return [_shown(page, post) for post in posts]


@dataclass(frozen=True)
class _Page:
    sources: dict[int, Manifest | ArtifactError]
    attached: dict[str, list[Attachment]]
    links: Links
    read_until: float | None
    may_close: bool


def _shown(page: _Page, post: Post) -> Shown:
    text, mimetype, problem = _text(page.sources[post.latest.rid])
    user, deleted = current_user(), not (text or problem)
    open_to_user = not (post.closed or deleted or problem) or user.may(ADMINISTER)
    return Shown(
        post,
        render(text, mimetype, page.links.within(f"p{post.number}-")),
        [a for version in post.versions for a in page.attached.get(version.hash, [])],
        problem,
        deleted,
        may_reply=user.may("3") and open_to_user and not post.latest.pending,
        may_edit=may_edit(user, post) and open_to_user and not deleted,
        may_close=page.may_close and not post.pending,
        may_moderate=post.latest.pending and user.may(MODERATE),
        new=page.read_until is not None and post.mtime > page.read_until,
    )


def _text(source: Manifest | ArtifactError) -> tuple[str, str, str]:
    if isinstance(source, ArtifactError):
        return "", "", str(source)
    return source.text, source.mimetype, ""


def may_edit(user: User, post: Post) -> bool:
    """Whether a user may edit and delete a post: his own, or as an administrator."""
    own = bool(user.login) and user.login == post.first.user
    return user.may("3") and (own or user.may(ADMINISTER)) and not post.latest.pending


def may_close(db: sqlite3.Connection, user: User) -> bool:
    """Whether a user may close posts and open them again."""
    return user.may(ADMINISTER) or (user.may(MODERATE) and bool(read(db, CLOSE_POLICY)))

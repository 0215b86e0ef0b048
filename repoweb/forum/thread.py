"""A thread as a value: its posts, each in all its versions, and their order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum


class Order(Enum):
    """How the posts of a thread are shown; the values are those of `t=`."""

    NESTED = "h"
    FLAT = "f"
    TIME = "c"


@dataclass(frozen=True)
class Version:
    """A row of `forumpost`: one version of a post; the time is a Julian day."""

    rid: int
    hash: str
    before: int | None
    answers: int | None
    mtime: float
    time: str
    user: str
    pending: bool
    closed: bool


@dataclass(frozen=True)
class Post:
    """A post of a thread.

    Args:
        versions: at least one, oldest first.
        answers: the post that it answers; None for the first one of the thread.
        depth: how far below the first post, from 0.
        closed: it, or one that it answers directly or indirectly, is closed.
        number: of the post in its thread by time, from 1.
    """

    versions: tuple[Version, ...]
    answers: "Post | None" = None
    depth: int = 0
    closed: bool = False
    number: int = 0

    @property
    def first(self) -> Version:
        """The version by which the post is known."""
        return self.versions[0]

    @property
    def latest(self) -> Version:
        """The version that is shown."""
        return self.versions[-1]

    @property
    def pending(self) -> bool:
        """Whether it has to be approved as a whole."""
        return self.first.pending

    @property
    def mtime(self) -> float:
        """When it was written or last edited."""
        return self.latest.mtime


@dataclass
class _Growing:
    versions: list[Version]
    replies: list["_Growing"] = field(default_factory=list)


def posts(rows: Iterable[Version], order: Order) -> list[Post]:
    """Put the versions of a thread together, in an order.

    Args:
        rows: all versions that the reader may see, by time.
        order: of the posts.
    """
    found = [post for root in _roots(rows) for post in _walk(root)]
    by_time = sorted(found, key=lambda post: post.first.mtime)
    numbers = {post.first.rid: number for number, post in enumerate(by_time, 1)}
    shown = by_time if order is Order.TIME else found
    return [_numbered(post, numbers) for post in shown]


def _numbered(post: Post, numbers: dict[int, int]) -> Post:
    answers = post.answers
    if answers is not None:
        answers = replace(answers, number=numbers[answers.first.rid])
    return replace(post, number=numbers[post.first.rid], answers=answers)


def _roots(rows: Iterable[Version]) -> list[_Growing]:
    """Join the versions of each post, and the posts to what they answer."""
    owner: dict[int, _Growing] = {}
    heads: list[_Growing] = []
    for row in rows:
        before = owner.get(row.before or 0)
        if before is None:
            before = _Growing([])
            heads.append(before)
        before.versions.append(row)
        owner[row.rid] = before
    roots = []
    for head in heads:
        answered = owner.get(head.versions[0].answers or 0)
        if answered is None or answered is head:
            roots.append(head)  # also an answer to what the reader may not see
        else:
            answered.replies.append(head)
    return roots


def _walk(root: _Growing) -> Iterator[Post]:
    """List a post and what answers it, without recursion: threads may be deep."""
    stack: list[tuple[_Growing, Post | None]] = [(root, None)]
    while stack:
        growing, answered = stack.pop()
        post = Post(
            tuple(growing.versions),
            answered,
            answered.depth + 1 if answered else 0,
            bool(answered and answered.closed) or growing.versions[0].closed,
        )
        yield post
        stack += [(reply, post) for reply in reversed(growing.replies)]


def page_of(shown: Sequence[Post], rid: int, size: int) -> int:
    """Tell on which page, from 0, a version of a post is; 0 if on none."""
    for at, post in enumerate(shown):
        if any(version.rid == rid for version in post.versions):
            return at // size
    return 0

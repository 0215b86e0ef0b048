"""Searching the forum: the newest posts are read, up to a limit."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from repoweb.forum.queries import ListedPost, Reader, current_posts
from repoweb.repository.loading import ArtifactError
from repoweb.repository.manifests import manifests_of
from repoweb.repository.structure import Manifest

MOST_READ = 3000
MOST_FOUND = 50
_AT_ONCE = 300
_AROUND = 80  # characters before and behind what was found


@dataclass(frozen=True)
class Hit:
    """A post with all the words; `before`, `match` and `after` are from its text."""

    hash: str
    title: str
    user: str
    time: str
    before: str
    match: str
    after: str


def search(db: sqlite3.Connection, words: str, reader: Reader) -> list[Hit]:
    """Find posts that have all words in their title or their text, newest first."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    hits = (
        _look(post, manifest, wanted)
        for post, manifest in _read(db, reader)
        if isinstance(manifest, Manifest)
    )
    return list(islice((hit for hit in hits if hit is not None), MOST_FOUND))


def _read(
    db: sqlite3.Connection, reader: Reader
) -> Iterator[tuple[ListedPost, Manifest | ArtifactError]]:
    """Read the newest posts, so many at once."""
    for skip in range(0, MOST_READ, _AT_ONCE):
        posts = current_posts(db, reader, limit=_AT_ONCE, skip=skip)
        manifests = manifests_of(db, [post.rid for post in posts])
        yield from ((post, manifests[post.rid]) for post in posts)
        if len(posts) < _AT_ONCE:
            return


def _look(listed: ListedPost, post: Manifest, wanted: list[str]) -> Hit | None:
    folded = f"{post.title}\n{post.text}".casefold()
    if not post.text or not all(word in folded for word in wanted):
        return None
    at = post.text.casefold().find(wanted[0])
    end = at + len(wanted[0])
    return Hit(
        listed.hash,
        listed.title,
        post.user,
        post.time[:16],
        post.text[max(0, at - _AROUND) : at] if at >= 0 else "",
        post.text[at:end] if at >= 0 else "",
        post.text[end if at >= 0 else 0 :][:_AROUND],
    )

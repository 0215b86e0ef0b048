"""Searching the forum: the newest posts are read, up to a limit."""

import sqlite3
from dataclasses import dataclass

from repoweb.forum import queries
from repoweb.repository.loading import ArtifactError, hash_of
from repoweb.repository.manifests import manifest_of

MOST_READ = 3000
MOST_FOUND = 50
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


def search(db: sqlite3.Connection, words: str, reader: queries.Reader) -> list[Hit]:
    """Find posts that have all words in their title or their text, newest first."""
    wanted = words.casefold().split()
    found: list[Hit] = []
    for rid in queries.current_posts(db, reader, MOST_READ) if wanted else []:
        hit = _look(db, rid, wanted)
        if hit is not None:
            found.append(hit)
            if len(found) == MOST_FOUND:
                break
    return found


def _look(db: sqlite3.Connection, rid: int, wanted: list[str]) -> Hit | None:
    try:
        post = manifest_of(db, rid)
    except ArtifactError:
        return None
    folded = f"{post.title}\n{post.text}".casefold()
    if not post.text or not all(word in folded for word in wanted):
        return None
    at = post.text.casefold().find(wanted[0])
    end = at + len(wanted[0])
    root = db.execute("SELECT froot FROM forumpost WHERE fpid=?", (rid,)).fetchone()
    return Hit(
        hash_of(db, rid),
        queries.title_of(db, root[0]),
        post.user,
        post.time[:16],
        post.text[max(0, at - _AROUND) : at] if at >= 0 else "",
        post.text[at:end] if at >= 0 else "",
        post.text[end if at >= 0 else 0 :][:_AROUND],
    )

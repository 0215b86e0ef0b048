"""What the cards of a structural artifact say, as frozen values (FOSSIL.md 3)."""

from enum import Enum
from typing import NamedTuple, NoReturn

from repoweb.errors import RepowebError


class Kind(Enum):
    """What an artifact is; the values are how Fossil's messages call it."""

    CHECKIN = "manifest"
    CLUSTER = "cluster"
    CONTROL = "tag"
    WIKI = "wiki"
    TICKET = "ticket"
    ATTACHMENT = "attachment"
    TECHNOTE = "technote"
    FORUM = "forum post"


class BadArtifact(RepowebError):
    """A content is no structural artifact; says why."""


class FileCard(NamedTuple):
    """F: a file of a check-in. `hash` is "" where a delta manifest deletes it.

    Args:
        permission: "" plain, "x" executable, "l" symbolic link, "w" plain too.
        old_name: what the file was called in the parent, or "".
    """

    name: str
    hash: str
    permission: str = ""
    old_name: str = ""


class TagCard(NamedTuple):
    """T: a tag that is added ("+"), added to descendants too ("*") or cancelled ("-").

    Args:
        target: a hash, or "" for the artifact itself.
        value: None if there is none.
    """

    action: str
    name: str
    target: str
    value: str | None


class Manifest(NamedTuple):
    """All cards of a structural artifact; what is not there is empty.

    Texts are decoded leniently. Times are as they are written: ISO 8601, UTC.
    """

    kind: Kind
    time: str = ""
    user: str = ""
    comment: str = ""
    mimetype: str = ""
    text: str = ""
    parents: tuple[str, ...] = ()
    tags: tuple[TagCard, ...] = ()
    baseline: str = ""
    files: tuple[FileCard, ...] = ()
    cherrypicks: tuple[tuple[str, str], ...] = ()
    checksum: str = ""
    title: str = ""
    """L: of a wiki page, or H: of a forum thread."""
    thread: str = ""
    in_reply_to: str = ""
    ticket: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    technote: str = ""
    technote_time: str = ""
    attachment: str = ""
    target: str = ""
    source: str = ""
    members: tuple[str, ...] = ()


def fail(message: str) -> NoReturn:
    """Stop reading an artifact; the words are those of Fossil's parser.

    Raises:
        BadArtifact: always.
    """
    raise BadArtifact(message)

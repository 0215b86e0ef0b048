"""What was asked for, as the tags of a control artifact."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from repoweb.amend.queries import Checkin
from repoweb.errors import RepowebError
from repoweb.repository.structure import TagCard

_COLOUR = re.compile(r"#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-zA-Z]{3,20}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?", re.ASCII)
_NAME = re.compile(r"[^\x00-\x1f\x7f\s]{1,100}")


class BadChange(RepowebError):
    """A check-in cannot be amended so; says why."""


@dataclass(frozen=True)
class Wanted:
    """The form: how the check-in shall be.

    Args:
        all_colour: its descendants shall have the colour too.
        new_tag: to be added, or "".
        cancelled: tags to be taken away.
        new_branch: name of the branch to begin with it, or "".
        closed: it shall be a closed leaf.
    """

    comment: str
    user: str
    time: str
    colour: str
    all_colour: bool
    new_tag: str
    new_value: str
    cancelled: tuple[str, ...]
    new_branch: str
    closed: bool


def changes(now: Checkin, wanted: Wanted) -> list[TagCard]:
    """List the tags that make a check-in what is wanted.

    Raises:
        BadChange: something that was typed cannot be.
    """
    return [*_properties(now, wanted), *_tags(now, wanted), *_branch(now, wanted)]


def _properties(now: Checkin, wanted: Wanted) -> Iterator[TagCard]:
    if not wanted.comment.strip() or not wanted.user:
        message = "A check-in needs a comment and a user."
        raise BadChange(message)
    if wanted.comment.strip() != now.comment.strip():
        yield TagCard("+", "comment", now.hash, wanted.comment)
    if wanted.user != now.user:
        yield TagCard("+", "user", now.hash, wanted.user)
    if wanted.time != now.time:
        yield TagCard("+", "date", now.hash, _time(wanted.time))
    if wanted.colour != now.colour:
        yield _colour(now, wanted)


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None:
        message = "Write the time as YYYY-MM-DD HH:MM:SS, in UTC."
        raise BadChange(message)
    return f"{found[1]}T{found[2]}{found[3] or ':00'}"


def _colour(now: Checkin, wanted: Wanted) -> TagCard:
    if not wanted.colour:
        return TagCard("-", "bgcolor", now.hash, None)
    if not _COLOUR.fullmatch(wanted.colour):
        message = "The colour is written as #rrggbb, or by its name."
        raise BadChange(message)
    sign = "*" if wanted.all_colour else "+"
    return TagCard(sign, "bgcolor", now.hash, wanted.colour)


def _tags(now: Checkin, wanted: Wanted) -> Iterator[TagCard]:
    if wanted.new_tag:
        name, value = _name(wanted.new_tag), wanted.new_value or None
        yield TagCard("+", f"sym-{name}", now.hash, value)
    for name in wanted.cancelled:
        if name in now.tags and name != wanted.new_tag:
            yield TagCard("-", f"sym-{name}", now.hash, None)
    if wanted.closed != now.closed:
        yield TagCard("+" if wanted.closed else "-", "closed", now.hash, None)


def _branch(now: Checkin, wanted: Wanted) -> Iterator[TagCard]:
    if not wanted.new_branch or wanted.new_branch == now.branch:
        return
    name = _name(wanted.new_branch)
    yield TagCard("*", "branch", now.hash, name)
    yield TagCard("*", f"sym-{name}", now.hash, None)
    yield TagCard("-", f"sym-{now.branch}", now.hash, None)


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        message = f"“{name}” cannot be the name of a tag: no blanks, 100 characters."
        raise BadChange(message)
    return name

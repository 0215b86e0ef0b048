"""A room, and its rules: who may read and write there."""

import re
import secrets
from dataclasses import dataclass, fields
from functools import cached_property

from repoweb.accounts.user import User
from repoweb.chat.purge import Rule
from repoweb.chat.rooms.schema import tables_of
from repoweb.chat.rooms.settings import EVERYBODY
from repoweb.chat.tables import Tables

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?")
_ID = re.compile(r"[0-9a-f]{32}")


def is_name(name: str) -> bool:
    """Whether a room may be called so: a slug of at most 31 characters, or an id."""
    return bool(_SLUG.fullmatch(name) or _ID.fullmatch(name))


def new_id() -> str:
    """Make up a name that nobody can guess, of 32 hexadecimal digits."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Rules:
    """What the administrator decides about a room.

    Args:
        name: in its address; a slug or an id.
        icon: one or two characters, or "" for the first of the subject.
        listed: stands on the public list of rooms.
        is_open: may be written to, by those who may.
        reading, writing: capability expressions.
        nicknames: everybody chooses a name for each message.
        strict: a Chaton client whose id is unknown has to log in again.
        keep_days: as the chat's setting; 0 keeps the messages for ever.
        keep_count: so many always stay.
        per_minute: messages of one address, or of one user.
        waiting: requests of one address that may wait at once.
        blocked: networks that are refused, one a line.
    """

    name: str
    subject: str
    description: str = ""
    icon: str = ""
    listed: bool = False
    is_open: bool = True
    reading: str = EVERYBODY
    writing: str = EVERYBODY
    nicknames: bool = True
    strict: bool = False
    keep_days: float = 0.0
    keep_count: int = 50
    per_minute: int = 20
    waiting: int = 6
    blocked: str = ""


COLUMNS = tuple(field.name for field in fields(Rules))


@dataclass(frozen=True)
class Room:
    """A room with its number, which is never given to another one."""

    id: int
    rules: Rules
    posts: int

    @property
    def name(self) -> str:
        """What it is called in its address."""
        return self.rules.name

    @property
    def path(self) -> str:
        """Its page, as a path within the site."""
        return f"/chat/{self.rules.name}"

    @cached_property
    def tables(self) -> Tables:
        """Where its messages are."""
        return tables_of(self.id)

    @property
    def rule(self) -> Rule:
        """How long its messages are kept."""
        return Rule(self.rules.keep_count, self.rules.keep_days)

    def may_read(self, user: User) -> bool:
        """Whether a user may know what is in the room."""
        return user.may(self.rules.reading)

    def may_write(self, user: User) -> bool:
        """Whether a user may write, were the room open."""
        return self.may_read(user) and user.may(self.rules.writing)

"""Tokens of programs that write into the chat: made, revoked, looked up.

A token is a secret of 256 bits. Its SHA-256 is stored, from which nobody can find
it; a slow digest, as passwords need, would cost time and add nothing.
"""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from repoweb.accounts import store as accounts
from repoweb.chat import schema
from repoweb.chat.render import SEEING
from repoweb.errors import RepowebError
from repoweb.plugin import Tokens
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository

PREFIX = "rwc_"
"""By which people, and programs that look for leaked secrets, know a token."""

LONGEST_LABEL = 80
_BYTES = 32
_HOUR = 3600
_HAS_USER = (
    "EXISTS(SELECT 1 FROM user"
    " WHERE user.uid=fx_chattoken.uid AND user.login=fx_chattoken.login)"
)


class BadToken(RepowebError):
    """A token cannot be made; `field` is what is wrong in the form."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Token:
    """A token without its secret; times are UTC, `YYYY-MM-DD HH:MM`, or None."""

    id: int
    label: str
    login: str
    made_by: str
    made_at: str
    used_at: str | None
    revoked_at: str | None


def every(db: sqlite3.Connection) -> list[Token]:
    """List all tokens, the revoked ones last."""
    moment = "strftime('%Y-%m-%d %H:%M', {0}, 'unixepoch')"
    made, used, revoked = map(moment.format, ("made_at", "used_at", "revoked_at"))
    rows = db.execute(
        f"SELECT id, label, login, made_by, {made}, {used}, {revoked}"
        " FROM fx_chattoken ORDER BY revoked_at IS NOT NULL, id"
    )
    return [Token(*row) for row in rows.fetchall()]


def make(db: sqlite3.Connection, label: str, login: str, by: str) -> str:
    """Make a token and return its secret, which nothing can show again.

    Raises:
        BadToken: it has no label, or its user may not chat.
    """
    label = " ".join(label.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        message = f"Say in 1 to {LONGEST_LABEL} characters what it is for."
        raise BadToken(message, "label")
    if not accounts.is_chatter(db, login):
        message = f"There is no user “{login}” who may chat."
        raise BadToken(message, "login")
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    db.execute(
        "INSERT INTO fx_chattoken(label, hash, login, made_by, made_at, uid)"
        " VALUES(?, ?, ?3, ?, CAST(strftime('%s') AS INTEGER),"
        "  (SELECT uid FROM user WHERE login=?3))",
        (label, _digest(secret), login, by),
    )
    return secret


def revoke(db: sqlite3.Connection, token_id: int) -> str | None:
    """End a token for good; returns its label, None if there is none to end."""
    row = db.execute(
        "UPDATE fx_chattoken SET revoked_at=CAST(strftime('%s') AS INTEGER)"
        " WHERE id=? AND revoked_at IS NULL RETURNING label",
        (token_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def have_lost_users(db: sqlite3.Connection) -> bool:
    """Whether there are tokens of users that were deleted."""
    query = f"SELECT 1 FROM fx_chattoken WHERE revoked_at IS NULL AND NOT {_HAS_USER}"
    return db.execute(f"{query} LIMIT 1").fetchone() is not None


def revoke_lost(db: sqlite3.Connection) -> None:
    """End the tokens of users that were deleted."""
    db.execute(
        "UPDATE fx_chattoken SET revoked_at=CAST(strftime('%s') AS INTEGER)"
        f" WHERE revoked_at IS NULL AND NOT {_HAS_USER}"
    )


def login_of(db: sqlite3.Connection, secret: str) -> str | None:
    """Tell as whom a token speaks; None if it is unknown, revoked, or he is gone.

    Somebody who gets the login of a user that was deleted does not get his tokens.
    """
    if not secret.startswith(PREFIX) or not schema.is_ready(db):
        return None
    row = db.execute(
        "SELECT login FROM fx_chattoken WHERE hash=? AND revoked_at IS NULL"
        f" AND {_HAS_USER}",
        (_digest(secret),),
    ).fetchone()
    return None if row is None else str(row[0])


def note_use(repository: Repository, secret: str) -> None:
    """Write down in which hour a token was used; once an hour at the most."""
    unnoted = "hash=? AND coalesce(used_at, 0)<=strftime('%s')-?"
    values = (_digest(secret), _HOUR)
    with repository.reading() as db:
        query = f"SELECT 1 FROM fx_chattoken WHERE {unnoted}"
        if db.execute(query, values).fetchone() is None:
            return
    try:
        with repository.writing() as db:
            db.execute(
                "UPDATE fx_chattoken"
                " SET used_at=CAST(strftime('%s') AS INTEGER)/3600*3600"
                f" WHERE {unnoted}",
                values,
            )
    except RepositoryError:
        return  # it is told the next time


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


TOKENS = Tokens(login_of, frozenset("C") | SEEING)

"""How far each user has read, so that his devices agree and the menu has a dot."""

import sqlite3
from contextlib import suppress

from repoweb.accounts.capabilities import ANONYMOUS
from repoweb.accounts.current import current_user
from repoweb.accounts.user import User
from repoweb.chat import schema, store
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository
from repoweb.web.current import database

REST_SECONDS = 30
"""A position is written down at most so often; a page tells it again and again."""


def position(db: sqlite3.Connection, user: User) -> int:
    """Return the number of the newest message that a user has seen, 0 for none."""
    if not schema.is_ready(db):  # and cannot be made so
        return 0
    row = db.execute(
        "SELECT msgid FROM fx_chatread WHERE login=?", (user.login,)
    ).fetchone()
    return min(int(row[0]), store.highest_id(db)) if row else 0


def note(repository: Repository, user: User, msgid: int) -> None:
    """Write down how far a user has read, if that is news and some time has passed."""
    if _is_shared(user):
        return
    with repository.reading() as db:
        is_due = schema.is_ready(db) and _is_due(db, user.login, msgid)
    if not is_due:
        return
    with suppress(RepositoryError), repository.writing() as db:  # it can be told again
        _write(db, user.login, msgid)


def missed(db: sqlite3.Connection, user: User, read: int) -> tuple[int, str]:
    """Count what others wrote behind a number, and tell when that began (UTC)."""
    row = db.execute(
        "SELECT count(*), coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', min(mtime)), '')"
        " FROM chat WHERE msgid>? AND coalesce(mdel, 0)=0 AND xfrom IS NOT ?",
        (read, user.login),
    ).fetchone()
    return row[0], row[1]


def unread_mark() -> str:
    """Say whether the menu's entry gets a dot."""
    user = current_user()
    if _is_shared(user):
        return ""
    try:
        return "unread" if has_unread(database(), user) else ""
    except sqlite3.OperationalError:  # nobody has entered yet, and there is no table
        return ""


def has_unread(db: sqlite3.Connection, user: User) -> bool:
    """Whether there is a message that a user has not seen; his own do not count."""
    row = db.execute(
        "SELECT EXISTS(SELECT 1 FROM chat WHERE coalesce(mdel, 0)=0 AND xfrom IS NOT ?1"
        " AND msgid>min(coalesce((SELECT msgid FROM fx_chatread WHERE login=?1), 0),"
        "  coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name='chat'), 0)))",
        (user.login,),
    ).fetchone()
    return bool(row[0])


def _is_shared(user: User) -> bool:
    """Whether many people are this user, who has read nothing and everything."""
    return user.login in {"", ANONYMOUS}


def _is_due(db: sqlite3.Connection, login: str, msgid: int) -> bool:
    row = db.execute(
        "SELECT msgid, at<=strftime('%s')-? FROM fx_chatread WHERE login=?",
        (REST_SECONDS, login),
    ).fetchone()
    if row is None:
        return msgid > 0
    highest = store.highest_id(db)
    return bool(row[1]) and min(msgid, highest) > min(int(row[0]), highest)


def _write(db: sqlite3.Connection, login: str, msgid: int) -> None:
    """Go forward only; a number beyond all messages is of a table that is no more."""
    db.execute(
        "INSERT INTO fx_chatread(login, msgid, at)"
        " VALUES(?1, min(?2, ?3), CAST(strftime('%s') AS INTEGER))"
        " ON CONFLICT(login) DO UPDATE"
        " SET msgid=max(min(msgid, ?3), excluded.msgid), at=excluded.at",
        (login, msgid, store.highest_id(db)),
    )

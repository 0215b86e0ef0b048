"""The `user` table."""

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

from repoweb.accounts.capabilities import (
    SPECIAL_LOGINS,
    Letters,
    effective,
    in_order,
)
from repoweb.errors import RepowebError
from repoweb.repository.connection import recall
from repoweb.repository.password import hash_password
from repoweb.settings import read_text, write_text

_COLUMNS = (
    "uid, login, coalesce(pw,'') AS password, coalesce(cap,'') AS cap,"
    " coalesce(cookie,'') AS cookie,"
    " coalesce(cexpire,0)>julianday('now') AS cookie_alive,"
    " coalesce(info,'') AS info, datetime(mtime,'unixepoch') AS changed"
)
_LAST_UID = "fx-last-uid"
"""The `config` row with the highest number that a user had who was deleted: what is
bound to it must not come to another one."""

_LOGIN = r"[^\s\x00-\x1f\x7f\ud800-\udfff/\"'<>]{1,80}"
_EXPIRES = re.compile(r"expires (20\d\d-\d\d-\d\d)", re.IGNORECASE)
_COOKIE_BYTES = 25
_LEAST_COOKIE = 30  # characters; Fossil hands out a new one in place of a shorter one


_Pairs = tuple[tuple[str, str], ...]

_CAPS_KEPT = 1000
"""What the letters of a row come to is worked out once; most users share some."""


class AccountError(RepowebError):
    """A change to the `user` table was refused; nothing was written."""


@dataclass(frozen=True)
class Account:
    """A row of the `user` table."""

    uid: int
    login: str
    password: str = field(repr=False)
    cap: str
    cookie: str = field(repr=False)
    cookie_alive: bool
    info: str
    changed: str | None

    @property
    def is_special(self) -> bool:
        """Whether it stands for a group and cannot log in."""
        return self.login in SPECIAL_LOGINS

    @property
    def can_log_in(self) -> bool:
        """Fossil's conditions for a login with a password."""
        usable = bool(self.cap and self.password) and not self.is_special
        return usable and not self.expired

    @property
    def expired(self) -> bool:
        """Whether `info` has an "expires 20YY-MM-DD" that has passed."""
        found = _EXPIRES.search(self.info)
        today = datetime.now(UTC).date().isoformat()
        return found is not None and found[1] <= today


def project_code(db: sqlite3.Connection) -> str:
    """Return the project's code, a part of password hashes and cookies."""
    return read_text(db, "project-code") or ""


def find(db: sqlite3.Connection, login: str) -> Account | None:
    """Find an account by its login, exactly as written."""
    row = db.execute(f"SELECT {_COLUMNS} FROM user WHERE login=?", (login,)).fetchone()
    return _account(row) if row else None


def find_by_uid(db: sqlite3.Connection, uid: int) -> Account | None:
    """Find an account by its number in this file."""
    row = db.execute(f"SELECT {_COLUMNS} FROM user WHERE uid=?", (uid,)).fetchone()
    return _account(row) if row else None


def find_by_email(db: sqlite3.Connection, address: str) -> Account | None:
    """Find the account that has `<address>` in its `info`, unless it is ambiguous."""
    query = f"SELECT {_COLUMNS} FROM user WHERE instr(lower(info), lower(?))"
    rows = db.execute(query, (f"<{address}>",)).fetchall()
    return _account(rows[0]) if len(rows) == 1 else None


def find_with_special(
    db: sqlite3.Connection, login: str
) -> tuple[Account | None, Mapping[str, str]]:
    """Find an account, and the letters of the special users."""
    return find(db, login), special_letters(db)


def special_letters(db: sqlite3.Connection) -> Mapping[str, str]:
    """Map the logins of the special users to their capability letters."""
    return recall(db, "accounts.special", _special_letters)


def _special_letters(db: sqlite3.Connection) -> Mapping[str, str]:
    marks = ",".join("?" * len(SPECIAL_LOGINS))
    query = f"SELECT login, coalesce(cap,'') FROM user WHERE login IN ({marks})"
    return dict(map(tuple, db.execute(query, SPECIAL_LOGINS).fetchall()))


def letters_of(db: sqlite3.Connection, cap: str, *, logged_in: bool) -> Letters:
    """Compute what users with such letters may do, see `capabilities.effective`."""
    return _letters(cap, logged_in, tuple(special_letters(db).items()))


@lru_cache(_CAPS_KEPT)
def _letters(cap: str, logged_in: bool, special: _Pairs) -> Letters:
    return effective(cap, dict(special), logged_in=logged_in)


def every(db: sqlite3.Connection) -> list[Account]:
    """List all accounts, the special ones last."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM user ORDER BY login").fetchall()
    return sorted(map(_account, rows), key=lambda account: account.is_special)


def create(
    db: sqlite3.Connection, login: str, *, password: str, cap: str, info: str = ""
) -> None:
    """Add a user.

    Raises:
        AccountError: the login is taken or not allowed.
    """
    check_login(login)
    if find(db, login):
        message = f"there is a user “{login}” already"
        raise AccountError(message)
    db.execute(
        "INSERT INTO user(uid, login, pw, cap, info, mtime)"
        " VALUES(?, ?, ?, ?, ?, strftime('%s'))",
        (_new_uid(db), login, _hashed(db, login, password), in_order(cap), info),
    )


def _new_uid(db: sqlite3.Connection) -> int:
    """Return a number that no user has, or had before he was deleted here."""
    return max(_highest_uid(db), int(read_text(db, _LAST_UID) or 0)) + 1


def _highest_uid(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(uid), 0) FROM user").fetchone()[0])


def check_login(login: str) -> None:
    """Refuse logins that cookies or pages could not carry.

    Raises:
        AccountError: says what is allowed.
    """
    if login in SPECIAL_LOGINS:
        message = f"“{login}” is one of Fossil's own users"
        raise AccountError(message)
    if not re.fullmatch(_LOGIN, login):
        message = "a login has 1 to 80 characters without blanks, quotes, <, > and /"
        raise AccountError(message)


def set_password(db: sqlite3.Connection, login: str, password: str) -> None:
    """Change a password and end every session that was opened with the old one.

    Raises:
        AccountError: no such user, or one that cannot log in.
    """
    account = require(db, login)
    if account.is_special or not password:
        message = "this user has no password" if password else "the password is empty"
        raise AccountError(message)
    _update(db, login, "pw=?, cookie=NULL, cexpire=0", _hashed(db, login, password))


def set_capabilities(db: sqlite3.Connection, login: str, cap: str) -> None:
    """Change the capability letters; if they differ, end the user's sessions.

    Raises:
        AccountError: no such user.
    """
    if require(db, login).cap != in_order(cap):
        _update(db, login, "cap=?, cookie=NULL, cexpire=0", in_order(cap))


def set_info(db: sqlite3.Connection, login: str, info: str) -> None:
    """Change the contact information.

    Raises:
        AccountError: no such user.
    """
    if require(db, login).info != info:
        _update(db, login, "info=?", info)


def delete(db: sqlite3.Connection, login: str) -> None:
    """Remove a user; what he wrote stays.

    Raises:
        AccountError: no such user, or one of Fossil's own.
    """
    if require(db, login).is_special:
        message = f"“{login}” is one of Fossil's own users"
        raise AccountError(message)
    last = _new_uid(db) - 1
    write_text(db, _LAST_UID, str(last))
    db.execute("DELETE FROM user WHERE login=?", (login,))


def require(db: sqlite3.Connection, login: str) -> Account:
    """Return the account of a login.

    Raises:
        AccountError: there is none.
    """
    account = find(db, login)
    if account is None:
        message = f"there is no user “{login}”"
        raise AccountError(message)
    return account


def open_session(db: sqlite3.Connection, login: str, hours: float) -> str:
    """Return the secret for a login cookie; an unexpired one is shared by browsers."""
    account = require(db, login)
    reusable = account.cookie_alive and len(account.cookie) > _LEAST_COOKIE
    secret = account.cookie if reusable else ""
    secret = secret or secrets.token_hex(_COOKIE_BYTES).upper()
    db.execute(
        "UPDATE user SET cookie=?, cexpire=julianday('now')+?/24.0 WHERE login=?",
        (secret, hours, login),
    )
    return secret


def close_sessions(db: sqlite3.Connection, login: str) -> None:
    """End the sessions of all browsers of a user."""
    db.execute("UPDATE user SET cookie=NULL, cexpire=0 WHERE login=?", (login,))


def chatters(db: sqlite3.Connection) -> list[Account]:
    """List who may log in and chat: the letters C, a or s, own or inherited."""
    accounts = every(db)
    special = {a.login: a.cap for a in accounts if a.is_special}
    caps = {account.cap for account in accounts}  # most users share one of a few
    chatting = {c for c in caps if "C" in effective(c, special, logged_in=True)}
    return [a for a in accounts if a.can_log_in and a.cap in chatting]


def chatter_logins(db: sqlite3.Connection, most: int) -> list[str]:
    """List the logins of those who may log in and chat, as `chatters` does, sorted.

    Of hundreds of users it reads little more than that.
    """
    key = ("accounts.chatters", most, datetime.now(UTC).date())  # accounts expire
    return recall(db, key, lambda db: _chatter_logins(db, most))


def _chatter_logins(db: sqlite3.Connection, most: int) -> list[str]:
    caps = [row[0] for row in db.execute("SELECT DISTINCT cap FROM user") if row[0]]
    chatting = [c for c in caps if "C" in letters_of(db, c, logged_in=True)]
    dated = db.execute(f"SELECT {_COLUMNS} FROM user WHERE info LIKE '%expires 20%'")
    expired = [a.login for a in map(_account, dated.fetchall()) if a.expired]
    query = (
        "SELECT json_group_array(login) FROM (SELECT login FROM user WHERE pw<>''"
        " AND cap IN (SELECT value FROM json_each(?))"
        " AND login NOT IN (SELECT value FROM json_each(?)) ORDER BY login LIMIT ?)"
    )
    out = json.dumps([*SPECIAL_LOGINS, *expired])
    logins = db.execute(query, (json.dumps(chatting), out, most)).fetchone()[0]
    return cast("list[str]", json.loads(logins))


def is_chatter(db: sqlite3.Connection, login: str) -> bool:
    """Whether there is such a user who may log in and chat."""
    account = find(db, login)
    return (
        account is not None
        and account.can_log_in
        and "C" in letters_of(db, account.cap, logged_in=True)
    )


def administrators(db: sqlite3.Connection) -> list[str]:
    """List the logins of those who may give capabilities to others."""
    return [a.login for a in every(db) if a.can_log_in and set(a.cap) & {"a", "s"}]


def _account(row: sqlite3.Row) -> Account:
    return Account(**{**dict(row), "cookie_alive": bool(row["cookie_alive"])})


def _hashed(db: sqlite3.Connection, login: str, password: str) -> str:
    return hash_password(project_code(db), login, password) if password else ""


def _update(db: sqlite3.Connection, login: str, change: str, value: str) -> None:
    db.execute(
        f"UPDATE user SET {change}, mtime=strftime('%s') WHERE login=?",
        (value, login),
    )

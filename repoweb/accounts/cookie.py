"""Fossil's login cookie: one login serves `fossil server` and repoweb alike.

Formats: FOSSIL.md 5.3 and 5.4; `login_set_user_cookie` and
`login_set_anon_cookie` of Fossil's src/login.c.
"""

import hashlib
import hmac
import math
import sqlite3
from dataclasses import dataclass
from urllib.parse import quote, unquote

from repoweb.accounts import captcha
from repoweb.accounts.capabilities import ANONYMOUS
from repoweb.accounts.store import project_code
from repoweb.repository.connection import recall
from repoweb.settings import read_text

_CODE_LENGTH = 16
_PARTS = 3


@dataclass(frozen=True)
class LoginCookie:
    """The three parts of the cookie's value, `HASH/CODE/LOGIN`.

    For `anonymous` the middle part is the time of the login, a Julian day.
    """

    secret: str
    code: str
    login: str

    @classmethod
    def parse(cls, value: str) -> "LoginCookie | None":
        """Read a value, percent-encoded or not; None if it is not of the form."""
        parts = unquote(value).split("/", _PARTS - 1)
        return cls(*parts) if len(parts) == _PARTS and all(parts) else None

    def __str__(self) -> str:
        return quote(f"{self.secret}/{self.code}/{self.login}", safe="")


def cookie_name(db: sqlite3.Connection) -> str:
    """Name the cookie after the login group, or else after the project."""
    return recall(db, "accounts.cookie", _cookie_name)


def _cookie_name(db: sqlite3.Connection) -> str:
    row = db.execute(
        "SELECT value FROM config WHERE name IN ('login-group-code', 'project-code')"
        " ORDER BY name LIMIT 1"
    ).fetchone()
    return "fossil-" + (row[0] if row else "")[:_CODE_LENGTH]


def is_shared(db: sqlite3.Connection) -> bool:
    """Whether a login group shares the cookie, so that its path is the root."""
    return read_text(db, "login-group-code") is not None


def for_user(db: sqlite3.Connection, login: str, secret: str) -> LoginCookie:
    """Make the cookie of a session."""
    return LoginCookie(secret, project_code(db)[:_CODE_LENGTH], login)


def for_anonymous(db: sqlite3.Connection, user_agent: str) -> LoginCookie:
    """Make the cookie of somebody who solved the captcha, as Fossil 2.29 does."""
    now = str(db.execute("SELECT julianday('now')").fetchone()[0])
    newest = captcha.secrets(db)[0]
    return LoginCookie(_anonymous_hash(now, user_agent, newest), now, ANONYMOUS)


def anonymous_is_valid(
    db: sqlite3.Connection, cookie: LoginCookie, user_agent: str, minutes: int
) -> bool:
    """Check an anonymous cookie of this program or of Fossil 2.29."""
    begun = _julian_day(cookie.code)
    age = db.execute("SELECT (julianday('now')-?)*1440.0", (begun,)).fetchone()[0]
    return (
        age + 1 >= 0
        and age < minutes
        and any(
            hmac.compare_digest(
                _anonymous_hash(cookie.code, user_agent, secret).encode(),
                cookie.secret.encode(),
            )
            for secret in captcha.secrets(db)
        )
    )


def _julian_day(text: str) -> float:
    try:
        day = float(text)
    except ValueError:
        return 0.0
    return day if math.isfinite(day) else 0.0


def _anonymous_hash(time: str, user_agent: str, secret: str) -> str:
    text = f"{time}/{user_agent}/{secret}".encode("utf-8", "surrogateescape")
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()

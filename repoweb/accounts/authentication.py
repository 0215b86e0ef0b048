"""Finding out who makes a request, in the order of Fossil (FOSSIL.md 5.5)."""

import hmac
import sqlite3
from fnmatch import fnmatchcase

from flask import Request

from repoweb import settings
from repoweb.accounts import store, throttle
from repoweb.accounts.capabilities import ANONYMOUS, NOBODY, effective
from repoweb.accounts.cookie import LoginCookie, anonymous_is_valid, cookie_name
from repoweb.accounts.settings import (
    ANONYMOUS_MINUTES,
    BASIC_OK,
    DEFAULT_PRIVILEGES,
    PUBLIC_PAGES,
    REMOTE_USER_OK,
)
from repoweb.accounts.store import Account
from repoweb.accounts.user import Method, User
from repoweb.errors import RepowebError
from repoweb.repository.obscure import unobscure
from repoweb.repository.password import password_matches

LOCAL_USER = "repoweb.local_user"
"""Key of the WSGI environment by which `repoweb ui` vouches for a login."""


class WrongPassword(RepowebError):
    """A password did not fit; `login` is the name that was tried."""

    def __init__(self, login: str, method: Method) -> None:
        super().__init__("You entered an unknown user or an incorrect password.")
        self.login = login
        self.method = method


def authenticate(db: sqlite3.Connection, request: Request) -> User:
    """Return the user of a request; `nobody` if it says nothing.

    Raises:
        WrongPassword: HTTP Basic or `resid` and `token` were given, and wrong.
        TooManyFailures: the same, and they failed too often before.
    """
    login, method, secret = _claim(db, request)
    user = _with_letters(db, login, method, secret)
    public = str(settings.read(db, PUBLIC_PAGES))
    return _with_public_page(db, user, public, request.path) if public else user


def nobody(db: sqlite3.Connection) -> User:
    """Return the user that everybody is at least."""
    return _with_letters(db, "", Method.NONE, "")


def refresh(db: sqlite3.Connection, user: User) -> User:
    """Look again what a user may do; he is nobody if his session has ended."""
    if user.method is Method.COOKIE and user.login != ANONYMOUS:
        account = store.find(db, user.login)
        if account is None or not _session_is_open(account, user.secret):
            return nobody(db)
    return _with_letters(db, user.login, user.method, user.secret)


def check_password(
    db: sqlite3.Connection, login: str, password: str, address: str, method: Method
) -> Account:
    """Return the account of a login, or an e-mail address, with the right password.

    An unknown login costs the same work as a wrong password.

    Raises:
        WrongPassword: the caller counts it, outside of a reading connection.
        TooManyFailures: the password was not looked at.
    """
    account = store.find(db, login)
    if account is None and "@" in login:
        account = store.find_by_email(db, login)
    name = account.login if account else login
    throttle.check(db, name, address)
    stored = account.password if account and account.can_log_in else ""
    if not password_matches(stored, store.project_code(db), name, password):
        raise WrongPassword(name, method)
    assert account is not None  # noqa: S101 - a password matched
    return account


def _claim(db: sqlite3.Connection, request: Request) -> tuple[str, Method, str]:
    """Find the login that a request proves, the method, and the cookie's secret."""
    local = request.environ.get(LOCAL_USER)
    if local:
        return str(local), Method.LOCAL, ""
    cookie = LoginCookie.parse(request.cookies.get(cookie_name(db), ""))
    if cookie and _cookie_is_valid(db, cookie, request):
        return cookie.login, Method.COOKIE, cookie.secret
    remote_user = request.environ.get("REMOTE_USER")
    if remote_user and settings.read(db, REMOTE_USER_OK):
        account = store.find(db, remote_user)
        if account and account.can_log_in:
            return account.login, Method.REMOTE_USER, ""
    return _claim_with_password(db, request)


def _claim_with_password(
    db: sqlite3.Connection, request: Request
) -> tuple[str, Method, str]:
    address = request.remote_addr or ""
    basic = request.authorization
    if basic and basic.type == "basic" and settings.read(db, BASIC_OK):
        name, word = basic.username or "", basic.password or ""
        account = check_password(db, name, word, address, Method.BASIC)
        return account.login, Method.BASIC, ""
    resid, token = request.values.get("resid"), request.values.get("token")
    if resid and token:
        name, word = unobscure(resid), unobscure(token)
        account = check_password(db, name, word, address, Method.TOKEN)
        return account.login, Method.TOKEN, ""
    return "", Method.NONE, ""


def _cookie_is_valid(
    db: sqlite3.Connection, cookie: LoginCookie, request: Request
) -> bool:
    account = store.find(db, cookie.login)
    if account is None:
        return False
    if cookie.login == ANONYMOUS:
        if not (account.cap and account.password):
            return False
        minutes = int(settings.read(db, ANONYMOUS_MINUTES))
        agent = request.headers.get("User-Agent", "nil")
        return anonymous_is_valid(db, cookie, agent, minutes)
    return _session_is_open(account, cookie.secret)


def _session_is_open(account: Account, secret: str) -> bool:
    same = hmac.compare_digest(account.cookie.encode(), secret.encode())
    return same and bool(secret) and account.cookie_alive and account.can_log_in


def _with_letters(
    db: sqlite3.Connection, login: str, method: Method, secret: str
) -> User:
    account, special = store.find_with_special(db, login or NOBODY)
    anonymous = effective("", special, logged_in=True)
    if method is Method.LOCAL:
        letters = effective("sxy", special, logged_in=True)
    elif account is None or not login:
        login, letters = "", effective("", special)
    else:
        letters = effective(account.cap, special, logged_in=True)
    return User(login, letters, anonymous, method, secret)


def _with_public_page(
    db: sqlite3.Connection, user: User, globs: str, path: str
) -> User:
    patterns = globs.replace(",", " ").split()
    if not any(fnmatchcase(path, glob) for glob in patterns):
        return user
    _, special = store.find_with_special(db, NOBODY)
    more = effective(str(settings.read(db, DEFAULT_PRIVILEGES)), special)
    return User(
        user.login,
        user.letters | more,
        user.anonymous_letters,
        user.method,
        user.secret,
    )

"""Finding out who makes a request, in the order of Fossil (FOSSIL.md 5.5)."""

import hashlib
import hmac
import sqlite3
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import NamedTuple

from flask import Request

from repoweb import settings
from repoweb.accounts import store, throttle
from repoweb.accounts.capabilities import ANONYMOUS
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
from repoweb.plugin import Tokens
from repoweb.repository.obscure import unobscure
from repoweb.repository.password import password_matches

LOCAL_USER = "repoweb.local_user"
"""Key of the WSGI environment by which `repoweb ui` vouches for a login."""


class WrongPassword(RepowebError):
    """A password or a token did not fit; `login` is the name that is counted."""

    def __init__(self, login: str, method: Method) -> None:
        super().__init__(
            "This token is not valid."
            if method is Method.BEARER
            else "You entered an unknown user or an incorrect password."
        )
        self.login = login
        self.method = method


class Claim(NamedTuple):
    """The login that a request has proved, how, and by what."""

    login: str = ""
    method: Method = Method.NONE
    secret: str = ""
    tokens: Tokens | None = None
    account: Account | None = None
    """What was read on the way, and need not be read again."""


def authenticate(
    db: sqlite3.Connection, request: Request, tokens: Tokens | None = None
) -> User:
    """Return the user of a request; `nobody` if it says nothing.

    Args:
        tokens: of the plugin whose page is asked for, if it has any.

    Raises:
        WrongPassword: HTTP Basic, `resid` and `token`, or a bearer's token were
            given, and wrong.
        TooManyFailures: the same, and they failed too often before.
    """
    user = _with_letters(db, _claim(db, request, tokens))
    globs = _public_globs(db)
    if not globs:
        return user
    fitting = (glob for glob in globs if fnmatchcase(request.path, glob))
    return _on_public_page(db, user, next(fitting, ""))


def nobody(db: sqlite3.Connection) -> User:
    """Return the user that everybody is at least."""
    return _with_letters(db, Claim())


def refresh(db: sqlite3.Connection, user: User) -> User:
    """Look again what a user may do; he is nobody if what proved him is gone."""
    claim = Claim(user.login, user.method, user.secret, user.tokens)
    fresh = _with_letters(db, claim if _still_holds(db, user) else Claim())
    is_public = user.public and user.public in _public_globs(db)
    return _on_public_page(db, fresh, user.public if is_public else "")


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


def _claim(db: sqlite3.Connection, request: Request, tokens: Tokens | None) -> Claim:
    """Find the login that a request proves."""
    local = request.environ.get(LOCAL_USER)
    if local:
        return Claim(str(local), Method.LOCAL)
    if tokens and request.authorization and request.authorization.type == "bearer":
        return _claim_with_token(db, request, tokens)
    cookie = LoginCookie.parse(request.cookies.get(cookie_name(db), ""))
    if cookie:
        account = store.find(db, cookie.login)
        if _cookie_is_valid(db, cookie, account, request):
            secret = cookie.secret
            return Claim(cookie.login, Method.COOKIE, secret, account=account)
    remote_user = request.environ.get("REMOTE_USER")
    if remote_user and settings.read(db, REMOTE_USER_OK):
        account = store.find(db, remote_user)
        if account and account.can_log_in:
            return Claim(account.login, Method.REMOTE_USER)
    return _claim_with_password(db, request)


def _claim_with_token(
    db: sqlite3.Connection, request: Request, tokens: Tokens
) -> Claim:
    address = request.remote_addr or ""
    name = f"token from {address}"  # no login has a blank: nobody else is slowed down
    throttle.check(db, name, address)
    token = (request.authorization and request.authorization.token) or ""
    login = _bearer(db, tokens, token)
    if login is None:
        raise WrongPassword(name, Method.BEARER)
    return Claim(login, Method.BEARER, token, tokens)


def _bearer(db: sqlite3.Connection, tokens: Tokens, token: str) -> str | None:
    """Tell as whom a token speaks, if he is a user who might log in himself."""
    login = tokens.login_of(db, token)
    account = store.find(db, login) if login else None
    return login if account and account.can_log_in else None


def _claim_with_password(db: sqlite3.Connection, request: Request) -> Claim:
    address = request.remote_addr or ""
    basic = request.authorization
    if basic and basic.type == "basic" and settings.read(db, BASIC_OK):
        name, word = basic.username or "", basic.password or ""
        account = check_password(db, name, word, address, Method.BASIC)
        return Claim(account.login, Method.BASIC, _digest(account))
    resid, token = request.values.get("resid"), request.values.get("token")
    if resid and token:
        name, word = unobscure(resid), unobscure(token)
        account = check_password(db, name, word, address, Method.TOKEN)
        return Claim(account.login, Method.TOKEN, _digest(account))
    return Claim()


def _digest(account: Account) -> str:
    """Compute what changes whenever the password does."""
    return hashlib.sha256(account.password.encode()).hexdigest()


def _still_holds(db: sqlite3.Connection, user: User) -> bool:
    """Whether a user who has waited would be let in again."""
    if not user.login or user.method is Method.LOCAL or user.login == ANONYMOUS:
        return True
    if user.method is Method.BEARER:
        found = _bearer(db, user.tokens, user.secret) if user.tokens else None
        return found == user.login
    account = store.find(db, user.login)
    if account is None or not account.can_log_in:
        return False
    if user.method is Method.COOKIE:
        return _session_is_open(account, user.secret)
    return not user.secret or user.secret == _digest(account)


def _cookie_is_valid(
    db: sqlite3.Connection,
    cookie: LoginCookie,
    account: Account | None,
    request: Request,
) -> bool:
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


def _with_letters(db: sqlite3.Connection, claim: Claim) -> User:
    login, method, secret, tokens, account = claim
    if account is None and login:
        account = store.find(db, login)
    anonymous = store.letters_of(db, "", logged_in=True)
    if method is Method.LOCAL:
        letters = store.letters_of(db, "sxy", logged_in=True)
    elif account is None:
        login, letters = "", store.letters_of(db, "", logged_in=False)
    else:
        letters = store.letters_of(db, account.cap, logged_in=True)
    if tokens:
        letters &= tokens.letters
    return User(login, letters, anonymous, method, secret, tokens)


def _public_globs(db: sqlite3.Connection) -> list[str]:
    return str(settings.read(db, PUBLIC_PAGES)).replace(",", " ").split()


def _on_public_page(db: sqlite3.Connection, user: User, glob: str) -> User:
    """Add the default privileges where a pattern makes the page public."""
    if not glob:
        return user
    privileges = str(settings.read(db, DEFAULT_PRIVILEGES))
    more = store.letters_of(db, privileges, logged_in=False)
    return replace(user, letters=user.letters | more, public=glob)

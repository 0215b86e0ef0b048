"""Proof that a change was asked for by a page of this site.

A browser adds cookies by itself, so a request that a cookie authenticates must
also prove its origin: by Sec-Fetch-Site, else by Origin, else by Referer, else
by the form token. Requests with a password in them need none of that.
"""

import hashlib
import hmac
import string
from urllib.parse import urlsplit

from flask import Request

from repoweb.accounts.user import AMBIENT, User
from repoweb.errors import RepowebError

FIELD = "csrf"
_ALPHABET = string.ascii_lowercase + string.ascii_uppercase + string.digits + "-/"
_TOKEN_LENGTH = 15
_PORTS = {"http": 80, "https": 443}


class ForeignRequest(RepowebError):
    """A change was asked for without proof that this site's page asked for it."""

    def __init__(self) -> None:
        super().__init__("This request did not come from a page of this site.")


def form_token(user: User) -> str:
    """Compute the token of Fossil 2.29's forms (FOSSIL.md 5.7)."""
    secret = user.secret if user.method in AMBIENT else ""  # others need no token
    seed = (secret or "none").encode()
    digest = hashlib.sha1(seed, usedforsecurity=False).digest()
    return "".join(_ALPHABET[byte % 64] for byte in digest[:_TOKEN_LENGTH])


def is_own(request: Request, user: User) -> bool:
    """Whether a change may be made that is left undone if another site asks for it."""
    try:
        check(request, user)
    except ForeignRequest:
        return False
    return True


def check(request: Request, user: User) -> None:
    """Refuse a change that another site may have asked for.

    Raises:
        ForeignRequest: says so.
    """
    if user.method not in AMBIENT:
        return
    verdict = _same_origin(request)
    if verdict is None:
        verdict = _token_fits(request, user) or not user.is_authenticated
    if not verdict:
        raise ForeignRequest


def _same_origin(request: Request) -> bool | None:
    """Tell whether the request came from our origin, or None if it does not say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return None
    try:
        parts = urlsplit(source)
        offered = (parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme))
    except ValueError:
        return False
    own = urlsplit(request.host_url)
    return offered == (own.scheme, own.hostname, own.port or _PORTS[own.scheme])


def _token_fits(request: Request, user: User) -> bool:
    if not user.secret:
        return False  # everybody can compute the token
    offered = request.form.get(FIELD, "") or request.headers.get("X-CSRF-Token", "")
    expected = form_token(user)
    return hmac.compare_digest(offered.encode("utf-8", "replace"), expected.encode())

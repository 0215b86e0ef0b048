"""`repoweb ui`: the browser is signed in as the local administrator.

Fossil trusts every process of the machine that reaches the port. Here the
browser is opened with a secret, which it then keeps as a cookie.
"""

import hmac
import secrets
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from repoweb.accounts.authentication import LOCAL_USER

_COOKIE = "repoweb-ui"
_PATH = "/ui-start"

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]


class LocalUser:
    """WSGI middleware that vouches for whoever has the secret."""

    def __init__(self, application: Application, login: str) -> None:
        self._application = application
        self._login = login
        self._secret = secrets.token_urlsafe(24)

    @property
    def start_path(self) -> str:
        """Return the path and query that the browser has to open."""
        return f"{_PATH}?secret={self._secret}"

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Sign in the browser, or let the application serve the request."""
        if environ.get("PATH_INFO") == _PATH:
            return self._start(environ, start_response)
        if self._is_ours(_cookie(environ)):
            environ[LOCAL_USER] = self._login
        return self._application(environ, start_response)

    def _start(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        offered = parse_qs(environ.get("QUERY_STRING", "")).get("secret", [""])[0]
        if not self._is_ours(offered):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"This address has a wrong secret.\n"]
        cookie = f"{_COOKIE}={self._secret}; Path=/; HttpOnly; SameSite=Strict"
        headers = [("Location", "/"), ("Set-Cookie", cookie), ("Content-Length", "0")]
        start_response("303 See Other", headers)
        return [b""]

    def _is_ours(self, offered: str) -> bool:
        return hmac.compare_digest(offered.encode(), self._secret.encode())


def _cookie(environ: Environ) -> str:
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""

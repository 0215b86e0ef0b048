"""The pages /health, /health/probe and /health/hang."""

import time
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, abort, jsonify, request

from repoweb.accounts.guard import requires
from repoweb.health import token
from repoweb.web.current import database
from repoweb.web.hanging import hang

TEXT = "text/plain"
LONGEST_HANG = 900

pages = Blueprint("health", __name__)


@pages.get("/health")
@requires("*")
def health() -> Response:
    """Answer "ok" if the repository can be read; else the error page has status 503."""
    database().execute("SELECT count(*) FROM config").fetchone()
    return Response("ok\n", mimetype=TEXT)


@pages.get("/health/probe")
@requires("*")
def probe() -> Response:
    """Tell what the site has understood of a request: JSON, for the doctor."""
    _check_token()
    return jsonify(
        scheme=request.scheme,
        host=request.host,
        root=request.script_root,
        address=request.remote_addr,
        time=time.time(),
    )


@pages.get("/health/hang")
@requires("*")
def hang_for_a_while() -> Response:
    """Answer after so many seconds, as a poll that nothing ends."""
    _check_token()
    seconds = request.args.get("seconds", 0, type=int)
    return hang(Pause(min(max(seconds, 0), LONGEST_HANG)), TEXT)


class Pause:
    """A waiter to whom nothing happens; see `repoweb.web.hanging.Waiter`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def start(self, answer: Callable[[bytes], None]) -> None:
        """Begin to wait."""

    def expire(self) -> bytes:
        """End as planned."""
        return b"done\n"

    def leave(self) -> None:
        """End early."""


def _check_token() -> None:
    if not token.is_valid(database(), request.args.get("token", "")):
        abort(HTTPStatus.FORBIDDEN, "The token is not valid.")

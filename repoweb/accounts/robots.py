"""Pages that visitors see only after their browser showed that it runs scripts.

Fossil's setting `robot-restrict` names them, and the proof is Fossil's too, so that
one cookie is good for `fossil server` and repoweb: a number made of the time, the
visitor's address and browser, which the page hides in a sum (src/robot.c of 2.29).
Whoever is logged in, also as anonymous with a captcha, is not asked.
"""

import time
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request

from repoweb.accounts.current import current_user
from repoweb.accounts.settings import ROBOT_EXCEPTION, ROBOT_RESTRICT
from repoweb.repository.globs import matches
from repoweb.settings import FALSE_WORDS, read_text
from repoweb.web.current import database
from repoweb.web.errors import error_answer, wants_json
from repoweb.web.layout import here, href

COOKIE = "fossil-client-ok"
SLOT_SECONDS = 900
"""A proof is good for the rest of such a time, and for the next one."""

PROOF = "proof"
"""The parameter in which the page sends the number."""

STEPS = 500
_LEAST, _RANGE, _FACTOR, _WORD = 100_000_000, 900_000_000, 0x9E3779B1, 0xFFFFFFFF

TAGS = {
    **dict.fromkeys(("vdiff", "fdiff", "vpatch", "jchunk", "wdiff"), ("diff",)),
    **dict.fromkeys(("annotate", "blame", "praise"), ("annotate",)),
    **dict.fromkeys(("zip", "tarball", "sqlar", "download"), ("zip",)),
}
"""By what words of the setting pages are meant, besides their own names."""

_ARCHIVES = {"zip", "tarball", "sqlar"}

_COSTLY = frozenset(
    (
        *("b", "c", "uf", "cf", "from", "me", "p", "d", "dp", "df", "older"),
        *("p2", "d2", "dp2", "bid"),
    )
)
"""Parameters with which a timeline counts as `timelineX`."""

_NEVER = {
    *("", "home", "index", "login", "logout", "my", "static", "theme", "xfer"),
    *("robots.txt", "health", "favicon.ico"),
}


def proof(slot: int, address: str, agent: str) -> int:
    """Compute the number of a visitor for one of the slots of time."""
    number = slot & _WORD
    for byte in (address + agent).encode("utf-8", "surrogateescape"):
        number = (number + byte) * _FACTOR & _WORD
    return number % _RANGE + _LEAST


def init_app(app: Flask) -> None:
    """Ask for the proof before a page is made that needs it."""

    @app.before_request
    def keep_out() -> Response | None:
        page = request.path.strip("/").partition("/")[0]
        if page in _NEVER or request.method not in {"GET", "HEAD"}:
            return None
        if current_user().is_authenticated or not _is_restricted(page):
            return None
        return None if _has_cookie() or _is_exception() else _ask()


def _is_restricted(page: str) -> bool:
    setting = read_text(database(), ROBOT_RESTRICT.name) or ""
    if setting.strip().lower() in {*FALSE_WORDS, ""}:
        return False
    words = {page, *TAGS.get(page, ())}
    if page in {"timeline", "brtimeline"} and _COSTLY & request.args.keys():
        words.add("timelineX")
    if any(matches(word, setting) for word in words):
        return True
    if page not in _ARCHIVES or not matches("zipX", setting):
        return False
    from repoweb.accounts.robot_archives import is_free

    return not is_free(database())


def _has_cookie() -> bool:
    return request.cookies.get(COOKIE, "") in _proofs()


def _proofs() -> list[str]:
    now = int(time.time()) // SLOT_SECONDS
    agent = request.headers.get("User-Agent", "")
    address = request.remote_addr or ""
    return [str(proof(slot, address, agent)) for slot in (now, now - 1)]


def _is_exception() -> bool:
    """Whether a regular expression of the setting, one a line, matches the address."""
    from repoweb.repository.regexp import Regexp, RegexpError

    for line in (read_text(database(), ROBOT_EXCEPTION.name) or "").splitlines():
        try:
            if line.strip() and Regexp(line.strip()).finds(f"/{here()}"):
                return True
        except RegexpError:
            continue
    return False


def _ask() -> Response:
    given = request.args.get(PROOF, "")
    if given in _proofs():
        return _accept(given)
    if wants_json():
        message = "This is not for robots. Log in, or open a page of the site first."
        return error_answer(HTTPStatus.FORBIDDEN, message)
    page = render_template(
        "accounts/robot.html",
        start=int(_proofs()[0]) - STEPS * (STEPS + 1) // 2,
        steps=STEPS,
        parameter=PROOF,
    )
    return Response(page, HTTPStatus.FORBIDDEN, mimetype="text/html")


def _accept(number: str) -> Response:
    """Keep the proof in a cookie, and lead to the page without it."""
    rest = [(k, v) for k, v in request.args.items(multi=True) if k != PROOF]
    target = here().partition("?")[0] + (f"?{urlencode(rest)}" if rest else "")
    response = cast("Response", redirect(href(f"/{target}")))
    response.set_cookie(
        COOKIE,
        number,
        max_age=SLOT_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response

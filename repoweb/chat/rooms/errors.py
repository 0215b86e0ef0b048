"""What goes wrong in rooms: plain text for guests' programs, else as in the chat."""

import sqlite3
from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import HTTPException, NotFound

from repoweb.accounts import denial
from repoweb.accounts.csrf import ForeignRequest
from repoweb.accounts.guard import AccessDenied
from repoweb.chat import answers, errors
from repoweb.chat.incoming import BadMessage
from repoweb.chat.rooms.access import NO_SUCH_ROOM, RoomClosed
from repoweb.chat.rooms.blueprint import pages
from repoweb.chat.rooms.limits import Blocked, TooOften
from repoweb.errors import RepowebError
from repoweb.repository.errors import RepositoryError
from repoweb.web import errors as web
from repoweb.web.hanging import TooManyWaiting

PAGE = "chat.rooms.page"
PLAIN = ("chat.rooms.chaton_", "chat.rooms.hchatd_")
"""The endpoints of the guests' programs begin so."""


@pages.errorhandler(Blocked)
def blocked(error: Blocked) -> Response:
    """Refuse somebody from a network that is not let in."""
    return _answer(error, HTTPStatus.FORBIDDEN, answers.PERMISSION)


@pages.errorhandler(RoomClosed)
def closed(error: RoomClosed) -> Response:
    """Refuse a message to a room that is only read."""
    return _answer(error, HTTPStatus.FORBIDDEN, answers.PERMISSION)


@pages.errorhandler(TooOften)
def too_often(error: TooOften) -> Response:
    """Ask to come back later."""
    response = _answer(error, HTTPStatus.TOO_MANY_REQUESTS, "rate")
    response.headers["Retry-After"] = str(error.seconds)
    return response


@pages.errorhandler(AccessDenied)
def denied(error: AccessDenied) -> Response:
    """Refuse somebody who may not read, or not write."""
    if _is_plain():
        return _plain(HTTPStatus.FORBIDDEN, "You may not do this here.")
    if request.endpoint == PAGE:  # guests need not know who the administrators are
        return denial.access_denied(error)
    return errors.denied(error)


@pages.errorhandler(ForeignRequest)
def foreign(error: ForeignRequest) -> Response:
    """Refuse what another site may have asked for."""
    return (
        _plain(HTTPStatus.FORBIDDEN, str(error))
        if _is_plain()
        else errors.foreign(error)
    )


@pages.errorhandler(BadMessage)
def bad_message(error: BadMessage) -> Response:
    """Refuse a message that is too long, or none."""
    return _answer(error, error.status, error.code)


@pages.errorhandler(TooManyWaiting)
def too_many_waiting(error: TooManyWaiting) -> Response:
    """Ask to come back later."""
    if _is_plain():
        response = _plain(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        response.headers["Retry-After"] = errors.RETRY_SECONDS
        return response
    return errors.too_many_waiting(error)


@pages.errorhandler(RepositoryError)
def unusable(error: RepositoryError) -> Response:
    """Tell that the file cannot be read or written now."""
    if _is_plain():
        return _plain(HTTPStatus.SERVICE_UNAVAILABLE, error.public_message)
    return errors.unusable(error)


@pages.errorhandler(sqlite3.OperationalError)
def sqlite_error(error: sqlite3.OperationalError) -> Response:
    """Tell that there is no such room, if it was deleted in this very moment."""
    if not str(error).startswith("no such table: fx_chatroom"):
        return web.sqlite_error(error)
    return http_error(NotFound(NO_SUCH_ROOM))


@pages.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Answer a program in words."""
    if _is_plain() and error.code is not None and error.response is None:
        return _plain(HTTPStatus(error.code), error.description or error.name)
    return web.http_error(error)


def _is_plain() -> bool:
    return (request.endpoint or "").startswith(PLAIN)


def _answer(error: RepowebError, status: HTTPStatus, code: str) -> Response:
    if _is_plain():
        return _plain(status, str(error))
    return errors.refusal(status, str(error), code)


def _plain(status: HTTPStatus, text: str) -> Response:
    return Response(text + "\n", status, mimetype="text/plain")

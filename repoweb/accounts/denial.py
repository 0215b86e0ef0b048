"""What a request gets that may not do what it asks for."""

from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from flask import Flask, Response, redirect, request

from repoweb.accounts import throttle
from repoweb.accounts.authentication import WrongPassword
from repoweb.accounts.csrf import ForeignRequest
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import SAFE_METHODS, AccessDenied
from repoweb.accounts.logs import log_login
from repoweb.accounts.user import Method
from repoweb.repository.errors import RepositoryError
from repoweb.web.current import repository
from repoweb.web.errors import error_answer, repository_error, wants_json
from repoweb.web.layout import here, href


def init_app(app: Flask) -> None:
    """Handle the errors of guard, csrf, authentication and throttle."""
    app.register_error_handler(AccessDenied, access_denied)
    app.register_error_handler(ForeignRequest, foreign_request)
    app.register_error_handler(WrongPassword, wrong_password)
    app.register_error_handler(throttle.TooManyFailures, too_many_failures)


def access_denied(error: AccessDenied) -> Response:
    """Lead somebody who is not logged in to the login page and back afterwards."""
    if current_user().is_authenticated:
        message = f"You lack the capability that this page needs ({error.needs})."
        return error_answer(HTTPStatus.FORBIDDEN, message)
    if wants_json() or request.method not in SAFE_METHODS:
        return error_answer(HTTPStatus.UNAUTHORIZED, str(error))
    return cast("Response", redirect(href(f"/login?g={quote(here(), safe='/')}")))


def foreign_request(error: ForeignRequest) -> Response:
    """Refuse what another site may have asked for."""
    return error_answer(HTTPStatus.FORBIDDEN, str(error))


def wrong_password(error: WrongPassword) -> Response:
    """Count the failure and ask for a password."""
    try:
        count_failure(error.login)
    except RepositoryError as unusable:
        return repository_error(unusable)
    answer = error_answer(HTTPStatus.UNAUTHORIZED, str(error))
    if error.method is Method.BASIC:
        answer.headers["WWW-Authenticate"] = 'Basic realm="repoweb", charset="UTF-8"'
    if error.method is Method.BEARER:
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return answer


def count_failure(login: str) -> None:
    """Remember that a password was wrong.

    Raises:
        RepositoryError: it cannot be written down.
    """
    address = request.remote_addr or ""
    with repository().writing() as db:
        throttle.note_failure(db, login, address)
        log_login(db, login, address, success=False)


def too_many_failures(error: throttle.TooManyFailures) -> Response:
    """Ask whoever guesses passwords to wait."""
    answer = error_answer(HTTPStatus.TOO_MANY_REQUESTS, str(error))
    answer.headers["Retry-After"] = str(throttle.WINDOW_SECONDS)
    return answer

"""Error pages: the same error is HTML or JSON, by what was asked."""

import logging
import sqlite3
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from repoweb.repository.errors import RepositoryError, explain
from repoweb.repository.loading import ArtifactError
from repoweb.repository.names import AmbiguousName
from repoweb.web.current import repository

log = logging.getLogger(__name__)

RETRY_SECONDS = 10


def wants_json() -> bool:
    """Whether the client would rather have JSON than a page."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def error_answer(status: int, message: str) -> Response:
    """Answer with an error, as a page or as `{"error": message}`."""
    if wants_json():
        response = jsonify(error=message)
    else:
        title = HTTPStatus(status).phrase
        response = Response(_page(title, message), mimetype="text/html")
    response.status_code = status
    return response


def _page(title: str, message: str) -> str:
    """Render the error with the site's menu, or without if there is no reading it."""
    try:
        return render_template("web/error.html", title=title, message=message)
    except (RepositoryError, sqlite3.Error):
        return render_template("web/bare.html", title=title, message=message)


def init_app(app: Flask) -> None:
    """Handle every kind of error that a request can end with."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(RepositoryError, repository_error)
    app.register_error_handler(ArtifactError, _artifact_error)
    app.register_error_handler(AmbiguousName, _ambiguous_name)
    app.register_error_handler(sqlite3.Error, sqlite_error)
    app.register_error_handler(Exception, _fault)


def http_error(error: HTTPException) -> Response:
    """Answer with an error of HTTP, and its headers."""
    if error.response is not None or error.code is None:
        return cast("Response", error.get_response(request.environ))
    answer = error_answer(error.code, error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def repository_error(error: RepositoryError) -> Response:
    """Answer that the repository cannot be used now, with status 503."""
    log.warning("%s", error)
    answer = error_answer(HTTPStatus.SERVICE_UNAVAILABLE, error.public_message)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _artifact_error(error: ArtifactError) -> Response:
    """Answer that what a page should show is not here, or is damaged."""
    log.info("%s", error)
    return error_answer(HTTPStatus.NOT_FOUND, str(error))


def _ambiguous_name(error: AmbiguousName) -> Response:
    return error_answer(HTTPStatus.NOT_FOUND, f"{error} Write more of its digits.")


def sqlite_error(error: sqlite3.Error) -> Response:
    """Answer as to a RepositoryError; a family of pages may have a form of its own."""
    explained = explain(error, repository().path)
    if explained is None:
        return _fault(error)
    return cast("Response", current_app.handle_user_exception(explained))


def _fault(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    message = "repoweb made a mistake. The server's log has the details."
    return error_answer(HTTPStatus.INTERNAL_SERVER_ERROR, message)

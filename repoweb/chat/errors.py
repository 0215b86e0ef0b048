"""What goes wrong in the chat, in the form that its clients understand."""

import logging
from http import HTTPStatus

from flask import Response, render_template, request
from markupsafe import escape
from werkzeug.exceptions import RequestEntityTooLarge

from repoweb.accounts import denial, store
from repoweb.accounts.authentication import WrongPassword
from repoweb.accounts.csrf import ForeignRequest
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import AccessDenied
from repoweb.accounts.throttle import TooManyFailures
from repoweb.chat import answers
from repoweb.chat.blueprint import pages
from repoweb.chat.entering import NotIndexed
from repoweb.chat.incoming import BadMessage
from repoweb.chat.rate import TooManyMessages
from repoweb.chat.store import NotDeletable
from repoweb.chat.streams import NoStreams
from repoweb.repository.errors import RepositoryError
from repoweb.web.current import database
from repoweb.web.errors import error_answer, repository_error
from repoweb.web.hanging import TooManyWaiting

log = logging.getLogger(__name__)

JSON = "application/json"
LISTS = frozenset({"chat.poll", "chat.query", "chat.stream"})
PROTOCOL = LISTS | {"chat.send", "chat.delete", "chat.fetch_one", "chat.backup"}
"""What programs ask for, Fossil's among them; all others are pages."""

RETRY_SECONDS = "10"


@pages.errorhandler(AccessDenied)
def denied(error: AccessDenied) -> Response:
    """Refuse: a page for people, Fossil's JSON with status 200 for its clients."""
    user = current_user()
    if _endpoint() == "chat.page":
        status = HTTPStatus.FORBIDDEN if user.login else HTTPStatus.UNAUTHORIZED
        admins = store.administrators(database()) if user.login else []
        page = render_template("chat/denied.html", admins=admins)
        return Response(page, status, mimetype="text/html")
    if _is_for_people():
        return denial.access_denied(error)
    body = answers.permission_error(
        request.script_root,
        logged_in=bool(user.login),
        in_list=_endpoint() in LISTS,
    )
    return Response(body, mimetype=JSON)


@pages.errorhandler(WrongPassword)
def wrong_password(error: WrongPassword) -> Response:
    """Count the failure; Fossil's clients look for "not logged in"."""
    counted = denial.wrong_password(error)
    if _is_for_people():
        return counted
    return denied(AccessDenied("C"))


@pages.errorhandler(ForeignRequest)
def foreign(error: ForeignRequest) -> Response:
    """Refuse what another site may have asked for, in Fossil's words."""
    if _is_for_people():
        return denial.foreign_request(error)
    return Response(
        answers.error("CSRF validation failure.", answers.CSRF), mimetype=JSON
    )


@pages.errorhandler(BadMessage)
def bad_message(error: BadMessage) -> Response:
    """Refuse a message that is too long or too large."""
    return refusal(error.status, str(error), error.code)


@pages.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """Refuse a form with more text than is ever read into memory."""
    return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error.description), "big")


@pages.errorhandler(TooManyMessages)
def too_many_messages(error: TooManyMessages) -> Response:
    """Ask to send again later; the page does so by itself."""
    answer = refusal(HTTPStatus.TOO_MANY_REQUESTS, str(error), answers.RATE)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


@pages.errorhandler(NotIndexed)
def not_indexed(error: NotIndexed) -> Response:
    """Tell that nothing can be searched for."""
    return refusal(HTTPStatus.CONFLICT, str(error), "readonly")


@pages.errorhandler(NotDeletable)
def not_deletable(error: NotDeletable) -> Response:
    """Refuse to delete somebody else's message."""
    return refusal(HTTPStatus.FORBIDDEN, str(error), answers.PERMISSION)


@pages.errorhandler(TooManyWaiting)
def too_many_waiting(error: TooManyWaiting) -> Response:
    """Ask to come back later."""
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), answers.BUSY)


@pages.errorhandler(NoStreams)
def no_streams(error: NoStreams) -> Response:
    """Send a page to the polls."""
    return refusal(error.status, str(error), "off")


@pages.errorhandler(TooManyFailures)
def too_many_failures(error: TooManyFailures) -> Response:
    """Ask whoever guesses passwords to wait."""
    if _is_for_people():
        return denial.too_many_failures(error)
    return refusal(HTTPStatus.TOO_MANY_REQUESTS, str(error), answers.LOGIN)


@pages.errorhandler(RepositoryError)
def unusable(error: RepositoryError) -> Response:
    """Tell that the file cannot be read or written now."""
    if _is_for_people():
        return repository_error(error)
    log.warning("%s", error)
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, error.public_message, "repository")


def _endpoint() -> str:
    """Tell what was asked for; in a room it is called as in the chat."""
    return (request.endpoint or "").replace("chat.rooms.", "chat.")


def _is_for_people() -> bool:
    """Whether a page is wanted: by the address, or by a form without scripts."""
    if _endpoint() not in PROTOCOL:
        return True
    try:
        return "back" in request.form
    except RequestEntityTooLarge:  # it cannot be read, and only browsers want HTML
        kinds = ["application/json", "text/html"]
        return request.accept_mimetypes.best_match(kinds) == "text/html"


def refusal(status: HTTPStatus, text: str, code: str) -> Response:
    """Answer with an error; Fossil's command line only reads those with status 200."""
    if _is_for_people():
        return error_answer(status, text)
    body = answers.error(str(escape(text)), code, in_list=_endpoint() in LISTS)
    is_fossil = request.user_agent.string.startswith("Fossil/")
    response = Response(body, HTTPStatus.OK if is_fossil else status, mimetype=JSON)
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response

"""What goes wrong when posts are written."""

from http import HTTPStatus

from flask import Response

from repoweb.forum.blueprint import pages
from repoweb.forum.store import CannotPost, PostChanged
from repoweb.web.errors import error_answer


@pages.errorhandler(CannotPost)
def cannot_post(error: CannotPost) -> Response:
    """Say why a post cannot be written."""
    return error_answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


@pages.errorhandler(PostChanged)
def post_changed(error: PostChanged) -> Response:
    """Say that somebody else was faster."""
    return error_answer(HTTPStatus.CONFLICT, str(error))

"""What lies before the repositories of a folder: their list, and what is not found."""

from collections.abc import Callable, Sequence

from flask import Flask, Response, redirect, render_template, request
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as BaseResponse

from repoweb.repository.errors import RepositoryError
from repoweb.resources import resource
from repoweb.web import assets
from repoweb.web.headers import add_policies

ERROR_KEY = "repoweb.error"
"""Key of the WSGI environment: why a repository cannot be served."""

_NOT_FOUND, _UNAVAILABLE = 404, 503
_RETRY_SECONDS = "10"


def make_entrance(
    listed: Callable[[], Sequence[object]] | None, not_found: str
) -> Flask:
    """Make the application of the bare folder.

    Args:
        listed: gives the rows of the list; None if there shall be none.
        not_found: the address to go to for what does not exist, or "".
    """
    app = Flask(
        "repoweb", template_folder=str(resource("templates")), static_folder=None
    )
    app.jinja_env.undefined = StrictUndefined
    assets.init_app(app, resource("static"))
    app.after_request(add_policies)

    @app.before_request
    def unavailable() -> Response | None:
        error = request.environ.get(ERROR_KEY)
        if not isinstance(error, RepositoryError):
            return None
        answer = _page("Service Unavailable", error.public_message, _UNAVAILABLE)
        answer.headers["Retry-After"] = _RETRY_SECONDS
        return answer

    @app.get("/")
    def index() -> BaseResponse:
        if listed is None:
            return missing(None)
        page = render_template("operating/list.html", repositories=listed())
        return Response(page)

    @app.errorhandler(_NOT_FOUND)
    def missing(_error: object) -> BaseResponse:
        if not_found:
            return redirect(not_found)
        return _page("Not Found", "There is no such repository.", _NOT_FOUND)

    return app


def _page(title: str, message: str, status: int) -> Response:
    page = render_template("web/bare.html", title=title, message=message)
    return Response(page, status)

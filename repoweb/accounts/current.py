"""The user of the request that is being served, carried by flask-login."""

from typing import cast

import flask_login
from flask import Flask, Request, g, request

from repoweb.accounts import csrf
from repoweb.accounts.authentication import WrongPassword, authenticate, nobody
from repoweb.accounts.throttle import TooManyFailures
from repoweb.accounts.user import User
from repoweb.web.current import database

LOGIN_KEY = "repoweb.login"
"""Key of the WSGI environment that tells the server's log who made a request."""


def current_user() -> User:
    """Return the user; `nobody` has an empty login."""
    # flask-login hands out a proxy; the object behind it is what we want.
    return cast("User", flask_login.current_user._get_current_object())  # noqa: SLF001


def init_app(app: Flask) -> None:
    """Find out who makes a request before anything else is done with it."""
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the session is Fossil's cookie, not Flask's
    manager.request_loader(_load)
    app.template_global("csrf_token")(lambda: csrf.form_token(current_user()))

    @app.before_request
    def identify() -> None:
        if request.endpoint != "static":
            request.environ[LOGIN_KEY] = current_user().login  # for the log


def _load(this: Request) -> User:
    if "refused" in g:
        return nobody(database())
    try:
        return authenticate(database(), this)
    except (WrongPassword, TooManyFailures):
        g.refused = True  # so that the error page can be shown to nobody
        raise

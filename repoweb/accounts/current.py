"""The user of the request that is being served, carried by flask-login."""

import sqlite3
from typing import cast

import flask_login
from flask import Flask, Request, g, request

from repoweb.accounts import csrf
from repoweb.accounts.authentication import authenticate, nobody
from repoweb.accounts.user import User
from repoweb.plugin import Tokens, load
from repoweb.repository.errors import RepositoryError
from repoweb.web.current import database, site

LOGIN_KEY = "repoweb.login"
"""Key of the WSGI environment that tells the server's log who made a request."""

_NO_COOKIE = ";"
"""A name that no cookie has: flask-login would prefer one of its own to ours, and
another application on the same host may have set it."""


def current_user() -> User:
    """Return the user; `nobody` has an empty login."""
    if "identified" in g:
        return cast("User", g.identified)
    # flask-login hands out a proxy; the object behind it is what we want.
    return cast("User", flask_login.current_user._get_current_object())  # noqa: SLF001


def init_app(app: Flask) -> None:
    """Find out who makes a request before anything else is done with it.

    What goes wrong with that is answered like any other error; to the page that
    says so, and to flask-login, its reader is nobody.
    """
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the session is Fossil's cookie, not Flask's
    manager.request_loader(_identified)
    app.config["REMEMBER_COOKIE_NAME"] = _NO_COOKIE
    app.template_global("csrf_token")(lambda: csrf.form_token(current_user()))

    @app.before_request
    def identify() -> None:
        if request.endpoint != "static":
            user = g.identified = authenticate(database(), request, _tokens())
            # It would call `_identified`, but only after a digest of the address.
            manager._update_request_context_with_user(user)  # noqa: SLF001
            request.environ[LOGIN_KEY] = user.login  # for the log


def _tokens() -> Tokens | None:
    """Return the tokens of the plugin whose page is asked for."""
    tokens = site().tokens.get(request.blueprint or "")
    return None if tokens is None else load(tokens)


def _identified(_request: Request) -> User:
    if "identified" in g:
        return cast("User", g.identified)
    try:
        return nobody(database())
    except (RepositoryError, sqlite3.Error):
        return User()

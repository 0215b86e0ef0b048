"""Assembling the application: repository, accounts, plugins, error pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

from repoweb import accounts
from repoweb.accounts import guard
from repoweb.plugin import Plugin
from repoweb.plugins import all_plugins
from repoweb.repository.repository import Repository
from repoweb.resources import resource
from repoweb.web import (
    assets,
    compression,
    current,
    errors,
    families,
    headers,
    layout,
    pagecache,
    unchanged,
)
from repoweb.web.request import FossilRequest
from repoweb.web.rules import LateRule
from repoweb.web.site import EXTENSION, Site

MIB = 1024 * 1024

Function = TypeVar("Function", bound=Callable[..., Any])


class Application(Flask):
    """Flask's application, for plain functions as views."""

    request_class = FossilRequest
    url_rule_class = LateRule

    def ensure_sync(self, func: Function) -> Function:
        """Return it: flask would look at ten functions for each request, if async."""
        return func


def create_app(
    repository: Repository,
    plugins: tuple[Plugin, ...] | None = None,
    path: str | None = None,
) -> Flask:
    """Make the WSGI application that serves a repository.

    Args:
        repository: the open file; the caller closes it.
        plugins: default: the built-in ones and those of installed packages.
        path: the only one that will be asked for; what it does not need is left out.
    """
    chosen = all_plugins() if plugins is None else plugins
    app = Application(
        "repoweb", template_folder=str(resource("templates")), static_folder=None
    )
    app.config["MAX_FORM_MEMORY_SIZE"] = MIB
    app.config["MAX_FORM_PARTS"] = 100
    app.config["POLL_SECONDS"] = 420
    app.config["STREAMS"] = True
    app.config["HSTS"] = False
    app.extensions[EXTENSION] = Site(repository, chosen)
    assets.init_app(app, resource("static"))
    layout.init_app(app)
    errors.init_app(app)
    compression.init_app(app)
    headers.init_app(app)
    unchanged.init_app(app)
    pagecache.init_app(app)
    current.init_app(app)
    accounts.init_app(app)
    families.register(app, chosen, path)
    guard.require_guards(app)
    if path is None:
        families.load_all(chosen)
    else:
        app.url_build_error_handlers.append(_addresses_of_all(repository, chosen))
    return app


def _addresses_of_all(
    repository: Repository, plugins: tuple[Plugin, ...]
) -> Callable[[Exception, str, dict[str, Any]], str]:
    """Let an application that is not whole ask one that is how an address is written.

    Only plugins of others ask for the addresses of pages that are not their own.
    """

    def build(_error: Exception, endpoint: str, values: dict[str, Any]) -> str:
        whole = create_app(repository, plugins)
        with whole.request_context(request.environ):
            return whole.url_for(endpoint, **values)

    return build

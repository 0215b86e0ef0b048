"""The chat's blueprint, and what it keeps for an application."""

from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask.blueprints import BlueprintSetupState

from repoweb.accounts.current import current_user
from repoweb.accounts.user import Method
from repoweb.chat import incoming, tokens
from repoweb.chat.hub import Hub
from repoweb.chat.render import Renderer
from repoweb.chat.settings import MIB
from repoweb.chat.watcher import Watcher
from repoweb.web.assets import version_of
from repoweb.web.current import database, repository
from repoweb.web.menu import has_page
from repoweb.web.site import EXTENSION

_KEY = "repoweb.chat"
SENDING = "chat.send"


@dataclass(frozen=True)
class Chat:
    """The chat of one application."""

    hub: Hub
    renderer: Renderer
    watcher: Watcher


def chat_of(app: Flask) -> Chat:
    """Return the chat of an application."""
    return cast("Chat", app.extensions[_KEY])


def chat() -> Chat:
    """Return the chat of the current application."""
    return chat_of(current_app)


def _set_up(state: BlueprintSetupState) -> None:
    """Make the chat when its blueprint is registered."""
    app = cast("Flask", state.app)
    renderer = Renderer(app.jinja_env, partial(has_page, app))
    watcher = Watcher(app.extensions[EXTENSION].repository)
    hub = Hub(watcher, renderer, version_of(app))
    app.extensions[_KEY] = Chat(hub, renderer, watcher)


def _check_size(endpoint: str | None, _values: object) -> None:
    """Refuse a body that is too large before anybody looks for a login in it."""
    if endpoint == SENDING and (request.content_length or 0) > MIB:
        try:
            incoming.check_size(database(), request)
        except incoming.BadMessage:
            request.max_content_length = 0  # nobody takes it apart any more
            raise


def _note_token() -> None:
    """Write down that the token of a program was used."""
    user = current_user()
    if user.method is Method.BEARER:
        tokens.note_use(repository(), user.secret)


pages = Blueprint("chat", __name__)
pages.url_value_preprocessor(_check_size)
pages.before_request(_note_token)
pages.record(_set_up)

"""The chat's blueprint, and what it keeps for an application."""

from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import Blueprint, Flask, current_app
from flask.blueprints import BlueprintSetupState

from repoweb.chat.hub import Hub
from repoweb.chat.render import Renderer
from repoweb.chat.watcher import Watcher
from repoweb.web.assets import version_of
from repoweb.web.menu import has_page
from repoweb.web.site import EXTENSION

_KEY = "repoweb.chat"


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


pages = Blueprint("chat", __name__)
pages.record(_set_up)

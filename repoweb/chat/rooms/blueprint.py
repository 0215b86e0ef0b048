"""The rooms' part of the chat's blueprint, and what an application keeps of them."""

import threading
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g
from flask.blueprints import BlueprintSetupState

from repoweb.chat.blueprint import chat
from repoweb.chat.rooms.clients import Clients
from repoweb.chat.rooms.hub import RoomHub
from repoweb.chat.rooms.room import Room
from repoweb.web.assets import version_of

_KEY = "repoweb.rooms"


class Rooms:
    """What the rooms of one application remember while it runs."""

    def __init__(self) -> None:
        self.clients = Clients()
        self._lock = threading.Lock()
        self._hubs: dict[int, RoomHub] = {}

    def hub(self, room: Room) -> RoomHub:
        """Return the hub of a room, where its requests wait."""
        with self._lock:
            hub = self._hubs.get(room.id)
            if hub is None:
                watcher, renderer = chat().watcher, chat().renderer
                version = version_of(current_app)
                hub = RoomHub(watcher, renderer, version, room, self.clients)
                self._hubs[room.id] = hub
            hub.room = room  # its rules may have changed
            return hub

    def announce(self, room: Room) -> None:
        """Look at once what was written in a room."""
        self.hub(room).announce()

    def forget(self, room: Room) -> None:
        """Release all who wait in a room that was deleted."""
        with self._lock:
            hub = self._hubs.pop(room.id, None)
        if hub is not None:
            hub.dissolve()


def rooms() -> Rooms:
    """Return the rooms of the current application."""
    return cast("Rooms", current_app.extensions[_KEY])


def _set_up(state: BlueprintSetupState) -> None:
    cast("Flask", state.app).extensions[_KEY] = Rooms()


def _keep_secret(response: Response) -> Response:
    """Ask search engines to forget a room that is not listed."""
    if g.get("secret_room"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


pages = Blueprint("rooms", __name__)
pages.after_request(_keep_secret)
pages.record(_set_up)

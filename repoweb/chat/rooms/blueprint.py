"""The rooms' blueprint, and what it keeps for an application."""

from dataclasses import dataclass, field
from typing import cast

from flask import Blueprint, Flask, current_app
from flask.blueprints import BlueprintSetupState

from repoweb.chat.rooms.clients import Clients

_KEY = "repoweb.rooms"


@dataclass(frozen=True)
class Rooms:
    """What the rooms of one application remember while it runs."""

    clients: Clients = field(default_factory=Clients)


def rooms() -> Rooms:
    """Return the rooms of the current application."""
    return cast("Rooms", current_app.extensions[_KEY])


def _set_up(state: BlueprintSetupState) -> None:
    cast("Flask", state.app).extensions[_KEY] = Rooms()


pages = Blueprint("rooms", __name__)
pages.record(_set_up)

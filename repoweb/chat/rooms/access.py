"""Who comes into a room, as whom, and what he may do there."""

import hashlib
import re
from http import HTTPStatus
from typing import NoReturn

from flask import abort, g, request

from repoweb.accounts.capabilities import ANONYMOUS
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import AccessDenied
from repoweb.chat.rooms import limits, registry
from repoweb.chat.rooms.clients import Place
from repoweb.chat.rooms.names import marked
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.store import Author
from repoweb.errors import RepowebError
from repoweb.web.current import database

IDENTITY = "repoweb-room"
"""The cookie by which a guest is the same one in his next request."""

NO_SUCH_ROOM = "There is no such room."
LONGEST_NAME = 40
CLIENTS_PER_REQUEST = 4
"""So many clients of Chaton may come from an address for each waiting request."""

_IDENTITY = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SHORT = 4


class RoomClosed(RepowebError):
    """A room may only be read."""

    def __init__(self) -> None:
        super().__init__("This room is closed. It can be read, but not written to.")


def find_room(name: str) -> Room:
    """Return the room of an address; without one there is no such page."""
    room = registry.find(database(), name) if registry.are_any(database()) else None
    return room or no_such_room()


def no_such_room() -> NoReturn:
    """Answer that there is no such page."""
    abort(HTTPStatus.NOT_FOUND, NO_SUCH_ROOM)


def enter(name: str) -> Room:
    """Return a room that the current user may read.

    Raises:
        AccessDenied: he may not.
        Blocked: nobody from his network may.
    """
    room = find_room(name)
    g.secret_room = not room.rules.listed
    limits.check_network(room, request.remote_addr or "")
    if not room.may_read(current_user()):
        raise AccessDenied(room.rules.reading)
    return room


def enter_to_write(name: str) -> Room:
    """Return a room in which the current user may write now.

    Raises:
        AccessDenied, Blocked: see `enter`.
        RoomClosed: nobody may write there.
    """
    room = enter(name)
    if not room.may_write(current_user()):
        raise AccessDenied(room.rules.writing)
    if not room.rules.is_open:
        raise RoomClosed
    return room


def author() -> Author:
    """Tell who makes the request; whoever shares a login with others is a guest."""
    login = current_user().login
    return Author("" if login == ANONYMOUS else login, request.remote_addr or "")


def identity() -> str:
    """Return what the guest's cookie says, or ""."""
    told = request.cookies.get(IDENTITY, "")
    return told if _IDENTITY.fullmatch(told) else ""


def poster_name(room: Room, nickname: str) -> str:
    """Choose the name under which something is written: a login, or a marked one.

    Args:
        nickname: what the writer calls himself, if the room lets him.
    """
    login = author().login
    chosen = " ".join(_CONTROL.sub(" ", nickname).split())[:LONGEST_NAME]
    if room.rules.nicknames and chosen and chosen != login:
        return marked(chosen)
    return login or guest_name(identity())


def guest_name(told: str) -> str:
    """Make a name of what the guest's cookie says, which it does not tell."""
    if not told:
        return marked("guest")
    digest = hashlib.sha256(told.encode()).hexdigest()
    return marked(f"guest-{digest[:_SHORT]}")


def place(room: Room) -> Place:
    """Tell where the request comes from."""
    address = request.remote_addr or ""
    return Place(room.id, address, CLIENTS_PER_REQUEST * room.rules.waiting)

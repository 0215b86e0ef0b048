"""Writing into a room, by whichever protocol."""

from http import HTTPStatus

from flask import request

from repoweb.chat import incoming
from repoweb.chat.incoming import BadMessage
from repoweb.chat.message import NewMessage
from repoweb.chat.purge import count_old
from repoweb.chat.rooms import access, limits, registry, store
from repoweb.chat.rooms.blueprint import rooms
from repoweb.chat.rooms.room import Room
from repoweb.chat.store import Stored
from repoweb.web.current import database, repository

MOST_BYTES = 1024 * 1024
"""Of the body of a request; there are no attachments in rooms."""


def post_text(room: Room, nickname: str, sent: str) -> Stored:
    """Store what a client of Chaton or hchatd sends.

    Raises:
        BadMessage: empty, too long, or not a text.
    """
    text = incoming.read_text(database(), sent)
    if not text.strip():
        reason = "There is no text to be sent."
        raise BadMessage(reason, HTTPStatus.BAD_REQUEST, "text")
    return post(room, NewMessage(access.poster_name(room, nickname), text))


def post(room: Room, new: NewMessage) -> Stored:
    """Store a message, and release whoever waits for it.

    Raises:
        TooOften: the writer has sent much within the last minute.
    """
    author = access.author()
    with repository().writing() as db:  # in which nobody else deletes, or writes
        now = registry.by_id(db, room.id) or access.no_such_room()
        limits.check_rate(db, now, author)
        stored = store.append(db, now, new, author)
    rooms().announce(room)
    return stored


def check_size(most: int) -> None:
    """Refuse a body that is too large to be taken apart.

    Raises:
        BadMessage: names the limit in bytes.
    """
    if (request.content_length or 0) > most:
        reason = f"The message is larger than {most:,} bytes."
        raise BadMessage(reason, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "big")


def check_files() -> None:
    """Refuse attachments, which rooms do not have.

    Raises:
        BadMessage: there is one.
    """
    if any(storage.filename for storage in request.files.values()):
        reason = "Files cannot be attached in this room."
        raise BadMessage(reason, HTTPStatus.UNPROCESSABLE_ENTITY, "file")


def keep_house(room: Room) -> None:
    """Delete what is too old, when somebody comes in."""
    if count_old(database(), room.rule, room.tables):
        with repository().writing() as db:
            store.purge(db, room)

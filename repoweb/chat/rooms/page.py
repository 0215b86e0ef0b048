"""What the page of a room is made of: the chat's page, and the room's rules."""

from typing import Any

from flask import request

from repoweb.accounts.current import current_user
from repoweb.chat.blueprint import chat
from repoweb.chat.page import context_of
from repoweb.chat.render import Form
from repoweb.chat.rooms import access
from repoweb.chat.rooms.room import Room
from repoweb.web.current import database


def room_context(room: Room, form: Form, at: int) -> dict[str, Any]:
    """Collect the first messages and what the script needs to know.

    Args:
        at: the number of the message that a link leads to, or 0.
    """
    user = current_user()
    db, renderer = database(), chat().renderer
    context = context_of(db, renderer, user, form, at, room.tables, room.rule)
    may_write = room.rules.is_open and room.may_write(user)
    context["boot"] |= {
        "me": access.author().login or access.guest_name(),
        "readonly": context["boot"]["readonly"] or not may_write,
        "maxFile": 0,
        "stream": False,
        "to": f"{request.script_root}{room.path}/",
        "nick": room.rules.nicknames,
        "repo": f"{context['boot']['repo']}.{room.id}",
    }
    return {**context, "room": room, "may_write": may_write}

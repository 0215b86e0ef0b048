"""What the page of a room is made of: the chat's page, and the room's rules."""

from typing import Any

from repoweb.accounts.current import current_user
from repoweb.chat.blueprint import chat
from repoweb.chat.page import READ_ONLY, context_of
from repoweb.chat.render import Form
from repoweb.chat.rooms import access
from repoweb.chat.rooms.room import Room
from repoweb.web.current import database


def room_context(room: Room, form: Form, at: int, identity: str) -> dict[str, Any]:
    """Collect the first messages and what the script needs to know.

    Args:
        at: the number of the message that a link leads to, or 0.
        identity: what the guest's cookie says, or will say.
    """
    user = current_user()
    db, renderer = database(), chat().renderer
    context = context_of(db, renderer, user, form, at, room.tables, room.rule)
    reason = _why_not(room)
    boot = context["boot"]
    context["boot"] = boot | {
        "me": access.author().login or access.guest_name(identity),
        "readonly": boot["readonly"] or bool(reason),
        "maxFile": 0,
        "repo": f"{boot['repo']}.{room.id}",
    }
    return {**context, "room": room, "reason": reason or READ_ONLY}


def _why_not(room: Room) -> str:
    """Say why the current user cannot write in a room; "" if he can."""
    if not room.rules.is_open:
        return "This room is closed. You can read, not write."
    if not room.may_write(current_user()):
        return "You may read here, not write."
    return ""

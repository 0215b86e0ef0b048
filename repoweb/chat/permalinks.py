"""Links to messages: `[chat:375]` in a text, `/chat?m=375` as an address."""

import re
import sqlite3

from repoweb.chat import store
from repoweb.chat.message import Message
from repoweb.chat.purge import Rule
from repoweb.chat.schema import is_ready
from repoweb.chat.tables import INSIDERS, Tables
from repoweb.repository.targets import Target

WORDS = 80
"""How many characters of a message the title of a link shows."""

_NAME = re.compile(r"chat:(\d{1,18})", re.ASCII)


def message_target(db: sqlite3.Connection, name: str) -> Target | None:
    """Find the message that `chat:NUMBER` names, if it is kept."""
    found = _NAME.fullmatch(name)
    message = store.one(db, int(found[1])) if found and is_ready(db) else None
    if message is None:
        return None
    return Target(f"/chat?m={message.msgid}", _describe(message))


def why_gone(
    db: sqlite3.Connection, msgid: int, rule: Rule, of: Tables = INSIDERS
) -> str:
    """Say why a message is not there."""
    if msgid > store.highest_id(db, of) or msgid <= 0:
        return f"There is no message #{msgid}."
    if store.was_deleted(db, msgid, of):
        return f"Message #{msgid} was deleted."
    days = rule.days
    age = f" (older than {days:g} day{'' if days == 1 else 's'})" if days > 0 else ""
    return f"Message #{msgid} is no longer kept{age}."


def _describe(message: Message) -> str:
    """Tell who said when what, in one line."""
    text = " ".join((message.text or message.file_name or "").split())
    text = text if len(text) <= WORDS else text[:WORDS] + "…"
    time = message.time[:16].replace("T", " ")
    return f"{message.poster}, {time} UTC: {text}"

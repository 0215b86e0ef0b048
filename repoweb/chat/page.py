"""What the page /chat is made of, before any script runs."""

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import current_app

from repoweb import settings
from repoweb.accounts import csrf
from repoweb.accounts import store as accounts
from repoweb.accounts.user import User
from repoweb.chat import permalinks, reading, store
from repoweb.chat.message import Message
from repoweb.chat.purge import Rule
from repoweb.chat.render import Form, Renderer
from repoweb.chat.settings import (
    INITIAL_HISTORY,
    MAX_FILE,
    MAX_TEXT,
    MIB,
    POLL_TIMEOUT,
)
from repoweb.chat.streams import has_streams
from repoweb.chat.subscribing import subscription
from repoweb.chat.tables import INSIDERS, Tables
from repoweb.web.assets import version_of
from repoweb.web.current import repository

READ_ONLY = "The repository is read-only now. You can read, not write."

AROUND = 25
"""How many messages are shown before and behind one that a link leads to."""

MOST_USERS = 500
"""How many logins are offered behind an `@`."""

_ID_LENGTH = 12


@dataclass(frozen=True)
class Shown:
    """The messages that a page begins with.

    Args:
        at: the one that a link leads to, or 0.
        gone: why that one is not there, or "".
    """

    messages: list[Message]
    at: int = 0
    gone: str = ""


def page_context(  # noqa: PLR0913, PLR0917 - each is something else
    db: sqlite3.Connection,
    renderer: Renderer,
    user: User,
    form: Form,
    at: int = 0,
    of: Tables = INSIDERS,
) -> dict[str, Any]:
    """Collect the first messages and what the script needs to know.

    Args:
        at: the number of the message that a link leads to, or 0.
    """
    context = context_of(db, renderer, user, form, at, of, Rule.read(db))
    context |= {"room": None, "reason": READ_ONLY}
    read = reading.position(db, user)
    missed, since = reading.missed(db, user, read) if read else (0, "")
    context["boot"] |= {
        "me": user.name,
        "read": read,
        "missed": missed,
        "since": since,
        "users": accounts.chatter_logins(db, MOST_USERS),
        "streams": _streams(db, form),
    }
    return context


def context_of(  # noqa: PLR0913, PLR0917 - each is something else
    db: sqlite3.Connection,
    renderer: Renderer,
    user: User,
    form: Form,
    at: int,
    of: Tables,
    rule: Rule,
) -> dict[str, Any]:
    """Collect what the pages of all rooms begin with."""
    last = store.last_id(db, of)  # first: what comes now is then polled, not missed
    shown = _choose(db, at, of, rule)
    messages = shown.messages
    has_older = bool(messages) and bool(store.before(db, messages[0].msgid, 1, of))
    return {
        "rows": renderer.rows(db, messages, form),
        "retention": retention(rule),
        "beginning": beginning(rule),
        "emptiness": "" if messages else emptiness(db, rule, of),
        "has_older": has_older,
        "hue": renderer.hue(db, user.name),
        "page": f"{form.base}{form.room or '/chat'}",
        "boot": {
            **_values(db, rule),
            "admin": user.may("a"),
            "csrf": csrf.form_token(user),
            "readonly": not repository().is_writable(),
            "read": 0,
            "users": [],
            "last": last,
            "to": f"{form.base}{form.room}/chat-",
            "at": shown.at,
            "gone": shown.gone,
            "streams": [],
            "from": messages[-1].msgid if shown.at else last,
        },
    }


def retention(rule: Rule) -> str:
    """Say how long messages are kept."""
    if rule.days <= 0:
        return "Messages are kept for ever."
    if not rule.count:
        return f"Messages are kept for {_days(rule)}."
    return f"Messages are kept for {_days(rule)}, and at least the newest {rule.count}."


def beginning(rule: Rule) -> str:
    """Say what stands above the first message that there is."""
    if rule.days <= 0:
        return "This is the beginning. Messages are kept for ever."
    kept = f", but the newest {rule.count} are always kept" if rule.count else ""
    return (
        f"This is the beginning. Messages older than {_days(rule)} are deleted{kept}."
    )


def emptiness(db: sqlite3.Connection, rule: Rule, of: Tables = INSIDERS) -> str:
    """Say why there is no message: "new" if none was ever sent, else a sentence."""
    if not store.highest_id(db, of):
        return "new"
    if rule.days <= 0:
        return "All messages were deleted."
    return f"Nothing in the last {_days(rule)}. Older messages are deleted."


def _choose(db: sqlite3.Connection, at: int, of: Tables, rule: Rule) -> Shown:
    """Take the newest messages, or those around one that is still there."""
    gone = ""
    if at:
        try:
            return Shown(store.around(db, at, AROUND, of), at)
        except store.NotKept:
            gone = permalinks.why_gone(db, at, rule, of)
    limit = int(settings.read(db, INITIAL_HISTORY)) or -1
    return Shown(store.newest(db, limit, of), gone=gone)


def _streams(db: sqlite3.Connection, form: Form) -> list[str]:
    """List where there are streams of events, best first."""
    own = f"{form.base}/chat-stream" if has_streams(db) else ""
    return [address for address in (subscription(), own) if address]


def _values(db: sqlite3.Connection, rule: Rule) -> dict[str, Any]:
    """Collect what is the same for all users and, but for the rule, in all rooms."""
    code = accounts.project_code(db).encode()
    history, timeout, text, file = settings.read_several(
        db, INITIAL_HISTORY, POLL_TIMEOUT, MAX_TEXT, MAX_FILE
    )
    return {
        "history": int(history),
        "pollTimeout": int(timeout),
        "maxText": int(text),
        "maxFile": int(float(file) * MIB),
        "keepDays": rule.days,
        "keepCount": rule.count,
        "ver": version_of(current_app),
        "repo": hashlib.sha256(code).hexdigest()[:_ID_LENGTH],
    }


def _days(rule: Rule) -> str:
    return f"{rule.days:g} day" + ("" if rule.days == 1 else "s")

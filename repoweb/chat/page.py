"""What the page /chat is made of, before any script runs."""

import sqlite3
from typing import Any

from repoweb import settings
from repoweb.accounts import csrf
from repoweb.accounts.user import User
from repoweb.chat import store
from repoweb.chat.purge import Rule
from repoweb.chat.render import Form, Renderer
from repoweb.chat.settings import (
    INITIAL_HISTORY,
    MAX_FILE,
    MAX_TEXT,
    MIB,
    POLL_TIMEOUT,
)
from repoweb.chat.subscribing import subscription


def page_context(
    db: sqlite3.Connection, renderer: Renderer, user: User, form: Form
) -> dict[str, Any]:
    """Collect the newest messages and what the script needs to know."""
    last = store.last_id(db)  # first: what comes now is then polled, not missed
    limit = int(settings.read(db, INITIAL_HISTORY)) or -1
    newest = store.newest(db, limit)
    rule = Rule.read(db)
    return {
        "rows": renderer.rows(db, newest, form),
        "retention": retention(rule),
        "has_older": bool(newest) and bool(store.before(db, newest[0].msgid, 1)),
        "boot": {
            "me": user.name,
            "admin": user.may("a"),
            "csrf": csrf.form_token(user),
            "last": last,
            **({"subscribe": url} if (url := subscription()) else {}),
            "history": max(limit, 0),
            "pollTimeout": int(settings.read(db, POLL_TIMEOUT)),
            "maxText": int(settings.read(db, MAX_TEXT)),
            "maxFile": int(float(settings.read(db, MAX_FILE)) * MIB),
        },
    }


def retention(rule: Rule) -> str:
    """Say how long messages are kept."""
    if rule.days <= 0:
        return "Messages are kept for ever."
    days = f"{rule.days:g} day" + ("" if rule.days == 1 else "s")
    if not rule.count:
        return f"Messages are kept for {days}."
    return f"Messages are kept for {days}, and at least the newest {rule.count}."

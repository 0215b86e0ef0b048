"""The token with which `repoweb doctor` asks a site about itself, for some minutes.

It lies in the `config` table, so whoever has it can write the repository.
"""

import hmac
import secrets
import sqlite3
import time

from repoweb.settings import read_text, unset, write_text

ROW = "fx-health-token"
VALID_SECONDS = 1200


def make(db: sqlite3.Connection) -> str:
    """Make a token, in place of any other."""
    token = secrets.token_urlsafe(32)
    write_text(db, ROW, f"{token} {int(time.time()) + VALID_SECONDS}")
    return token


def forget(db: sqlite3.Connection) -> None:
    """Make the token worthless."""
    unset(db, ROW)


def is_valid(db: sqlite3.Connection, offered: str) -> bool:
    """Whether a token is the one that was made, not long ago."""
    token, _, until = (read_text(db, ROW) or "").partition(" ")
    if not (token and until.isdigit() and int(until) > time.time()):
        return False
    return hmac.compare_digest(token.encode(), offered.encode("utf-8", "replace"))

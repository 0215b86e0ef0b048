"""Looking again what many users may do, each time something was committed."""

import json
import sqlite3
from collections.abc import Collection

from repoweb.accounts.authentication import refresh
from repoweb.accounts.capabilities import SPECIAL_LOGINS
from repoweb.accounts.user import User
from repoweb.settings import read_text

_SETTINGS = ("public-pages", "default-perms")

Account = tuple[object, ...]


class Refresher:
    """Refreshes users with one query, where their accounts have not changed.

    It belongs to one thread.
    """

    def __init__(self) -> None:
        self._common: object = None
        self._known: dict[User, tuple[Account | None, User]] = {}

    def refresh(
        self, db: sqlite3.Connection, users: Collection[User]
    ) -> dict[User, User]:
        """Tell for each user who he is now; see `authentication.refresh`."""
        accounts = _accounts(db, {user.login for user in users})
        special = tuple(accounts.get(login) for login in SPECIAL_LOGINS)
        common = (special, *(read_text(db, name) for name in _SETTINGS))
        known = self._known if common == self._common else {}
        self._common, self._known = common, {}
        for user in users:
            account = accounts.get(user.login)
            before = known.get(user)
            # A bearer's token is in a plugin's table.
            if before is None or before[0] != account or user.tokens is not None:
                before = (account, refresh(db, user))
            self._known[user] = before
        return {user: now for user, (_, now) in self._known.items()}


def _accounts(db: sqlite3.Connection, logins: Collection[str]) -> dict[str, Account]:
    """Read all on which it depends what these logins, and the special ones, may do."""
    rows = db.execute(
        "SELECT login, cap, pw, cookie, coalesce(cexpire, 0)>julianday('now'), info,"
        " date('now') FROM user WHERE login IN (SELECT value FROM json_each(?))",
        (json.dumps([*logins, *SPECIAL_LOGINS]),),
    ).fetchall()
    return {row[0]: tuple(row) for row in rows}

"""Who makes a request, and what he may do."""

from dataclasses import dataclass, field
from enum import Enum

from flask_login import UserMixin

from repoweb.accounts.capabilities import LOGGED_IN, NOBODY, Letters, matches
from repoweb.plugin import Tokens


class Method(Enum):
    """How a request was authenticated."""

    NONE = "none"
    COOKIE = "cookie"
    REMOTE_USER = "remote-user"
    BASIC = "basic"
    TOKEN = "token"  # noqa: S105 - the name of a method, not a secret
    BEARER = "bearer"
    LOCAL = "local"


AMBIENT = frozenset({Method.NONE, Method.COOKIE, Method.REMOTE_USER, Method.LOCAL})
"""Methods that a browser uses by itself, so that a foreign page could abuse them."""


@dataclass(frozen=True)
class User(UserMixin):  # type: ignore[misc]
    """The current user; `nobody` has an empty login.

    Args:
        login: the name in the `user` table, or "".
        letters: the effective capabilities.
        anonymous_letters: what an anonymous user would have here.
        method: how the request was authenticated.
        secret: what proved it: the secret part of the login cookie, which also is
            the seed of the form token, a bearer's token, or a digest of the password.
        tokens: the plugin's that knows the token of a bearer.
        public: the pattern of public pages that the request fitted, or "".
    """

    login: str = ""
    letters: Letters = frozenset()
    anonymous_letters: Letters = frozenset()
    method: Method = Method.NONE
    secret: str = field(default="", repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    public: str = ""

    @property
    def name(self) -> str:
        """The name that goes into the repository, as the poster of a message."""
        return self.login or NOBODY

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is logged in, `anonymous` included."""
        return bool(self.login)

    def get_id(self) -> str:
        """Return the login, flask-login's identity of a user."""
        return self.login

    def may(self, expression: str) -> bool:
        """Evaluate a capability expression for this user."""
        own = self.letters | {LOGGED_IN} if self.login else self.letters
        return matches(expression, own, self.anonymous_letters)

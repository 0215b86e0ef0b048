"""The form in which Fossil keeps passwords in `user.pw`.

Source of the algorithm: `sha1_shared_secret` of Fossil's src/sha1.c.
"""

import hashlib
import hmac
import secrets

HASH_LENGTH = 40
"""A `user.pw` of any other length is the password itself, in clear text."""

_READABLE = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1


def hash_password(project_code: str, login: str, password: str) -> str:
    """Hash a password: SHA1 of PROJECTCODE/LOGIN/PASSWORD, lower-case hex."""
    secret = f"{project_code}/{login}/{password}".encode("utf-8", "surrogateescape")
    return hashlib.sha1(secret, usedforsecurity=False).hexdigest()


def password_matches(stored: str, project_code: str, login: str, typed: str) -> bool:
    """Compare a typed password with `user.pw`, in a time that tells nothing.

    An empty `stored` matches nothing, after the same work. The stored hash
    itself is not accepted as a password.
    """
    hashed = hash_password(project_code, login, typed)
    offered = hashed if len(stored) in (0, HASH_LENGTH) else typed
    return hmac.compare_digest(
        stored.encode("utf-8", "surrogateescape"),
        offered.encode("utf-8", "surrogateescape"),
    )


def generate_password(length: int = 12) -> str:
    """Make up a password of letters and digits that are not mistaken for others."""
    return "".join(secrets.choice(_READABLE) for _ in range(length))

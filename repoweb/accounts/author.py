"""The current user as the author of an artifact."""

from flask import request

from repoweb.accounts.current import current_user
from repoweb.repository.writing.put import Author


def author(trusted: str = "*") -> Author:
    """Return who writes; without the capability a moderator has to approve of it."""
    user = current_user()
    return Author(user.login, request.remote_addr, moderated=not user.may(trusted))

"""The one guard: every view names the capability it needs, or cannot be registered."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, request

from repoweb.accounts import csrf
from repoweb.accounts.current import current_user
from repoweb.errors import RepowebError

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__repoweb_needs__"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNGUARDED = frozenset({"static"})
"""Endpoints without a view of ours."""


class AccessDenied(RepowebError):
    """The current user lacks the capability that a page needs."""

    def __init__(self, needs: str) -> None:
        super().__init__("Missing permissions or not logged in.")
        self.needs = needs


def requires(needs: str) -> Callable[[View], View]:
    """Let a view be run only by users for whom the capability expression holds.

    Args:
        needs: as in `repoweb.accounts.capabilities.matches`; "*" for everybody.

    Requests that change something must also prove their origin (`csrf`).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a view's
            check(needs)
            if request.method not in SAFE_METHODS:
                csrf.check(request, current_user())
            return view(*args, **kwargs)

        setattr(guarded, _MARK, needs)
        return cast("View", guarded)

    return decorate


def check(needs: str) -> None:
    """Stop a request whose user does not match the capability expression.

    Raises:
        AccessDenied: leads to the login page, or to an error in JSON.
    """
    if not current_user().may(needs):
        raise AccessDenied(needs)


def needs_of(app: Flask, endpoint: str) -> str | None:
    """Tell the capability expression of an endpoint, or None if it has none."""
    return getattr(app.view_functions[endpoint], _MARK, None)


def require_guards(app: Flask) -> None:
    """Refuse an application with a view that names no capability.

    Raises:
        RuntimeError: names the endpoint.
    """
    for endpoint in app.view_functions:
        if endpoint not in UNGUARDED and needs_of(app, endpoint) is None:
            message = f"the view {endpoint} lacks @requires(…)"
            raise RuntimeError(message)

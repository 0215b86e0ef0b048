"""Pages that were rendered for visitors who are not logged in, kept for the next one.

A page is kept under what `unchanged` tells of it, and the state of the repository
file: whoever writes to that, any page is rendered anew.
"""

import os
import time
from typing import cast

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from repoweb.repository.cache import ByteCache
from repoweb.web.current import repository

_EXTENSION = "repoweb.pages"
_LIMIT = 16 * 1024 * 1024
_CALM_NS = 100_000_000
"""So long after a write nothing is kept: the next one could leave the same time."""

_OWN_HEADERS = {"content-type", "content-length"}


def recall(tag: str) -> Response | None:
    """Return the page as it was rendered before; else it will be kept."""
    state = None if current_user.is_authenticated else _file_state()
    if state is None:
        return None
    key = (tag, request.root_url, state)
    page = _pages(current_app).get(key)
    if page is None:
        g.page_key = key
        return None
    return Response(page, mimetype="text/html")


def _pages(app: Flask) -> ByteCache[bytes]:
    return cast("ByteCache[bytes]", app.extensions[_EXTENSION])


def _file_state() -> tuple[int, ...] | None:
    """Tell what every write to the file changes; None if somebody has just written."""
    path = str(repository().path)
    state: list[int] = []
    for name in (path, f"{path}-wal"):
        try:
            found = os.stat(name)  # noqa: PTH116 - called for every page
        except OSError:
            continue
        if time.time_ns() - found.st_mtime_ns < _CALM_NS:
            return None
        state += found.st_ino, found.st_mtime_ns, found.st_size
    return tuple(state)


def init_app(app: Flask) -> None:
    """Keep what was rendered after `recall` found nothing."""
    app.extensions[_EXTENSION] = ByteCache[bytes](_LIMIT)

    @app.after_request
    def keep(response: Response) -> Response:
        key = g.pop("page_key", None)
        if key is not None and _is_plain(response):
            data = response.get_data()
            _pages(app).put(key, data, len(data))
        return response


def _is_plain(response: Response) -> bool:
    """Whether it is a page and nothing else; headers of its own would be lost."""
    names = {name.lower() for name, _ in response.headers}
    return (
        response.status_code == 200  # noqa: PLR2004 - OK
        and response.mimetype == "text/html"
        and response.is_sequence
        and names <= _OWN_HEADERS
    )

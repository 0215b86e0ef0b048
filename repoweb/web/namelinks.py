"""Names in the history as links: to check-ins, users, branches and tags.

Who gets no links sees the same words without them.
"""

from urllib.parse import quote

from flask import request
from markupsafe import Markup, escape


def hash_link(uuid: str, links: bool = True) -> Markup:
    """Write the hash of an artifact."""
    shown = escape(uuid[:10])
    if not links:
        return Markup(f'<span class="hash">{shown}</span>')  # noqa: S704 - escaped
    url = escape(f"{request.script_root}/info/{uuid[:16]}")
    return Markup(f'<a class="hash" href="{url}">{shown}</a>')  # noqa: S704 - escaped


def user_link(user: str, links: bool = True) -> Markup:
    """Write the name of a user."""
    return _timeline_link("u", user) if links else escape(user)


def branch_link(branch: str, hue: str = "", links: bool = True) -> Markup:
    """Write the name of a branch; `hue` is the class that has its colour."""
    name = _timeline_link("r", branch) if links else escape(branch)
    return Markup(f'<span class="branch {hue}">{name}</span>')  # noqa: S704 - escaped


def tag_link(tag: str, links: bool = True) -> Markup:
    """Write a tag."""
    if links:
        return _timeline_link("t", tag, ' class="tag"')
    return Markup(f'<span class="tag">{escape(tag)}</span>')  # noqa: S704 - escaped


def _timeline_link(key: str, name: str, css: str = "") -> Markup:
    url = escape(f"{request.script_root}/timeline?{key}={quote(name)}")
    return Markup(f'<a{css} href="{url}">{escape(name)}</a>')  # noqa: S704 - escaped

"""What a room tells other sites: status, sequence, badge, icon and feeds."""

import re
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from flask import Response, abort, render_template, request
from markupsafe import Markup

from repoweb.accounts.guard import requires
from repoweb.chat import store as messages
from repoweb.chat.blueprint import chat
from repoweb.chat.colour import user_hue
from repoweb.chat.rooms import access, packets, store
from repoweb.chat.rooms.archive_views import link_to
from repoweb.chat.rooms.blueprint import pages, rooms
from repoweb.chat.rooms.forms import Style
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.sexpr import Datum
from repoweb.chat.rooms.store import MICRO, Post
from repoweb.chat.rooms.views import form_of
from repoweb.web.current import database

FED_POSTS = 50
LONGEST_TITLE = 80

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STATUS = {"status.js": Style.JSON, "status.scm": Style.SEXPR}
_STATUS_TYPES = {Style.JSON: "application/json", Style.SEXPR: "text/plain"}
_FEEDS = {
    "index.rdf": ("rooms/rss.xml", "application/rss+xml"),
    "index.atom": ("rooms/atom.xml", "application/atom+xml"),
}
_UNITS = ((604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"))


@pages.get("/chat/<room>/var/<name>")
@requires("*")
def variable(room: str, name: str) -> Response:
    """Answer with a file of Chaton's folder `var`."""
    found = access.enter(room)
    if name == "seq":
        return _shared(f"{store.last_seq(database(), found)}", "text/plain")
    if name in _FEEDS:
        return _feed(found, name)
    if name not in _STATUS:
        abort(HTTPStatus.NOT_FOUND, "There is no such file.")
    style = _STATUS[name]
    body = packets.write(_status(found), style)
    return _shared(body.decode(), _STATUS_TYPES[style])


@pages.get("/chat/<room>/b")
@requires("*")
def badge(room: str) -> Response:
    """Answer with a script that puts the badge into a page of another site."""
    found = access.enter(room)
    return _shared(
        render_template("rooms/badge.js", told=_told(found)), "text/javascript"
    )


@pages.get("/chat/<room>/b.svg")
@requires("*")
def badge_picture(room: str) -> Response:
    """Answer with the badge as a picture."""
    found = access.enter(room)
    page = render_template("rooms/badge.svg", told=_told(found))
    return _shared(page, "image/svg+xml")


@pages.get("/chat/<room>/icon.svg")
@requires("*")
def icon(room: str) -> Response:
    """Answer with the icon of a room: its characters on a colour."""
    found = access.enter(room)
    text = found.rules.icon or found.rules.subject[:1].upper() or "#"
    hue = user_hue(found.name)
    return _shared(
        render_template("rooms/icon.svg", text=text, hue=hue), "image/svg+xml"
    )


def _status(room: Room) -> dict[str, Datum]:
    db = database()
    return {
        "last-post": store.last_time(db, room) // MICRO,
        "num-chatters": rooms().clients.count(room.id),
        "post-sequence": store.last_seq(db, room),
    }


def _told(room: Room) -> dict[str, Any]:
    """Collect what a badge says."""
    last = store.last_time(database(), room) // MICRO
    count = rooms().clients.count(room.id)
    return {
        "name": room.rules.subject,
        "last": how_long_ago(int(time.time()) - last) if last else "no messages yet",
        "chatters": f"{count} chatter{'' if count == 1 else 's'}",
        "url": _absolute(room.path),
        "icon": _absolute(f"{room.path}/icon.svg"),
    }


def how_long_ago(seconds: int) -> str:
    """Say in words how long ago something was."""
    seconds = max(seconds, 0)
    size, unit = next((u for u in _UNITS if seconds >= u[0]), (1, "second"))
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'} ago"


def _feed(room: Room, name: str) -> Response:
    db = database()
    template, kind = _FEEDS[name]
    posts = store.newest(db, room, FED_POSTS)
    body = render_template(
        template,
        room=room,
        items=_items(room, posts),
        base=_absolute(room.path),
        here=_absolute(f"{room.path}/var/{name}"),
        updated=posts[0].time if posts else datetime.fromtimestamp(0, UTC),
    )
    response = _shared(body, f"{kind}; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response


def _items(room: Room, posts: list[Post]) -> list[dict[str, Any]]:
    db = database()
    listed = messages.some(db, [post.msgid for post in posts], room.tables)
    texts = chat().renderer.texts(db, listed, form_of(room))
    html = {m.msgid: text for m, text in zip(listed, texts, strict=True)}
    return [_item(room, post, html[post.msgid]) for post in posts]


def _item(room: Room, post: Post, html: Markup) -> dict[str, Any]:
    line = f"{post.poster}: {post.text.partition(chr(10))[0]}"
    title = line if len(line) <= LONGEST_TITLE else line[:LONGEST_TITLE] + "…"
    return {
        "title": _NOT_XML.sub("", title),
        "link": _absolute(link_to(room, post)),
        "poster": _NOT_XML.sub("", post.poster),
        "html": _NOT_XML.sub("", f"<p>{html}</p>".replace("\n", "<br>")),
        "date": format_datetime(post.time),
        "time": post.time.isoformat(),
    }


def _absolute(path: str) -> str:
    return request.host_url.rstrip("/") + request.script_root + path


def _shared(body: str, mimetype: str) -> Response:
    """Answer with something that pages of other sites may show."""
    response = Response(body, content_type=mimetype)
    if mimetype.startswith("text/"):
        response.content_type = f"{mimetype}; charset=utf-8"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "no-cache"
    return response

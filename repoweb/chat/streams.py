"""/chat-stream: the answers of /chat-poll, one after the other, as an event stream."""

import sqlite3
from http import HTTPStatus

from flask import Response, current_app, request

from repoweb import settings
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.chat import events, store
from repoweb.chat.answers import listing
from repoweb.chat.blueprint import chat, pages
from repoweb.chat.entering import enter, readable
from repoweb.chat.numbers import integer
from repoweb.chat.parameters import form_wanted
from repoweb.chat.releases import cursor_behind, news_for
from repoweb.chat.settings import STREAMS
from repoweb.chat.tables import INSIDERS
from repoweb.chat.waiter import StreamWaiter
from repoweb.errors import RepowebError
from repoweb.web.current import database
from repoweb.web.hanging import hang


class NoStreams(RepowebError):
    """An administrator has switched streams off; there are polls."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("This chat has no streams.")


@pages.get("/chat-stream", defaults={"name": ""})
@pages.get("/chat-stream/<name>")
@requires("C")
def stream(name: str) -> Response:
    """Tell at once what lies behind a number, and then each message that comes.

    A browser that comes back names the last event it has got in `Last-Event-ID`.
    """
    if readable() is not INSIDERS or not has_streams(database()):
        raise NoStreams
    last_event = request.headers.get("Last-Event-ID", "")
    cursor = integer(last_event or name or request.args.get("name", ""))
    if cursor <= 0:
        enter()
    if cursor < 0:
        cursor = store.cursor_before(database(), -cursor)
    response = _begin(cursor)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would collect the events
    return response


def has_streams(db: sqlite3.Connection) -> bool:
    """Whether administrators, and the way in which this is served, allow them."""
    return bool(current_app.config["STREAMS"] and settings.read(db, STREAMS))


def _begin(cursor: int) -> Response:
    """Begin with the first event; with `wait=0` it is the only one."""
    db, form, user, hub = database(), form_wanted(), current_user(), chat().hub
    waits = request.args.get("wait") != "0"
    if waits:
        hub.listens(user.name)
    news = news_for(db, cursor, form)
    records = chat().renderer.messages(db, news.messages, form)
    body = listing(records, hub.about(), more=news.gap, reset=news.reset)
    cursor = cursor_behind(news, cursor)
    first = events.first_event(body, cursor)
    if not waits:
        return Response(first, mimetype=events.TYPE)
    address = request.remote_addr or ""
    waiter = StreamWaiter(hub, cursor, form, user, address=address, first=first)
    hub.check_room(waiter)
    return hang(waiter, events.TYPE)

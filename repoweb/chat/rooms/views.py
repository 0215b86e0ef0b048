"""The page of a room, and what it asks for: the chat's, with the room's rules."""

import secrets
from dataclasses import replace

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from repoweb import settings
from repoweb.accounts import csrf
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.chat import incoming, permalinks
from repoweb.chat import store as messages
from repoweb.chat.answers import GONE, error, listing
from repoweb.chat.blueprint import chat
from repoweb.chat.numbers import integer
from repoweb.chat.page import AROUND
from repoweb.chat.parameters import form_wanted, number
from repoweb.chat.releases import news_for
from repoweb.chat.render import Form
from repoweb.chat.rooms import access, posting, store
from repoweb.chat.rooms.blueprint import pages, rooms
from repoweb.chat.rooms.names import MARK
from repoweb.chat.rooms.page import room_context
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.waiters import RoomPoll
from repoweb.chat.search import Found, search
from repoweb.chat.settings import INITIAL_HISTORY, POLL_TIMEOUT
from repoweb.chat.store import News, Stored
from repoweb.chat.terms import Terms
from repoweb.chat.views import (
    FOUND_ON_PAGE,
    JSON,
    MOST_AROUND,
    MOST_FOUND,
    POLL_SECONDS,
)
from repoweb.web.current import database, repository, snapshot
from repoweb.web.hanging import hang

IDENTITY_SECONDS = 365 * 24 * 3600
_IDENTITY_BYTES = 16


@pages.get("/chat/<room>")
@requires("*")
def page(room: str) -> BaseResponse:
    """Show a room: the chat's page. A guest gets a cookie that says who he is."""
    found = access.enter(room)
    posting.keep_house(found)
    identity = access.identity() or secrets.token_hex(_IDENTITY_BYTES)
    context = room_context(found, form_of(found), max(0, number("m")), identity)
    response = make_response(render_template("chat/page.html", **context))
    if not access.identity():
        response.set_cookie(
            access.IDENTITY,
            identity,
            max_age=IDENTITY_SECONDS,
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


@pages.get("/chat/<room>/")
@requires("*")
def folder(room: str) -> BaseResponse:
    """Lead to the page of a room, for Chaton's addresses end with a slash."""
    return redirect(url_for("chat.rooms.page", room=access.enter(room).name))


@pages.get("/chat/<room>/chat-poll", defaults={"name": ""})
@pages.get("/chat/<room>/chat-poll/<name>")
@requires("*")
def poll(room: str, name: str) -> Response:
    """Answer with the messages behind a number, or when there is one."""
    found = access.enter(room)
    if number("before") > 0 or number("around") > 0:
        return _history(found)
    if identity := access.identity():
        rooms().clients.see(access.place(found), identity)
    cursor = integer(name or request.args.get("name", ""))
    db, form = database(), form_of(found)
    if cursor < 0:
        cursor = messages.cursor_before(db, -cursor, found.tables)
    news = news_for(db, cursor, form, found.tables)
    if news or request.args.get("wait") == "0":
        return _answer(found, news, form)
    return _wait(found, cursor, form)


@pages.post("/chat/<room>/chat-send")
@requires("*")
def send(room: str) -> BaseResponse:
    """Store a message of the page."""
    posting.check_size(posting.MOST_BYTES)
    posting.check_files()
    found = access.enter_to_write(room)
    # Without scripts there only is the field; with them `me` says who somebody is.
    me = request.form.get("me", "").removeprefix(MARK)
    nickname = request.form.get("nick") or me
    name = access.poster_name(found, nickname)
    new = incoming.read_message(database(), request, name)
    stored = posting.post(found, new) if new else None
    if "back" in request.form:
        return redirect(url_for("chat.rooms.page", room=found.name), 303)
    return _sent(stored)


@pages.post("/chat/<room>/chat-delete", defaults={"name": ""})
@pages.post("/chat/<room>/chat-delete/<name>")
@requires("*")
def delete(room: str, name: str) -> BaseResponse:
    """Delete a message for everyone; only its writer or an administrator may."""
    found, user = access.enter(room), current_user()
    msgid = integer(name or request.values.get("name", ""))
    login = access.author().login
    with repository().writing() as db:
        store.delete(db, found, msgid, login, is_admin=user.may("a"))
    rooms().announce(found)
    return Response("", mimetype="text/html")


@pages.get("/chat/<room>/chat-fetch-one/<name>")
@requires("*")
def fetch_one(room: str, name: str) -> Response:
    """Answer with one message."""
    found, msgid = access.enter(room), integer(name)
    message = messages.one(database(), msgid, found.tables)
    if message is None:
        text = f'{{"error":"Chat message #{msgid} not found."}}'
        return Response(text, 404, mimetype=JSON)
    body = chat().renderer.one(database(), message, form_of(found))
    return Response(body, mimetype=JSON)


@pages.get("/chat/<room>/chat-query")
@requires("*")
def query(room: str) -> Response:
    """Search the messages of a room."""
    room_found = access.enter(room)
    form = form_of(room_found)
    limit = max(0, number("n")) or (FOUND_ON_PAGE if form.rows else MOST_FOUND)
    found = find(room_found, min(limit, MOST_FOUND))
    text = chat().renderer.found(database(), found, form)
    return Response(text, mimetype=JSON)


def find(room: Room, limit: int) -> Found:
    """Find what the parameters `q`, `from` and `before` ask for."""
    terms = Terms.parse(request.args.get("q", ""), request.args.get("from", ""))
    with snapshot() as db:
        return search(db, terms, limit, number("before"), room.tables)


def form_of(room: Room) -> Form:
    """Read in what form the request wants messages of a room."""
    return replace(form_wanted(), room=room.path)


def _history(room: Room) -> Response:
    """Answer with messages before a number, or around one."""
    db, form, limit = database(), form_of(room), number("n")
    if around := number("around"):
        limit = min(limit or AROUND, MOST_AROUND)
        try:
            found = messages.around(db, around, limit, room.tables)
        except messages.NotKept:
            text = permalinks.why_gone(db, around, room.rule, room.tables)
            return Response(error(text, GONE, in_list=True), mimetype=JSON)
    else:
        limit = limit or int(settings.read(db, INITIAL_HISTORY))
        limit = min(limit if limit > 0 else MOST_FOUND, MOST_FOUND)
        found = messages.before(db, number("before"), limit, room.tables)
    return _answer(room, News(found), form)


def _answer(room: Room, news: News, form: Form) -> Response:
    records = chat().renderer.messages(database(), news.messages, form)
    is_alone = request.args.get("wait") == "0"
    personal = {"csrf": csrf.form_token(current_user())}
    body = listing(
        records,
        rooms().hub(room).about(),
        more=news.gap,
        reset=news.reset,
        personal=personal if is_alone else None,
    )
    return Response(body, mimetype=JSON)


def _wait(room: Room, cursor: int, form: Form) -> Response:
    hold = number("hold") or int(settings.read(database(), POLL_TIMEOUT))
    hub = rooms().hub(room)
    waiter = RoomPoll(
        hub,
        cursor,
        form,
        current_user(),
        name=access.identity(),
        place=access.place(room),
        seconds=max(1, min(hold, current_app.config[POLL_SECONDS])),
    )
    hub.check_room(waiter)
    return hang(waiter, JSON)


def _sent(stored: Stored | None) -> Response:
    if stored is None or "k" not in request.form:
        return Response("", mimetype="text/html")
    repeated = ',"dup":1' if stored.repeated else ""
    return Response(f'{{"msgid":{stored.msgid}{repeated}}}', mimetype=JSON)

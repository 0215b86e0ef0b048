"""The protocol of Chaton's clients: log in, observe, post.

Source: chaton-apilogin, chaton-viewer (`emit-tail`), chaton-poster and
client/chaton/client.scm of Chaton. `pos`, which is a place in a file there, is the
number of a message here, and stays valid when old messages are deleted.
"""

import random
from http import HTTPStatus

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.chat.numbers import integer
from repoweb.chat.rooms import access, packets, posting, store
from repoweb.chat.rooms.blueprint import pages, rooms
from repoweb.chat.rooms.forms import ChatonForm, Style
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.sexpr import Datum
from repoweb.chat.rooms.waiters import ChatonWaiter
from repoweb.chat.views import POLL_SECONDS
from repoweb.web.assets import version_of
from repoweb.web.current import database
from repoweb.web.hanging import hang

HARD_SECONDS = (240, 360)
"""A request waits for so long, not all equally long."""

CURRENT_POSTS = 30
"""So many of the newest posts a client gets that begins at the beginning."""


@pages.post("/chat/<room>/apilogin")
@requires("*")
def chaton_login(room: str) -> Response:
    """Tell a client where to observe and to post, and give it a number."""
    found = access.enter(room)
    if not request.values.get("who"):
        text = "The parameter who is missing: the name of the program."
        return _refusal(text, HTTPStatus.UNAUTHORIZED)
    style = _style()
    cid = rooms().clients.enter(access.place(found))
    reply: dict[str, Datum] = {
        "post-uri": _address("chaton_post", found),
        "comet-uri": _address("chaton_observe", found),
        "icon-uri": _address("icon", found),
        "room-name": found.rules.subject,
        "cid": cid,
        "pos": store.last_msgid(database(), found),
    }
    return _answer(packets.write(reply, style), style)


@pages.get("/chat/<room>/comet")
@requires("*")
def chaton_observe(room: str) -> BaseResponse:
    """Answer with what came behind a place, or when something does."""
    found = access.enter(room)
    if "p" not in request.args:
        return redirect(url_for("chat.rooms.page", room=found.name))
    style, cid = _style(), integer(request.args.get("c", ""))
    own = rooms().clients.come(access.place(found), cid, strict=found.rules.strict)
    if own is None:
        return _answer(packets.expired(style, version_of(current_app)), style)
    pos = integer(request.args["p"])
    if pos == store.last_msgid(database(), found) and own == cid:
        return _wait(found, pos, own)
    return _at_once(found, pos, own)


@pages.post("/chat/<room>/post")
@requires("*")
def chaton_post(room: str) -> Response:
    """Store what a client says."""
    posting.check_size(posting.MOST_BYTES)
    found = access.enter_to_write(room)
    nick, text = request.values.get("nick", ""), request.values.get("text", "")
    if found.rules.nicknames and not nick.strip():
        return _refusal("The parameter nick is missing.", HTTPStatus.BAD_REQUEST)
    stored = posting.post_text(found, nick, text.strip())
    style = _style()
    return _answer(packets.write({"pos": stored.msgid}, style), style)


def _wait(room: Room, pos: int, cid: int) -> Response:
    hub, form = rooms().hub(room), ChatonForm(style=_style())
    waiter = ChatonWaiter(
        hub,
        pos,
        form,
        current_user(),
        place=access.place(room),
        cid=cid,
        nc=rooms().clients.count(room.id),
        seconds=min(
            random.randint(*HARD_SECONDS),  # noqa: S311 - so that not all come at once
            current_app.config[POLL_SECONDS],
        ),
    )
    hub.check_room(waiter)
    return _uncached(hang(waiter, _content_type(form.style)))


def _at_once(room: Room, pos: int, cid: int) -> Response:
    """Answer with what is there; a place beyond it all means: from the beginning."""
    db, form = database(), ChatonForm(style=_style())
    if pos <= 0 or pos > store.last_msgid(db, room):
        posting.keep_house(room)
        pos = store.beginning(db, room, CURRENT_POSTS)
    body, _ = rooms().hub(room).packet(db, pos, form)
    rooms().clients.go(room.id, cid)
    return _answer(packets.addressed(body, cid), form.style)


def _style() -> Style:
    return Style.JSON if request.values.get("s") == "0" else Style.SEXPR


def _address(view: str, room: Room) -> str:
    return url_for(f"chat.rooms.{view}", room=room.name, _external=True)


def _content_type(style: Style) -> str:
    return f"{style.value}; charset=utf-8"


def _answer(body: bytes, style: Style) -> Response:
    return _uncached(Response(body, content_type=_content_type(style)))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _refusal(text: str, status: HTTPStatus) -> Response:
    return Response(text + "\n", status, mimetype="text/plain")

"""The protocol of hchatd's clients: a message is asked for by its number.

Messages are numbered from 1 without gaps within the room. A request for one that is
not there yet hangs until it is.
"""

import re
from http import HTTPStatus

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from repoweb import settings
from repoweb.accounts import csrf
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import AccessDenied, requires
from repoweb.chat.rooms import access, limits, posting, registry, store
from repoweb.chat.rooms.blueprint import pages, rooms
from repoweb.chat.rooms.forms import NumberForm
from repoweb.chat.rooms.room import Room, Rules, new_id
from repoweb.chat.rooms.settings import KEEP_DAYS, MOST_ROOMS, WHO_CREATES
from repoweb.chat.rooms.waiters import NumberWaiter
from repoweb.web.current import database, repository
from repoweb.web.hanging import hang

LONGEST_WAIT = 24 * 3600.0
"""Seconds; hchatd's clients take any answer for the message."""

MOST_AHEAD = 100
"""So many numbers beyond the newest may be waited for."""

LONGEST_SUBJECT = 200
TEXT = "text/plain"
DELETED = "This message was deleted."

_NUMBER = re.compile(r"-?\d{1,15}", re.ASCII)
_TEXT_FIELDS = ("msg", "text", "message")
_NAME_FIELDS = ("nick", "name")


@pages.get("/chatrooms")
@requires("*")
def index() -> str:
    """List the rooms that are listed, and offer to make one."""
    db = database()
    may_create = _may_create()
    if not (registry.are_any(db) or may_create):
        access.no_such_room()
    found = [room for room in registry.listed(db) if room.may_read(current_user())]
    clients = rooms().clients
    counts = {room.id: clients.count(room.id) for room in found}
    return render_template(
        "rooms/index.html", rooms=found, counts=counts, may_create=may_create
    )


@pages.get("/chat_create")
@requires("*")
def create() -> BaseResponse:
    """Make a room with a name that nobody can guess, and lead there."""
    db = database()
    if not _may_create():
        if not registry.are_any(db):
            access.no_such_room()
        raise AccessDenied(str(settings.read(db, WHO_CREATES)) or "s")
    csrf.check(request, current_user())
    author = access.author()
    made_by = author.login or author.address
    limits.check_making(db, made_by, int(settings.read(db, MOST_ROOMS)))
    rules = Rules(
        name=new_id(),
        subject=_subject(),
        listed=_is_yes(request.args.get("public", "")),
        keep_days=float(settings.read(db, KEEP_DAYS)),
    )
    with repository().writing() as writing:
        registry.create(writing, rules, made_by)
    return redirect(url_for("chat.rooms.page", room=rules.name))


@pages.get("/msg/<room>/<number>")
@requires("*")
def hchatd_message(room: str, number: str) -> Response:
    """Answer with the text of a message, when it is there."""
    found = access.enter(room)
    last = store.last_seq(database(), found)
    if not _NUMBER.fullmatch(number):
        text = "That is no number of a message."
        return _plain(text, HTTPStatus.BAD_REQUEST)
    seq = int(number)
    if seq < 1:
        return _plain("Messages are numbered from 1.", HTTPStatus.BAD_REQUEST)
    if seq > last + MOST_AHEAD:
        text = f"There is no message {seq}; the newest is {last}."
        return _plain(text, HTTPStatus.NOT_FOUND)
    post = store.one(database(), found, seq)
    if post is None and seq <= last:
        return _plain(f"Message {seq} is no longer kept.", HTTPStatus.GONE)
    return _wait(found, seq) if post is None else _tell(post)


@pages.post("/send/<room>")
@requires("*")
def hchatd_send(room: str) -> Response:
    """Store a message; the answer is its number."""
    posting.check_size(posting.MOST_BYTES)
    found = access.enter_to_write(room)
    stored = posting.post_text(found, _field(_NAME_FIELDS), _sent_text().strip("\r\n"))
    post = store.by_msgid(database(), found, stored.msgid)
    return _plain(str(post.seq) if post else "0", HTTPStatus.OK)


def _may_create() -> bool:
    needs = str(settings.read(database(), WHO_CREATES))
    return bool(needs) and current_user().may(needs)


def _subject() -> str:
    subject = " ".join(request.args.get("subject", "").split())
    return subject[:LONGEST_SUBJECT] or "Chat"


def _is_yes(text: str) -> bool:
    return text.lower() not in {"", "0", "no", "off", "false"}


def _wait(room: Room, seq: int) -> Response:
    hub = rooms().hub(room)
    waiter = NumberWaiter(
        hub,
        store.last_msgid(database(), room),
        NumberForm(seq=seq),
        current_user(),
        name=access.identity(),
        place=access.place(room),
        seconds=LONGEST_WAIT,
    )
    hub.check_room(waiter)
    return _uncached(hang(waiter, f"{TEXT}; charset=utf-8"))


def _tell(post: store.Post) -> Response:
    text = post.text if post.is_kept else DELETED
    return _uncached(Response(text, mimetype=TEXT))


def _plain(text: str, status: HTTPStatus) -> Response:
    return _uncached(Response(text + "\n", status, mimetype=TEXT))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _field(names: tuple[str, ...]) -> str:
    return next((request.form[name] for name in names if name in request.form), "")


def _sent_text() -> str:
    """Read the text from a field of a form, or from the whole body."""
    if request.mimetype == "multipart/form-data":
        return _field(_TEXT_FIELDS)
    if request.mimetype != "application/x-www-form-urlencoded":
        return request.get_data().decode("utf-8", "replace")
    fields = list(request.form.items(multi=True))
    if len(fields) == 1 and not fields[0][1] and fields[0][0] not in _TEXT_FIELDS:
        return fields[0][0]  # no form, but a text that was sent as one
    return _field(_TEXT_FIELDS)

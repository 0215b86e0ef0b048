"""The pages of a room's archive, at Chaton's addresses, and the search."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from repoweb.accounts.guard import requires
from repoweb.chat import store as messages
from repoweb.chat.blueprint import chat
from repoweb.chat.parameters import number
from repoweb.chat.rooms import access, archive, store
from repoweb.chat.rooms.blueprint import pages
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.store import Post
from repoweb.chat.rooms.views import find, form_of
from repoweb.chat.snippets import snippet
from repoweb.web.current import database

MOST_OF_A_DAY = 5000
FOUND_ON_PAGE = 50

RELATIVE = {"today": 0, "yesterday": 1}


@pages.get("/chat/<room>/a", strict_slashes=False)
@requires("*")
def days(room: str) -> BaseResponse:
    """Lead to the newest day of the archive."""
    found = access.enter(room)
    return _lead_to(found, archive.newest_day(database(), found))


@pages.get("/chat/<room>/a/<path:name>")
@requires("*")
def day(room: str, name: str) -> BaseResponse | str:
    """Show what was said on a day; today and yesterday lead to theirs."""
    found = access.enter(room)
    if name in RELATIVE:
        return _lead_to(found, archive.today() - timedelta(days=RELATIVE[name]))
    this = _date(name)
    db = database()
    span = (archive.begin_of(this), archive.end_of(this))
    posts = store.between(db, found, *span, MOST_OF_A_DAY)
    listed = messages.some(db, [post.msgid for post in posts], found.tables)
    anchors = {post.msgid: post.anchor for post in posts}
    return render_template(
        "rooms/day.html",
        room=found,
        day=this,
        rows=chat().renderer.rows(db, listed, form_of(found), anchors),
        is_cut=len(posts) == MOST_OF_A_DAY,
        days=archive.days_of_month(db, found, this),
        beside=archive.neighbours(db, found, *span),
        months=archive.months_beside(db, found, this),
        path=path_of_day,
    )


@pages.get("/chat/<room>/search")
@requires("*")
def search_page(room: str) -> str:
    """Search the archive, newest first."""
    room_found = access.enter(room)
    db = database()
    found = find(room_found, FOUND_ON_PAGE)
    posts = store.some(db, room_found, [m.msgid for m in found.messages])
    return render_template(
        "rooms/search.html",
        room=room_found,
        posts=posts,
        found=found,
        link=link_to,
        snippet=snippet,
        next=found.messages[0].msgid if len(posts) == FOUND_ON_PAGE else 0,
        before=number("before"),
    )


def path_of_day(room: Room, day: date) -> str:
    """Return the page of a day, as a path within the site."""
    return f"{room.path}/a/{day:%Y/%m/%d}"


def link_to(room: Room, post: Post) -> str:
    """Return the place of a post in the archive, as a path within the site."""
    return f"{path_of_day(room, post.time.date())}#{post.anchor}"


def _lead_to(room: Room, day: date) -> BaseResponse:
    return redirect(
        url_for(
            "chat.rooms.day",
            room=room.name,
            name=f"{day:%Y/%m/%d}",
        )
    )


def _date(text: str) -> date:
    """Read a day as Chaton writes it; there is no page of others."""
    try:
        return datetime.strptime(text, "%Y/%m/%d").replace(tzinfo=UTC).date()
    except ValueError:
        abort(HTTPStatus.NOT_FOUND, "There is no such day.")

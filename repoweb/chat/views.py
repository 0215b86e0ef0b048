"""The pages and endpoints of the chat, with Fossil's names and parameters."""

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from repoweb import settings
from repoweb.accounts import csrf
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.chat import incoming, permalinks, reading, store
from repoweb.chat.answers import GONE, error, listing
from repoweb.chat.blueprint import chat, pages
from repoweb.chat.day import day_context
from repoweb.chat.entering import enter, indexed, readable
from repoweb.chat.numbers import integer
from repoweb.chat.page import AROUND, page_context
from repoweb.chat.parameters import form_wanted, number
from repoweb.chat.purge import Rule
from repoweb.chat.releases import news_for
from repoweb.chat.render import Form
from repoweb.chat.search import Found, search
from repoweb.chat.settings import INITIAL_HISTORY, PER_MINUTE, POLL_TIMEOUT
from repoweb.chat.store import News
from repoweb.chat.tables import Tables
from repoweb.chat.terms import Terms
from repoweb.chat.waiter import PollWaiter
from repoweb.web.current import database, repository
from repoweb.web.hanging import hang

JSON = "application/json"
FETCH_DEST, FETCHED = "Sec-Fetch-Dest", "empty"
MOST_FOUND = 500
FOUND_ON_PAGE = 50
MOST_AROUND = 200
POLL_SECONDS = "POLL_SECONDS"
"""Key of the application's configuration: the longest poll, in seconds."""


@pages.get("/chat")
@requires("C")
def page() -> str:
    """Show the chat: the newest messages, the field, and the script's start values.

    With `m` it begins at a message; with `d` there only is what was said on a day.
    """
    of = enter()
    db, form = database(), form_wanted()
    if "d" in request.args:
        context = day_context(db, chat().renderer, form, request.args["d"], of)
        return render_template("chat/day.html", **context)
    at = max(0, number("m"))
    context = page_context(db, chat().renderer, current_user(), form, at, of)
    return render_template("chat/page.html", **context)


@pages.get("/chat-poll", defaults={"name": ""})
@pages.get("/chat-poll/<name>")
@requires("C")
def poll(name: str) -> Response:
    """Answer with the messages behind a number, or when there is one."""
    of = readable()
    cursor = integer(name or request.args.get("name", ""))
    looks_back = number("before") > 0 or number("around") > 0
    if cursor <= 0 or looks_back:
        enter()
    if looks_back:
        return _history(of)
    if "seen" in request.args and csrf.is_own(request, current_user()):
        reading.note(repository(), current_user(), number("seen"))
    db, form = database(), form_wanted()
    if cursor < 0:
        cursor = store.cursor_before(db, -cursor, of)
    waits = request.args.get("wait") != "0"
    if waits and cursor == store.known_last_id(db, of):
        return _wait(cursor, form)
    news = news_for(db, cursor, form, of)
    if waits and not news:
        return _wait(cursor, form)
    if waits:
        chat().hub.listens(current_user().name)
    return _answer(news, form)


def _history(of: Tables) -> Response:
    """Answer with messages before a number, or around one."""
    db, form = database(), form_wanted()
    limit = number("n")
    if around := number("around"):
        try:
            messages = store.around(db, around, min(limit or AROUND, MOST_AROUND), of)
        except store.NotKept:
            text = permalinks.why_gone(db, around, Rule.read(db), of)
            return Response(error(text, GONE, in_list=True), mimetype=JSON)
    else:
        limit = limit or int(settings.read(db, INITIAL_HISTORY)) or -1
        messages = store.before(db, number("before"), limit, of)
    return _answer(News(messages), form)


@pages.post("/chat-send")
@requires("C")
def send() -> BaseResponse:
    """Store a message; the answer is empty, as Fossil's, unless it had a key."""
    incoming.check_size(database(), request)
    incoming.check_poster(request, current_user().name)
    new = incoming.read_message(database(), request, current_user().name)
    if new is None:
        return _sent()
    rule = Rule.read(database())
    most = int(settings.read(database(), PER_MINUTE))
    with repository().writing() as db:
        stored = store.append(db, new, rule, per_minute=most)
    chat().hub.announce()
    return _sent(stored)


@pages.route("/chat-delete", defaults={"name": ""}, methods=["GET", "POST"])
@pages.route("/chat-delete/<name>", methods=["GET", "POST"])
@requires("C")
def delete(name: str) -> BaseResponse:
    """Delete a message for everyone; only its poster or an administrator may.

    Fossil's page fetches it with a GET, which therefore must prove its origin; a
    link or a picture that somebody put into a message does not.
    """
    user = current_user()
    csrf.check(request, user)
    if request.method == "GET" and request.headers.get(FETCH_DEST, FETCHED) != FETCHED:
        raise csrf.ForeignRequest
    msgid = integer(name or request.values.get("name", ""))
    with repository().writing() as db:
        store.delete(db, msgid, user.name, is_admin=user.may("a"))
    chat().hub.announce()
    return _sent()


@pages.get("/chat-fetch-one", defaults={"name": ""})
@pages.get("/chat-fetch-one/<name>")
@requires("C")
def fetch_one(name: str) -> Response:
    """Answer with one message."""
    of = readable()
    msgid = integer(name or request.args.get("name", ""))
    message = store.one(database(), msgid, of)
    if message is None:
        error = f'{{"error":"Chat message #{msgid} not found."}}'
        return Response(error, 404, mimetype=JSON)
    return Response(
        chat().renderer.one(database(), message, form_wanted()), mimetype=JSON
    )


@pages.get("/chat-query")
@requires("C")
def query() -> Response:
    """Search the messages; without a query, list them from a number on."""
    of = readable()
    db, form = database(), form_wanted()
    limit = max(0, number("n")) or (FOUND_ON_PAGE if form.rows else MOST_FOUND)
    limit = min(limit, MOST_FOUND)
    words, poster = request.args.get("q", ""), request.args.get("from", "")
    if words or poster:
        with indexed() as whole:
            terms = Terms.parse(words, poster)
            found = search(whole, terms, limit, number("before"))
    else:
        found = Found(store.from_id(db, number("i"), limit, of))
    return Response(chat().renderer.found(db, found, form), mimetype=JSON)


def _answer(news: News, form: Form) -> Response:
    records = chat().renderer.messages(database(), news.messages, form)
    personal = _personal() if request.args.get("wait") == "0" else None
    about = chat().hub.about()
    body = listing(records, about, more=news.gap, reset=news.reset, personal=personal)
    return Response(body, mimetype=JSON)


def _personal() -> dict[str, str | int | None]:
    """Tell what only this user may know, and a page that lost its session needs."""
    user = current_user()
    return {
        "csrf": csrf.form_token(user),
        "me": user.name,
        "read": reading.position(database(), user),
    }


def _wait(cursor: int, form: Form) -> Response:
    hold = number("hold") or int(settings.read(database(), POLL_TIMEOUT))
    waiter = PollWaiter(
        chat().hub,
        cursor,
        form,
        current_user(),
        address=request.remote_addr or "",
        seconds=max(1, min(hold, current_app.config[POLL_SECONDS])),
    )
    chat().hub.check_room(waiter)
    return hang(waiter, JSON)


def _sent(stored: store.Stored | None = None) -> BaseResponse:
    """Answer as Fossil does, or as our page likes it, or lead back to the page."""
    if "back" in request.form:
        return redirect(url_for("chat.page"), 303)
    if stored is None or "k" not in request.form:
        return Response("", mimetype="text/html")
    repeated = ',"dup":1' if stored.repeated else ""
    return Response(f'{{"msgid":{stored.msgid}{repeated}}}', mimetype=JSON)

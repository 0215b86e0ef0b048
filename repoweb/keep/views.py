"""The page /chat-keep."""

from http import HTTPStatus

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import check, requires
from repoweb.chat import store as chat_store
from repoweb.chat.blueprint import chat
from repoweb.chat.entering import make_ready
from repoweb.chat.message import Message, NewMessage
from repoweb.chat.numbers import integer
from repoweb.chat.purge import Rule
from repoweb.forum import queries as forum_queries
from repoweb.forum.page import reader
from repoweb.forum.store import CannotPost
from repoweb.keep import places, queries
from repoweb.keep.places import CannotKeep, Kept, Wanted
from repoweb.keep.quoting import quoted
from repoweb.repository.attachments import Upload
from repoweb.repository.targets import Target, resolve
from repoweb.web.current import database, repository
from repoweb.web.markup import render
from repoweb.web.markup.links import page_links
from repoweb.web.menu import has_page
from repoweb.web.texts import typed
from repoweb.web.uploads import clean_name
from repoweb.wiki.store import EditConflict

pages = Blueprint("keep", __name__)

SHOWN, THREADS, MOST = 100, 50, 500
_LONGEST_TITLE = 100


@pages.get("/chat-keep")
@requires("C")
def choose() -> str:
    """Show messages to choose from.

    Parameters: `m` are the numbers of messages that are chosen already;
    `before` shows those before a number.
    """
    make_ready()
    return _form(_asked(request.args.getlist("m")), "")


@pages.post("/chat-keep")
@requires("C")
def save() -> Response | str | tuple[str, int]:
    """Keep the chosen messages, and tell the chat where they are."""
    make_ready()
    chosen = _asked(request.form.getlist("m"))
    messages = [m for m in map(_message, sorted(chosen)) if m is not None]
    place = request.form.get("place", "")
    if place in places.NEEDS:
        check(places.NEEDS[place])
    problem = _problem(place, messages)
    if problem:
        return _form(chosen, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    text = quoted(messages, _target)
    if "preview" in request.form:
        return _form(chosen, "", text)
    try:
        kept = _keep(place, text, messages)
    except (CannotKeep, CannotPost, EditConflict) as error:
        return _form(chosen, str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    chat().hub.announce()
    return redirect(request.script_root + kept.url, HTTPStatus.SEE_OTHER)


def _asked(numbers: list[str]) -> set[int]:
    """Read the numbers of messages; several may stand in one parameter."""
    words = " ".join(numbers).replace(",", " ").split()
    return {integer(word) for word in words[:MOST] if integer(word) > 0}


def _message(msgid: int) -> Message | None:
    return chat_store.one(database(), msgid)


def _problem(place: str, messages: list[Message]) -> str:
    if not messages:
        return "No message was chosen, or none of them is there any more."
    if place not in places.NEEDS:
        return "Where shall they be kept?"
    return ""


def _keep(place: str, text: str, messages: list[Message]) -> Kept:
    post = forum_queries.find(database(), request.form.get("post", ""), reader())
    if place == places.REPLY and post is None:
        message = "There is no such thread."
        raise CannotKeep(message)
    files = [_file(message) for message in messages if message.size]
    wanted = Wanted(typed("title", _LONGEST_TITLE), post or 0, text, files)
    with repository().writing() as db:
        kept = places.keep(db, place, wanted)
        label = kept.title.replace("[", "(").replace("]", ")").replace("|", "/")
        news = f"Kept from the chat: [{kept.url}|{label}]"
        told = NewMessage(current_user().name, news)
        chat_store.append(db, told, Rule.read(db))
    return kept


def _file(message: Message) -> Upload:
    content = queries.attachment(database(), message.msgid)
    name = clean_name(message.file_name or "") or f"file-{message.msgid}"
    return Upload(name, content, f"Chat message {message.msgid}")


def _target(name: str) -> Target | None:
    """Find what a `[target]` names, if the one who keeps it may know that."""
    found = resolve(database(), name)
    if found is None or not current_user().may(found.needs):
        return None
    inside = found.url.startswith("/")
    return found if not inside or has_page(current_app, found.url) else None


def _form(chosen: set[int], problem: str, text: str = "") -> str:
    before = integer(request.values.get("before", ""))
    db = database()
    shown = chat_store.newest(db, SHOWN)
    if before > 0:
        shown = chat_store.before(db, before, SHOWN)[::-1]
    there = {message.msgid for message in shown}
    others = [m for m in map(_message, sorted(chosen - there)) if m is not None]
    user = current_user()
    return render_template(
        "keep/choose.html",
        messages=[*others, *shown],
        chosen=chosen,
        problem=problem,
        older=shown[0].msgid if len(shown) == SHOWN else None,
        places={k: v for k, v in places.LABELS.items() if user.may(places.NEEDS[k])},
        place=request.form.get("place", ""),
        threads=places.threads(db, THREADS) if user.may("3") else [],
        post=request.form.get("post", ""),
        title=typed("title", _LONGEST_TITLE),
        preview=render(text, "text/x-markdown", page_links()) if text else "",
    )

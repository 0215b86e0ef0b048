"""The pages of the forum for reading: threads, posts, their history."""

from http import HTTPStatus

from flask import Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.forum import queries, reading
from repoweb.forum.blueprint import pages
from repoweb.forum.history import shown_versions
from repoweb.forum.page import reader, show
from repoweb.forum.search import search
from repoweb.forum.settings import TITLE
from repoweb.forum.thread import Order, Post, page_of, posts
from repoweb.repository.errors import RepositoryError
from repoweb.repository.loading import hash_of
from repoweb.repository.manifests import manifest_of
from repoweb.settings import read
from repoweb.web.current import database, repository
from repoweb.web.unchanged import newest, unchanged, unchanged_bytes

THREADS = 30
POSTS = 100


@pages.get("/forum")
@pages.get("/forummain")
@requires("2")
def forum() -> Response | str:
    """List the threads with the latest activity first, or search the posts.

    Parameters: `s` is what to search for; `x` skips so many threads.
    """
    db, words = database(), request.args.get("s", "").strip()
    login, skip = current_user().login, max(0, _number("x"))
    if answer := unchanged(newest(db), sorted(reading.marks(db, login).items())):
        return answer
    found = [] if words else queries.threads(db, reader(), limit=THREADS + 1, skip=skip)
    return render_template(
        "forum/list.html",
        title=read(db, TITLE),
        words=words,
        hits=search(db, words, reader()) if words else [],
        threads=found[:THREADS],
        unread=_unread(found),
        newer=max(0, skip - THREADS) if skip else None,
        older=skip + THREADS if len(found) > THREADS else None,
    )


def _unread(found: list[queries.Thread]) -> set[str]:
    """Tell in which threads there is something that the user has not read."""
    login = current_user().login
    if not login:
        return set()
    marks = reading.marks(database(), login)
    everything = marks.get(reading.EVERYTHING, 0.0)
    return {
        thread.hash
        for thread in found
        if thread.mtime > max(everything, marks.get(thread.hash, 0.0))
    }


@pages.post("/forum_read")
@requires("2L")
def read_everything() -> BaseResponse:
    """Mark all threads as read."""
    threads = queries.threads(database(), reader(), limit=1, skip=0)
    if threads and current_user().login:
        with repository().writing() as db:
            login = current_user().login
            reading.mark(db, login, reading.EVERYTHING, threads[0].mtime)
    return redirect(request.script_root + "/forum", HTTPStatus.SEE_OTHER)


@pages.get("/forumpost", defaults={"name": ""})
@pages.get("/forumpost/<name>")
@requires("2")
def post(name: str) -> str | Response:
    """Show the thread of a post, at the post.

    Parameters: as of /forumthread; `raw` gives the text of the post as it is.
    """
    rid = post_named(name)
    if "raw" in request.args:
        if answer := unchanged_bytes(hash_of(database(), rid)):
            return answer
        return Response(manifest_of(database(), rid).text, mimetype="text/plain")
    return _thread(rid, selected=rid)


@pages.get("/forumthread", defaults={"name": ""})
@pages.get("/forumthread/<name>")
@requires("2")
def thread(name: str) -> str | Response:
    """Show the thread that a post is in.

    Parameters: `t` is h for nested, f for flat and c for by time; s shows the
    post alone; `x` is the page.
    """
    return _thread(post_named(name))


def _thread(rid: int, selected: int = 0) -> str | Response:
    root = queries.root_of(database(), rid, reader())
    if root is None:
        abort(HTTPStatus.NOT_FOUND)
    if answer := unchanged(newest(database()), *_read_until(root)):
        return answer
    order = _order()
    every = posts(queries.versions(database(), root, reader()), order)
    if not every:
        abort(HTTPStatus.NOT_FOUND, "There is no such thread.")
    shown, at = _page(every, rid)
    mark = _mark(every)
    return render_template(
        "forum/thread.html",
        title=queries.title_of(database(), root),
        root=every[0],
        count=len(every),
        posts=show(database(), shown, read_until=mark),
        selected=selected,
        order=order.value,
        alone=request.args.get("t") == "s",
        page=at,
        pages=(len(every) + POSTS - 1) // POSTS,
    )


def _read_until(root: int) -> tuple[float | None, ...]:
    """Tell how far the user has read a thread, and everything."""
    marks = reading.marks(database(), current_user().login)
    names = (hash_of(database(), root), reading.EVERYTHING) if marks else ()
    return tuple(marks.get(name) for name in names)


def post_named(name: str) -> int:
    """Find the post that a name stands for, or answer that there is none."""
    name = name or request.args.get("name", "") or request.values.get("fpid", "")
    rid = queries.find(database(), name, reader())
    if rid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no post called “{name}” here.")
    return rid


def _order() -> Order:
    wanted = request.args.get("t", "")
    return next((order for order in Order if order.value == wanted), Order.NESTED)


def _page(every: list[Post], rid: int) -> tuple[list[Post], int]:
    """Choose the posts of the page that is asked for, or that the post is on."""
    if request.args.get("t") == "s":
        return [p for p in every if rid in {v.rid for v in p.versions}], 0
    last = (len(every) - 1) // POSTS
    at = _number("x") if "x" in request.args else page_of(every, rid, POSTS)
    at = min(max(at, 0), last)
    return every[at * POSTS : (at + 1) * POSTS], at


def _mark(every: list[Post]) -> float | None:
    """Tell how far the user had read the thread, and remember that he reads it."""
    login, name = current_user().login, every[0].first.hash
    if not login:
        return None
    marks = reading.marks(database(), login)
    before = max(marks.get(reading.EVERYTHING, 0.0), marks.get(name, 0.0))
    latest = max(post.mtime for post in every)
    if latest > before and request.method == "GET":
        try:
            with repository().writing() as db:
                reading.mark(db, login, name, latest)
        except RepositoryError:
            return before  # it can be read all the same
    return before


@pages.get("/forumhistory", defaults={"name": ""})
@pages.get("/forumhistory/<name>")
@requires("2")
def history(name: str) -> str | Response:
    """Show all versions of a post, and what differs between them."""
    rid = post_named(name)
    if answer := unchanged(newest(database())):
        return answer
    root = queries.root_of(database(), rid, reader())
    every = posts(queries.versions(database(), root or 0, reader()), Order.TIME)
    post = next(p for p in every if rid in {v.rid for v in p.versions})
    return render_template(
        "forum/history.html",
        title=queries.title_of(database(), root or 0),
        post=post,
        versions=shown_versions(database(), post),
    )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004

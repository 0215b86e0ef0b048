"""The pages of the forum for writing: new threads, replies, edits, deletions."""

from http import HTTPStatus

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.author import author
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import AccessDenied, requires
from repoweb.forum import queries, store
from repoweb.forum.blueprint import pages
from repoweb.forum.page import ADMINISTER, may_close, may_edit, reader
from repoweb.forum.thread import Order, Post, posts
from repoweb.forum.views import post_named
from repoweb.repository.loading import hash_of
from repoweb.repository.manifests import manifest_of
from repoweb.repository.structure import Manifest
from repoweb.web.current import database, repository
from repoweb.web.markup import MIMETYPES, render
from repoweb.web.markup.links import page_links
from repoweb.web.texts import typed, typed_mimetype, typed_text
from repoweb.web.uploads import read_uploads

TRUSTED, ATTACH = "4", "B"
LONGEST_TITLE = 125
LONGEST_TEXT = 300_000

REPLY, EDIT, DELETE = "reply", "edit", "nullout"


@pages.get("/forumnew")
@requires("3")
def new() -> str:
    """Show the form for a new thread; `title` and `content` may fill it."""
    title = request.args.get("title", "")
    return _new_form(title, request.args.get("content", ""), next(iter(MIMETYPES)))


@pages.post("/forumnew")
@pages.post("/forume1")
@requires("3")
def begin() -> Response | tuple[str, int]:
    """Begin a thread, or show its preview."""
    draft = _draft(typed("title", LONGEST_TITLE))
    problem = _problem(draft, needs_title=True)
    if problem or "preview" in request.form:
        return _again(_new_form(draft.title, draft.text, draft.mimetype, problem))
    with repository().writing() as db:
        written = store.begin(db, draft, author(TRUSTED))
    return _shown(written.hash)


@pages.get("/forumedit")
@requires("3")
def change() -> str:
    """Show the form for a reply or an edit.

    Parameters: `fpid` is the post; `reply` answers it, with `quote` its text is
    quoted; else it is edited, or with `nullout` deleted.
    """
    post = _post(post_named(""))
    source = manifest_of(database(), post.latest.rid)
    if "reply" not in request.args:
        return _edit_form(post, source.text, source.mimetype, source.title)
    text = _quoted(post, source) if "quote" in request.args else ""
    return _reply_form(post, text, next(iter(MIMETYPES)))


@pages.post("/forumedit")
@pages.post("/forume2")
@requires("3")
def save() -> Response | tuple[str, int]:
    """Store a reply, an edit or a deletion, or show its preview."""
    post = _post(post_named(""))
    if REPLY in request.form:
        return _reply(post)
    if DELETE in request.form:
        return _delete(post)
    return _edit(post)


@pages.post("/forumpost_close")
@requires("5 a")
def close() -> Response:
    """Close a post, and everything that answers it."""
    return _set_closed(closed=True)


@pages.post("/forumpost_reopen")
@requires("5 a")
def reopen() -> Response:
    """Open a post again that was closed."""
    return _set_closed(closed=False)


def _reply(post: Post) -> Response | tuple[str, int]:
    _require_open(post)
    draft = _draft("")
    problem = _problem(draft)
    if problem or "preview" in request.form:
        return _again(_reply_form(post, draft.text, draft.mimetype, problem))
    with repository().writing() as db:
        written = store.reply(db, post_named(""), draft, author(TRUSTED))
    return _shown(written.hash)


def _edit(post: Post) -> Response | tuple[str, int]:
    _require_own(post)
    draft = _draft(typed("title", LONGEST_TITLE))
    problem = _problem(draft, needs_title=post.answers is None)
    if problem or "preview" in request.form:
        form = _edit_form(post, draft.text, draft.mimetype, draft.title, problem)
        return _again(form)
    try:
        with repository().writing() as db:
            written = store.edit(db, post_named(""), draft, author(TRUSTED))
    except store.PostChanged as error:
        form = _edit_form(post, draft.text, draft.mimetype, draft.title, str(error))
        return form, HTTPStatus.CONFLICT
    return _shown(written.hash)


def _delete(post: Post) -> Response:
    _require_own(post)
    with repository().writing() as db:
        empty = store.Draft("", "")
        written = store.edit(db, post.latest.rid, empty, author(TRUSTED))
    return _shown(written.hash)


def _set_closed(*, closed: bool) -> Response:
    first = _post(post_named("")).first
    if not may_close(database(), current_user()):
        raise AccessDenied(ADMINISTER)
    with repository().writing() as db:
        store.set_closed(db, first.rid, author(), closed=closed)
    return _shown(first.hash)


def _post(rid: int) -> Post:
    root = queries.root_of(database(), rid, reader())
    rows = queries.versions(database(), root or 0, reader())
    found = posts(rows, Order.TIME)
    return next(p for p in found if rid in {v.rid for v in p.versions})


def _require_open(post: Post) -> None:
    if post.closed and not current_user().may(ADMINISTER):
        abort(HTTPStatus.FORBIDDEN, "This thread is closed.")


def _require_own(post: Post) -> None:
    _require_open(post)
    if not may_edit(current_user(), post):
        abort(HTTPStatus.FORBIDDEN, "Only its author may change this post.")


def _draft(title: str) -> store.Draft:
    files = read_uploads(database()) if current_user().may(ATTACH) else []
    return store.Draft(typed_text("content").strip(), typed_mimetype(), title, files)


def _problem(draft: store.Draft, *, needs_title: bool = False) -> str:
    """Say what is wrong with a draft, or nothing."""
    if needs_title and not draft.title:
        return "A thread needs a title."
    if not draft.text:
        return "There is no text."
    if len(draft.text) > LONGEST_TEXT:
        return f"The text is longer than {LONGEST_TEXT:,} characters."
    return ""


def _again(form: str) -> tuple[str, int]:
    shown = "preview" in request.form
    return form, HTTPStatus.OK if shown else HTTPStatus.UNPROCESSABLE_ENTITY


def _shown(name: str) -> Response:
    target = f"{request.script_root}/forumpost/{name[:16]}"
    return redirect(target, HTTPStatus.SEE_OTHER)


def _quoted(post: Post, source: Manifest) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in source.text.splitlines())
    name = post.latest.user.replace("[", "").replace("]", "")
    link = f"/forumpost/{post.latest.hash[:16]}"
    return f"[{name} wrote]({link}):\n\n{lines}\n\n"


def _new_form(title: str, text: str, mimetype: str, problem: str = "") -> str:
    return _form(
        heading="New thread",
        action="/forumnew",
        title=title,
        text=text,
        mimetype=mimetype,
        problem=problem,
        draft="forum-new",
    )


def _reply_form(post: Post, text: str, mimetype: str, problem: str = "") -> str:
    _require_open(post)
    return _form(
        heading=f"Reply to {post.latest.user or 'nobody'}",
        action="/forumedit",
        title=None,
        text=text,
        mimetype=mimetype,
        problem=problem,
        post=post,
        kind=REPLY,
        draft=f"forum-reply-{post.first.hash[:16]}",
        context=_rendered(post),
    )


def _edit_form(
    post: Post, text: str, mimetype: str, title: str, problem: str = ""
) -> str:
    _require_own(post)
    return _form(
        heading="Edit the post",
        action="/forumedit",
        title=title if post.answers is None else None,
        text=text,
        mimetype=mimetype or "text/x-fossil-wiki",
        problem=problem,
        post=post,
        kind=EDIT,
        draft=f"forum-edit-{post.latest.hash[:16]}",
        context=_rendered(post) if problem else "",
    )


def _rendered(post: Post) -> str:
    source = manifest_of(database(), post.latest.rid)
    return render(source.text, source.mimetype, page_links("old-"))


def _form(**values: object) -> str:
    """Render the editor with what every form of it has."""
    common = {"post": None, "kind": "", "context": ""}
    text, mimetype = str(values["text"]), str(values["mimetype"])
    wanted = "preview" in request.form
    preview = render(text, mimetype, page_links("preview-")) if wanted else ""
    version = post_named("") if values.get("post") else 0
    return render_template(
        "forum/edit.html",
        **{**common, **values},
        fpid=hash_of(database(), version) if version else "",
        preview=preview,
        mimetypes=MIMETYPES,
        may_attach=current_user().may(ATTACH),
        moderated=not current_user().may(TRUSTED),
        longest_title=LONGEST_TITLE,
    )

"""The forum, or one thread, as an Atom feed (RFC 4287)."""

import re
from dataclasses import dataclass

from flask import Response, abort, render_template, request
from markupsafe import Markup

from repoweb.accounts.guard import requires
from repoweb.forum import queries
from repoweb.forum.blueprint import pages
from repoweb.forum.page import reader
from repoweb.forum.settings import TITLE
from repoweb.forum.views import post_named
from repoweb.repository.loading import ArtifactError, hash_of
from repoweb.repository.manifests import manifest_of
from repoweb.settings import read
from repoweb.web.current import database
from repoweb.web.markup import render
from repoweb.web.markup.links import Links, page_links

LENGTH = 30
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """A version of a post."""

    hash: str
    title: str
    user: str
    time: str
    html: Markup


@pages.get("/forum.atom")
@requires("2")
def feed() -> Response:
    """Write the newest posts as a feed; `name` is a post of the only thread wanted."""
    db, title, root = database(), str(read(database(), TITLE)), None
    if request.args.get("name"):
        root = queries.root_of(db, post_named(""), reader())
        if root is None:
            abort(404)
        title = queries.title_of(db, root)
    entries = [_entry(rid) for rid in queries.newest_posts(db, root, LENGTH)]
    page = f"/forumthread/{hash_of(db, root)[:16]}" if root else "/forum"
    text = render_template(
        "forum/atom.xml",
        title=_clean(title),
        entries=[entry for entry in entries if entry],
        root=request.url_root.rstrip("/"),
        page=page,
    )
    return Response(text, mimetype="application/atom+xml")


def _entry(rid: int) -> Entry | None:
    db = database()
    try:
        post = manifest_of(db, rid)
    except ArtifactError:
        return None
    row = db.execute(
        "SELECT comment, strftime('%Y-%m-%dT%H:%M:%SZ', mtime) FROM event"
        " WHERE objid=?",
        (rid,),
    ).fetchone()
    links = page_links()
    links = Links(links.find, links.interwiki, request.url_root.rstrip("/"))
    html = _clean(render(post.text, post.mimetype, links))
    title, time = (row[0], row[1]) if row else ("", f"{post.time[:19]}Z")
    return Entry(hash_of(db, rid), _clean(title), _clean(post.user), time, Markup(html))  # noqa: S704 - only characters were left out


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)

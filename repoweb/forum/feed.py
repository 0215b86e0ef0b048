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
from repoweb.repository.loading import hash_of
from repoweb.repository.manifests import manifests_of
from repoweb.repository.structure import Manifest
from repoweb.settings import read
from repoweb.web.current import database
from repoweb.web.markup import render
from repoweb.web.markup.links import Links, page_links

LENGTH = 30
_NO_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


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
    posts = queries.newest_posts(db, root, LENGTH)
    page = f"/forumthread/{hash_of(db, root)[:16]}" if root else "/forum"
    text = render_template(
        "forum/atom.xml",
        title=_clean(title),
        entries=_entries(posts),
        root=request.url_root.rstrip("/"),
        page=page,
    )
    return Response(text, mimetype="application/atom+xml")


def _entries(posts: list[queries.ListedPost]) -> list[Entry]:
    manifests = manifests_of(database(), [post.rid for post in posts])
    links = page_links()
    links = Links(links.find, links.interwiki, request.url_root.rstrip("/"))
    found = [(post, manifests[post.rid]) for post in posts]
    return [
        Entry(
            post.hash,
            _clean(post.what),
            _clean(post.user),
            post.time,
            Markup(_clean(render(source.text, source.mimetype, links))),  # noqa: S704 - only characters were left out
        )
        for post, source in found
        if isinstance(source, Manifest)
    ]


def _clean(text: str) -> str:
    return re.sub(_NO_XML, "", text)

"""The page /search."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb import settings
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.search.engine import Results, search, words_of
from repoweb.search.settings import KINDS, Kind
from repoweb.web.current import database
from repoweb.web.layout import href

pages = Blueprint("search", __name__)

_LONGEST = 200


@pages.get("/search")
@requires("o j r 2")
def search_page() -> str:
    """Find check-ins, documents, tickets, wiki pages, technotes and forum posts.

    Only what the settings of /Admin/Search allow is looked through, and of that
    only what the visitor may see.

    Parameters: `s` is what to look for; all of its words must be there. `y` is the
    letter of one kind: `c`, `d`, `t`, `w`, `e`, `f`, or `all`.
    """
    allowed = _allowed()
    query = request.args.get("s", "")[:_LONGEST]
    chosen = request.args.get("y", "all")
    kinds = [kind for kind in allowed if chosen in {kind.letter, "all"}]
    words = words_of(query)
    letters = [kind.letter for kind in kinds]
    results = search(database(), words, letters) if words else None
    return render_template(
        "search/search.html",
        query=query,
        chosen=chosen,
        allowed=allowed,
        names={kind.letter: kind.name for kind in KINDS},
        results=results or Results([], is_complete=True),
        asked=bool(words),
    )


@pages.get("/wikisrch")
@requires("j")
def search_wiki() -> Response:
    """Lead to the search in wiki pages for `s`."""
    return _lead_to("w")


@pages.get("/docsrch")
@requires("o")
def search_documents() -> Response:
    """Lead to the search in documents for `s`."""
    return _lead_to("d")


def _lead_to(kind: str) -> Response:
    query = urlencode({"y": kind, "s": request.args.get("s", "")})
    return redirect(href(f"/search?{query}"))


def _allowed() -> list[Kind]:
    """List the kinds that the settings and the visitor's capabilities allow."""
    user, db = current_user(), database()
    return [
        kind
        for kind in KINDS
        if user.may(kind.needs) and settings.read(db, kind.setting)
    ]

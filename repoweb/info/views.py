"""The page /info/NAME: whatever a name stands for."""

from http import HTTPStatus
from typing import NoReturn

from flask import abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.guard import check, requires
from repoweb.info import checkin, queries
from repoweb.info.blueprint import pages
from repoweb.repository import names
from repoweb.repository.access import needs_of
from repoweb.repository.artifacts import Rid
from repoweb.repository.events import events
from repoweb.repository.kinds import KINDS
from repoweb.repository.loading import hash_of
from repoweb.repository.names import AmbiguousName, Candidate
from repoweb.repository.targets import resolve
from repoweb.web.current import database
from repoweb.web.eventlist import Writer, event_lines
from repoweb.web.hyperlinks import show_links
from repoweb.web.layout import href
from repoweb.web.menu import has_page

_PAGES = {"f": "/forumpost/{}", "w": "/winfo/{}", "e": "/technote/{}", "t": "/tinfo/{}"}
"""Pages that show an event of a kind better than this one, where there are such."""

_OF_KIND = {"tkt": ("/tktview/{}", "r"), "event": ("/technote/{}", "j")}
"""Pages of what has a name of its own, and what they need."""


@pages.get("/info")
@pages.get("/info/<path:name>")
@pages.get("/ainfo")
@pages.get("/ainfo/<path:name>")
@requires("*")
def info(name: str = "") -> str | Response:
    """Show what a name stands for: a check-in, a file, a ticket, a technote, a post.

    A name is a hash or its beginning, `tip`, a branch, a tag, a date, `root:BRANCH`
    and the like; if it is that of several things, they are listed.
    """
    name = name or request.args.get("name", "")
    found = names.candidates(database(), name)
    if len(found) > 1 and not any(c.hash == name.lower() for c in found):
        return _ambiguous(name, found)
    rid = _rid(name)
    if rid is not None:
        return _artifact(rid)
    others = [candidate for candidate in found if candidate.kind != "blob"]
    if not others:
        _nothing(name)
    return _other(others[0])


def _nothing(name: str) -> NoReturn:
    abort(HTTPStatus.NOT_FOUND, f"There is nothing called “{name}” here.")


def _rid(name: str) -> Rid | None:
    try:
        db = database()
        return names.find(db, name) or names.find(db, name.lower())
    except AmbiguousName:
        return None


def _artifact(rid: Rid) -> str | Response:
    db = database()
    uuid = hash_of(db, rid)
    check(needs_of(db, rid, uuid))
    found = queries.artifact(db, rid)
    if found.kind == "ci":
        return checkin.show(rid)
    better = _better_page(found)
    if better and has_page(current_app, better):
        query = request.query_string.decode("ascii", "replace")
        more = f"{'&' if '?' in better else '?'}{query}" if query else ""
        return redirect(href(better + more))
    tags = queries.tags(db, rid)
    return render_template(
        "info/info.html",
        artifact=found,
        comment=_comment(rid, found.comment),
        label=KINDS.get(found.kind, "Artifact"),
        tags=queries.symbols(tags),
        raw=f"/artifact/{uuid[:16]}?txt=1",
        has_raw=has_page(current_app, f"/artifact/{uuid}"),
        links=show_links(),
    )


def _better_page(found: queries.Artifact) -> str:
    """Name the page that shows an artifact better than this one, or ""."""
    file = queries.attached_file(database(), found.rid)
    if file is not None:  # its event is of the kind of what it is attached to
        return f"/attachview?attachid={found.rid}" if file else ""
    page = _PAGES.get(found.kind, "" if found.kind else "/artifact/{}")
    return page.format(found.hash)


def _comment(rid: Rid, text: str) -> object:
    """Write the text of an event as the timeline does."""
    shown = events(database(), [rid])
    if not shown:
        return text
    [line] = event_lines(database(), shown, graph=False)
    return (
        line.text + Writer(database()).html(shown[0].comment)
        if line.more
        else line.text
    )


def _other(candidate: Candidate) -> str | Response:
    """Show a ticket or a technote, which are no artifacts themselves."""
    page, needs = _OF_KIND[candidate.kind]
    check(needs)
    url = page.format(candidate.hash)
    if has_page(current_app, url):
        return redirect(href(url))
    target = resolve(database(), candidate.hash)
    title = target.title if target else f"Technote {candidate.hash[:10]}"
    return render_template("info/other.html", candidate=candidate, title=title)


def _ambiguous(name: str, found: list[Candidate]) -> str | Response:
    """List what a name could stand for."""
    rids = [candidate.rid for candidate in found if candidate.rid]
    db = database()
    check("o")
    lines = {
        line.event.rid: line for line in event_lines(db, events(db, rids), graph=False)
    }
    page = render_template(
        "info/ambiguous.html", name=name, found=found, lines=lines, links=show_links()
    )
    return Response(page, HTTPStatus.MULTIPLE_CHOICES, mimetype="text/html")

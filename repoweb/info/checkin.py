"""The pages /ci and /vinfo: one check-in, and all tags of an artifact."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from flask import Response, current_app, render_template, request

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.info import queries
from repoweb.info.blueprint import pages
from repoweb.info.changes import shown
from repoweb.info.naming import artifact_named, asked, checkin_named
from repoweb.info.queries import Relative
from repoweb.repository.ancestry import main_branch
from repoweb.repository.events import events
from repoweb.repository.loading import hash_of
from repoweb.web.current import database
from repoweb.web.diffview import Form, Page
from repoweb.web.eventlist import Writer, event_lines
from repoweb.web.eventtable import event_table
from repoweb.web.graph import branch_class
from repoweb.web.hyperlinks import show_links
from repoweb.web.menu import has_page
from repoweb.web.unchanged import newest, unchanged
from repoweb.web.whole import is_whole

MOST_FILES = 500
"""Files of one check-in whose changes are shown; the list has all of them."""


@dataclass(frozen=True)
class Way:
    """A link from a check-in to another page about it."""

    label: str
    url: str
    needs: str = "o"


_WAYS = (
    Way("Files", "/dir?ci={}"),
    Way("Tree", "/tree?ci={}"),
    Way("Ages", "/fileage?name={}"),
    Way("Manifest", "/artifact/{}?txt=1"),
    Way("Timeline", "/timeline?c={}"),
    Way("Ancestors", "/timeline?p={}"),
    Way("Descendants", "/timeline?d={}"),
    Way("Tags", "/ci_tags/{}"),
    Way("Edit", "/ci_edit?r={}", "i"),
    Way("ZIP", "/zip/{0}/{0}.zip", "z"),
    Way("Tarball", "/tarball/{0}/{0}.tar.gz", "z"),
    Way("Compare", "/vdiff?from={}"),
    Way("Patch", "/vpatch?from={1}&to={0}"),
    Way("Discuss in chat", "/chat?text=%5B{}%5D%20", "C"),
)


@pages.get("/ci")
@pages.get("/ci/<path:name>")
@pages.get("/vinfo")
@pages.get("/vinfo/<path:name>")
@requires("o")
def checkin(name: str = "") -> str | Response:
    """Show a check-in: what was changed, by whom, when, and what is next to it.

    Parameters: `diff` 0 without differences, 1 one below the other, 2 side by side;
    `w` ignores blanks, `dc` is the number of equal lines around a change.
    """
    return show(checkin_named(name or asked("name")))


def show(rid: int) -> str | Response:
    """Render the page of a check-in."""
    db = database()
    found = queries.artifact(db, rid)
    if (answer := unchanged(found.hash, newest(db))) is not None:
        return answer
    form = Form.of(request.args)
    changes = queries.changes(db, rid)
    [event] = events(db, [rid])
    neighbours = event_lines(db, events(db, queries.family(db, rid)))
    return render_template(
        "info/checkin.html",
        artifact=found,
        event=event,
        comment=Writer(db).html(found.comment),
        relatives=_by_role(queries.relatives(db, rid)),
        hue=branch_class(event.branch, main_branch(db)),
        neighbours=event_table(neighbours, marked=(rid,)),
        changes=changes,
        differences=shown(db, changes[:MOST_FILES], Page(form), whole=is_whole()),
        form=form,
        ways=ways(db, rid, found.hash[:16]),
        links=show_links(),
    )


def _by_role(found: list[Relative]) -> list[tuple[str, list[Relative]]]:
    return [(role, list(group)) for role, group in groupby(found, lambda r: r.role)]


def ways(db: sqlite3.Connection, rid: int, name: str) -> list[Way]:
    """List the pages about a check-in that there are, and that the user may see."""
    parent = queries.parent(db, rid)
    before = queries.artifact(db, parent).hash[:16] if parent else ""
    found = []
    for way in _WAYS:
        if "{1}" in way.url and not before:
            continue
        url = way.url.format(name, before)
        if current_user().may(way.needs) and has_page(current_app, url):
            found.append(Way(way.label, url, way.needs))
    return found


@pages.get("/ci_tags")
@pages.get("/ci_tags/<path:name>")
@requires("o")
def all_tags(name: str = "") -> str | Response:
    """List all tags of an artifact, also those that were cancelled."""
    rid = artifact_named(name or asked("name"))
    db = database()
    if (answer := unchanged(hash_of(db, rid), newest(db))) is not None:
        return answer
    return render_template(
        "info/tags.html",
        artifact=queries.artifact(db, rid),
        tags=queries.tags(db, rid),
        links=show_links(),
    )

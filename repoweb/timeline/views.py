"""The pages /timeline, /timeline.rss and /timeline.atom."""

from flask import Response, render_template, request

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.repository.events import KINDS, NEEDS, events
from repoweb.timeline import feeds, filters, queries
from repoweb.timeline.blueprint import pages
from repoweb.timeline.heading import heading
from repoweb.web.current import database
from repoweb.web.eventlist import event_lines
from repoweb.web.hyperlinks import show_links
from repoweb.web.unchanged import newest, unchanged

ANY = " ".join(sorted(set(NEEDS.values())))
"""Whoever may see events of one kind has a timeline."""

FEED_LENGTH = 20


@pages.get("/timeline")
@requires(ANY)
def timeline() -> str | Response:
    """Show what happened, newest first, and how check-ins descend from one another.

    Parameters: y kind (ci w t e f g), u user, t tag or branch, r the same with what
    is next to it (mionly only before it), tl, rl, ml lists of tags, ms how they are
    compared (exact glob like brlist), s words, chng patterns of file names, a after,
    b before, c around a time or a name, cf around the first use of a file, uf what
    has a file with that hash, p ancestors (bt back to), d descendants, dp both, df
    all descendants, f parents and children of a check-in, from and to the way between
    two (shortest also along merges, rel with what is next to it), me and you that by
    their ancestor, ym yw ymd year days a span, namechng, forks, cherrypicks, m sel1
    sel2 what is marked, n rows, v files, unhide, ng no graph.
    """
    db = database()
    wanted = filters.read(db, request.args, current_user().may)
    if (answer := unchanged(newest(db))) is not None:
        return answer
    page = queries.page(db, wanted)
    shown = events(db, page.rids)
    return render_template(
        "timeline/timeline.html",
        heading=heading(wanted, request.args),
        lines=event_lines(db, shown, graph="ng" not in request.args),
        files=queries.changed_files(db, page.rids) if "v" in request.args else {},
        marked=wanted.marked,
        page=page,
        wanted=wanted,
        kinds={kind: KINDS[kind] for kind in KINDS if current_user().may(NEEDS[kind])},
        links=show_links(),
    )


@pages.get("/timeline.rss")
@requires(ANY)
def rss() -> Response:
    """Give the newest events as RSS 2.0; the parameters are those of /timeline."""
    return _feed(feeds.RSS)


@pages.get("/timeline.atom")
@requires(ANY)
def atom() -> Response:
    """Give the newest events as Atom; the parameters are those of /timeline."""
    return _feed(feeds.ATOM)


def _feed(form: feeds.Form) -> Response:
    db = database()
    args = feeds.parameters(request.args, FEED_LENGTH)
    wanted = filters.read(db, args, current_user().may)
    if (answer := unchanged(newest(db))) is not None:
        return answer
    shown = events(db, queries.page(db, wanted).rids)
    return feeds.answer(form, db, shown, wanted)

"""The pages /timeline, /timeline.rss and /timeline.atom."""

from flask import Response, render_template, request

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.repository.events import events
from repoweb.repository.kinds import ANY, KINDS, NEEDS
from repoweb.timeline import feeds, filters, queries
from repoweb.timeline.blueprint import pages
from repoweb.timeline.heading import heading
from repoweb.web.current import database
from repoweb.web.eventlist import event_lines
from repoweb.web.eventtable import event_table
from repoweb.web.unchanged import newest, unchanged

FEED_LENGTH = 20


@pages.get("/timeline")
@requires(ANY)
def timeline() -> str | Response:
    """Show what happened, newest first, and how check-ins descend from one another.

    Parameters, all of them as in Fossil:

    * `y` the kind of events: `ci`, `w`, `t`, `n` (new tickets), `e`, `f`, `g`, `all`
    * `n` rows of a page; `u` a user; `s` words; `chng` patterns of names of files
    * `t` a tag or branch; `r` the same with what is next to it (`mionly`: only
      before it); `tl`, `rl` and `ml` several; `ms` how they are compared: `exact`,
      `glob`, `like`
    * `a` after, `b` before, `c` around a time or a check-in; `ym`, `yw`, `ymd`,
      `year` a month, week, day, or year; `days` the last days
    * `uf` check-ins that have a file with this hash; `cf` around its first use
    * `p` ancestors of a check-in (`bt` back to another), `d` descendants, `df` all of
      them, `dp` both, `f` parents and children
    * `from` and `to` the way between two check-ins, with `shortest` also along merges,
      with `rel` and what is next to it; `me` and `you` the way by their ancestor
    * `namechng`, `forks` and `cherrypicks` only those; `unhide` also what is hidden
    * `m`, `sel1`, `sel2` what stands out; `v` with files; `ng` without the graph
    """
    db = database()
    wanted = filters.read(db, request.args, current_user().may)
    if (answer := unchanged(newest(db))) is not None:
        return answer
    page = queries.page(db, wanted)
    lines = event_lines(db, events(db, page.rids), graph="ng" not in request.args)
    files = queries.changed_files(db, page.rids) if "v" in request.args else {}
    return render_template(
        "timeline/timeline.html",
        heading=heading(wanted, request.args),
        table=event_table(lines, files, wanted.marked),
        page=page,
        wanted=wanted,
        kinds={kind: KINDS[kind] for kind in KINDS if current_user().may(NEEDS[kind])},
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

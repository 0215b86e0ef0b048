"""The pages /timeline, /timeline.rss and /timeline.atom."""

from flask import Response, render_template, request

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.repository.events import Event, events
from repoweb.repository.kinds import ANY, KINDS, NEEDS
from repoweb.timeline import about, feeds, filters, queries, tags
from repoweb.timeline.blueprint import pages
from repoweb.timeline.heading import heading
from repoweb.web.current import database
from repoweb.web.eventlist import event_lines
from repoweb.web.eventtable import event_table
from repoweb.web.hyperlinks import show_links
from repoweb.web.unchanged import newest, unchanged

FEED_LENGTH = 20


@pages.get("/timeline")
@requires(ANY)
def timeline() -> str | Response:
    """Show what happened, newest first, and how check-ins descend from one another.

    Parameters, all of them as in Fossil:

    * `y` the kind of events: `ci`, `w`, `t`, `n` (new tickets), `e`, `f`, `h` (new
      threads), `g`, `all`
    * `n` rows of a page; `u` a user; `s` words; `chng` patterns of names of files
    * `t` a tag or branch; `r` the same with what is next to it (`mionly`: only
      before it); `tl`, `rl` and `ml` several; `ms` how they are compared: `exact`,
      `glob`, `like`, `regexp`, `brlist` (several); `nowiki` without the wiki page
      about it
    * `a` after, `b` before, `c` around a time or a check-in; `ym`, `yw`, `ymd`,
      `year` a month, week, day, or year; `days` the last days
    * `uf` check-ins that have a file with this hash; `cf` around its first use
    * `p` ancestors of a check-in (`bt` back to another, or to a tag), `d` descendants
      (`ft` up to another), `df` all of them, `dp` both, `f` parents and children; `p`
      and `d` of two, what is between them
    * `from` and `to` the way between two check-ins, with `shortest` also along merges,
      with `rel` and what is next to it, with `min` without what is dull; `from` with
      `ft` or `bt` the way forward or back to a tag; `me` and `you` the way by their
      ancestor
    * `p2`, `d2`, `dp2` and `to2` are taken if there is no `p`, `d`, `dp` or `to`
    * `namechng`, `forks` and `cherrypicks` only those; `unhide` also what is hidden
    * `bid` a bisect, such as `y12ab-n34cd`; `tkt` a ticket; `wiki` a page
    * `m`, `sel1`, `sel2` what stands out (`nd`: not the ends of ways), `x` a list of
      check-ins that are shown besides
    * `v` with files; `ng` without the graph, `ncp` without its cherrypicks;
      `oldestfirst` the other way round
    """
    db = database()
    wanted = filters.read(db, request.args, current_user().may)
    if (answer := unchanged(newest(db), wanted.after, wanted.before)) is not None:
        return answer
    page = queries.page(db, wanted)
    shown = drawn(events(db, page.rids), wanted.flags)
    lines = event_lines(db, shown, graph=not {"ng", "oldestfirst"} & wanted.flags)
    files = queries.changed_files(db, page.rids) if "v" in request.args else {}
    return render_template(
        "timeline/timeline.html",
        heading=heading(wanted, request.args),
        about=about.page_about(db, request.args),
        table=event_table(lines, files, wanted.marked, wanted.bisect),
        styles=tags.SHOWN_STYLES,
        links=show_links(),
        page=page,
        wanted=wanted,
        kinds={kind: KINDS[kind] for kind in KINDS if current_user().may(NEEDS[kind])},
    )


def drawn(shown: list[Event], flags: frozenset[str]) -> list[Event]:
    """Turn events round, or forget what was cherrypicked, if that is asked for."""
    if "ncp" in flags:
        shown = [event._replace(picked=()) for event in shown]
    return shown[::-1] if "oldestfirst" in flags else shown


@pages.get("/timeline.rss")
@requires(ANY)
def rss() -> Response:
    """Give the newest events as RSS 2.0; the parameters are those of /timeline.

    Besides, `tag` is a tag, and `name` that of a file.
    """
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
    if (answer := unchanged(newest(db), wanted.after, wanted.before)) is not None:
        return answer
    shown = events(db, queries.page(db, wanted).rids)
    return feeds.answer(form, db, shown, wanted)

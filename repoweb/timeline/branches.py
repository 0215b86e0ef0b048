"""The pages /brlist, /taglist and /leaves, and the timelines of branches and tags."""

from http import HTTPStatus

from flask import Response, abort, render_template, request

from repoweb.accounts.guard import requires
from repoweb.repository.events import events
from repoweb.timeline import branch_queries
from repoweb.timeline.blueprint import pages
from repoweb.timeline.branch_table import rows_of
from repoweb.web.current import database
from repoweb.web.eventlist import event_lines
from repoweb.web.eventtable import event_table
from repoweb.web.hyperlinks import show_links
from repoweb.web.unchanged import newest, unchanged
from repoweb.web.whole import is_whole

MOST = 500
"""Rows of a page of check-ins."""

_AT_ONCE = 250
"""Branches after which the others come after the page."""


@pages.get("/brlist")
@requires("o")
def branch_list() -> str | Response:
    """List the branches.

    Parameters: `open`, `closed` or `all`, which is the default; `sort` by `time`,
    `name` or `checkins`.
    """
    db = database()
    if (answer := unchanged(newest(db))) is not None:
        return answer
    found = branch_queries.branches(db, _order(branch_queries.BRANCH_ORDERS))
    shown = _state()
    chosen = [b for b in found if shown == "all" or b.closed == (shown == "closed")]
    return render_template(
        "timeline/branches.html",
        rows=rows_of(chosen[:_AT_ONCE]),
        more=rows_of(chosen[_AT_ONCE:]) if is_whole() else "",
        follow=0 if is_whole() else len(chosen[_AT_ONCE:]),
        counts={
            "all": len(found),
            "open": sum(not b.closed for b in found),
            "closed": sum(b.closed for b in found),
        },
        shown=shown,
        order=_order(branch_queries.BRANCH_ORDERS),
        links=show_links(),
    )


@pages.get("/taglist")
@requires("o")
def tag_list() -> str | Response:
    """List the tags that do not propagate; `sort` by `time`, `name` or `count`."""
    db = database()
    if (answer := unchanged(newest(db))) is not None:
        return answer
    order = _order(branch_queries.TAG_ORDERS)
    return render_template(
        "timeline/tags.html",
        tags=branch_queries.tags(db, order),
        order=order,
        links=show_links(),
    )


@pages.get("/leaves")
@requires("o")
def leaf_list() -> str | Response:
    """List the check-ins without children on their branch: open, `closed` or `all`."""
    shown = _state(default="open")
    rids = branch_queries.leaves(
        database(), MOST, opened=shown != "closed", closed=shown != "open"
    )
    heading = {"open": "Open leaves", "closed": "Closed leaves", "all": "Leaves"}[shown]
    ways = [
        (f"/leaves?{name}", name, name == shown) for name in ("open", "closed", "all")
    ]
    return _checkins(heading, rids, ways)


@pages.get("/brtimeline")
@requires("o")
def branch_timeline() -> str | Response:
    """Show the check-ins with which branches began."""
    return _checkins(
        "Beginnings of branches", branch_queries.branch_points(database(), MOST)
    )


@pages.get("/tagtimeline")
@requires("o")
def tag_timeline() -> str | Response:
    """Show the check-ins that have tags of their own."""
    return _checkins("Tagged check-ins", branch_queries.tagged(database(), MOST))


@pages.get("/timewarps")
@requires("o")
def timewarps() -> str | Response:
    """Show the check-ins that are older than what they were made from."""
    return _checkins("Timewarps", branch_queries.timewarps(database(), MOST))


@pages.get("/thisdayinhistory")
@requires("o")
def this_day() -> str | Response:
    """Show the check-ins of this day in other years; `today` is another day."""
    today = request.args.get("today", "now")
    day = branch_queries.day_of_year(database(), today)
    if day is None:
        abort(HTTPStatus.BAD_REQUEST, f"“{today}” is no day.")
    found = branch_queries.on_day(database(), day, MOST)
    return _checkins(f"On {day} in history", found)


def _checkins(
    heading: str, rids: list[int], ways: list[tuple[str, str, bool]] | None = None
) -> str | Response:
    db = database()
    if (answer := unchanged(newest(db), heading)) is not None:
        return answer
    return render_template(
        "timeline/checkins.html",
        heading=heading,
        table=event_table(event_lines(db, events(db, rids))),
        ways=ways or [],
    )


def _state(default: str = "all") -> str:
    return next((s for s in ("all", "open", "closed") if s in request.args), default)


def _order(orders: dict[str, str]) -> str:
    order = request.args.get("sort", "")
    return order if order in orders else "time"

"""The page /reports: activity as bar charts."""

from http import HTTPStatus
from urllib.parse import quote_plus

from flask import Response, abort, render_template, request

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.repository.kinds import ANY, KINDS, NEEDS
from repoweb.timeline import report_queries
from repoweb.timeline.blueprint import pages
from repoweb.timeline.report_queries import MOST, VIEWS
from repoweb.web.current import database
from repoweb.web.hyperlinks import show_links
from repoweb.web.unchanged import newest, unchanged

MENU = {
    "byyear": "By year",
    "bymonth": "By month",
    "byweek": "By week",
    "byday": "By day",
    "byweekday": "By weekday",
    "byhour": "By hour",
    "byuser": "By user",
    "byfile": "By file",
    "lastchng": "Last change",
}


@pages.get("/reports")
@requires(ANY)
def reports() -> str | Response:
    """Show how much was done, and when, by whom, or where.

    Parameters: `view` byyear, bymonth, byweek, byday, byweekday, byhour, byuser,
    byfile or lastchng; `user`; `type` ci, w, t, e, f or g; `y` a year.
    """
    view = request.args.get("view", "byyear")
    if view not in VIEWS:
        abort(HTTPStatus.BAD_REQUEST, f"There is no report “{view}”.")
    db = database()
    if (answer := unchanged(newest(db))) is not None:
        return answer
    user, year = request.args.get("user", ""), request.args.get("y", "")
    kind = request.args.get("type", "")
    kinds = tuple(
        k for k in NEEDS if current_user().may(NEEDS[k]) and kind in {"", "all", "*", k}
    )
    rows = report_queries.report(db, view, kinds, user, year)
    return render_template(
        "timeline/reports.html",
        view=view,
        views=MENU,
        label=VIEWS[view].label,
        rows=rows,
        most=max((row.count for row in rows), default=0) or 1,
        total=sum(row.count for row in rows),
        full=len(rows) == MOST,
        user=user,
        year=year,
        kind=kind,
        kinds={k: KINDS[k] for k in KINDS if current_user().may(NEEDS[k])},
        link=_timeline_link(view, kind, user),
        links=show_links(),
    )


def _timeline_link(view: str, kind: str, user: str) -> str:
    """Make the address of the timeline that a row stands for, with `{}` in it."""
    parts = [VIEWS[view].link]
    if kind:
        parts.append(f"y={quote_plus(kind)}")
    if user and not VIEWS[view].link.startswith("u="):
        parts.append(f"u={quote_plus(user)}")
    return "/timeline?" + "&".join(part for part in parts if part)

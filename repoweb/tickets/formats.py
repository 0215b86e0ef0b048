"""The pages that show, make and change reports: /rptsql, /rptnew, /rptedit."""

from dataclasses import replace
from http import HTTPStatus

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import AccessDenied, requires
from repoweb.tickets import formats_store
from repoweb.tickets.blueprint import pages
from repoweb.tickets.formats_store import Format
from repoweb.tickets.reports import format_numbered, rights
from repoweb.tickets.running import BadReport, run
from repoweb.web.current import database, repository
from repoweb.web.texts import typed, typed_text

ADMIN = "a"
_BEGIN = """SELECT substr(tkt_uuid,1,10) AS '#',
  datetime(tkt_mtime) AS 'mtime', type, status, title
FROM ticket ORDER BY tkt_mtime DESC"""


@pages.get("/rptsql", defaults={"rn": ""})
@pages.get("/rptsql/<rn>")
@requires("t")
def show_sql(rn: str) -> str:
    """Show the SQL of a report."""
    return render_template("tickets/sql.html", report=format_numbered(rn))


@pages.get("/rptnew")
@requires("t")
def new_report() -> str:
    """Show the form for a new report."""
    return _form(Format(0, "", current_user().name, "", _BEGIN))


@pages.get("/rptedit", defaults={"rn": ""})
@pages.get("/rptedit/<rn>")
@requires("t")
def edit_report(rn: str) -> str:
    """Show the form of a report."""
    return _form(_own(rn))


@pages.post("/rptnew")
@requires("t")
def create_report() -> Response | tuple[str, int]:
    """Store a new report."""
    return _save(Format(0, "", current_user().name, "", ""))


@pages.post("/rptedit", defaults={"rn": ""})
@pages.post("/rptedit/<rn>")
@requires("t")
def save_report(rn: str) -> Response | tuple[str, int]:
    """Store or remove a report."""
    report = _own(rn)
    if "delete" not in request.form:
        return _save(report)
    with repository().writing() as db:
        formats_store.delete(db, report.rn)
    return redirect(f"{request.script_root}/ticket", HTTPStatus.SEE_OTHER)


def _own(rn: str) -> Format:
    """Find a report that the user may change: his own, or as an administrator."""
    report = format_numbered(rn)
    user = current_user()
    if not (user.may(ADMIN) or (user.login and report.owner == user.login)):
        raise AccessDenied(ADMIN)
    return report


def _save(report: Format) -> Response | tuple[str, int]:
    wanted = replace(
        report,
        title=typed("title", 200),
        cols=typed_text("cols"),
        sql=typed_text("sql").strip().rstrip(";"),
    )
    if problem := _problem(wanted):
        return _form(wanted, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    with repository().writing() as db:
        number = formats_store.save(db, wanted)
    return redirect(f"{request.script_root}/rptview/{number}", HTTPStatus.SEE_OTHER)


def _problem(report: Format) -> str:
    if not report.title:
        return "A report needs a title."
    if formats_store.is_title_taken(database(), report.title, report.rn):
        return "Another report has this title."
    try:
        run(database(), report.sql, rights())
    except BadReport as error:
        return str(error)
    return ""


def _form(report: Format, problem: str = "") -> str:
    return render_template("tickets/format.html", report=report, problem=problem)

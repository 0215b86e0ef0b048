"""The page /rptview: a report as a table, as text with tabs, and as CSV."""

import csv
import io
import re
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import abort, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.tickets import formats_store
from repoweb.tickets.blueprint import pages
from repoweb.tickets.formats_store import Format
from repoweb.tickets.running import BadReport, Result, Rights, run
from repoweb.tickets.views import SEES_PRIVATE, hidden_tickets
from repoweb.web.current import database, site
from repoweb.web.markup import FOSSIL_WIKI, render
from repoweb.web.markup.links import page_links

COLOUR, TICKET, BELOW = "bgcolor", "#", "_"
"""Columns with a meaning: colour of the row, link to the ticket, text below it."""

MOST_BELOW = 200
_SAFE_COLOUR = re.compile(r"#[0-9a-fA-F]{3,6}|[a-zA-Z]{3,20}")
_OWN_TABLES = re.compile(r"\bfx_\w+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """A row as it is shown: the colour, the cells and the texts below them."""

    colour: str
    cells: list[str]
    below: list[Markup]


@pages.get("/rptview", defaults={"rn": ""})
@pages.get("/rptview/<rn>")
@requires("r")
def report(rn: str) -> Response | str | tuple[str, int]:
    """Show a report by its number.

    Parameters: `rn` is the number; `o` the column to sort by, from 1, and negative
    for downwards; `tablist` gives text with tabs, `csv` a file for spreadsheets.
    """
    chosen = format_numbered(rn)
    try:
        result = run(database(), chosen.sql, rights())
    except BadReport as error:
        page = render_template("tickets/broken.html", report=chosen, problem=str(error))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    result = _without_waiting(result)
    if "tablist" in request.args:
        return Response(_with_tabs(result), mimetype="text/plain")
    if "csv" in request.args:
        return _spreadsheet(chosen, result)
    columns = [n for n in result.columns if n != COLOUR and not n.startswith(BELOW)]
    order = _order(len(columns))
    return render_template(
        "tickets/report.html",
        report=chosen,
        columns=columns,
        rows=_rows(result, columns, order),
        order=order,
        cut=result.cut,
        legend=_legend(chosen.cols),
        ticket=TICKET,
    )


def _without_waiting(result: Result) -> Result:
    """Leave out the rows of new tickets that the user may not see yet."""
    hidden = hidden_tickets()
    if TICKET not in result.columns or not hidden:
        return result
    at = result.columns.index(TICKET)
    rows = [
        row
        for row in result.rows
        if not any(name.startswith(_text(row[at]) or "-") for name in hidden)
    ]
    return replace(result, rows=rows)


def format_numbered(rn: str) -> Format:
    """Find a report, or answer that there is none."""
    text = rn or request.values.get("rn", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004
    found = formats_store.format_of(database(), number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no report {text}.")
    return found


def rights() -> Rights:
    """Tell what the current user's reports may see; tables of ours are not theirs."""
    schemas = " ".join(plugin.schema for plugin in site().plugins)
    hidden = frozenset(_OWN_TABLES.findall(schemas.lower()))
    user = current_user()
    return Rights(user.name, user.may(SEES_PRIVATE), hidden)


def _order(columns: int) -> int:
    text = request.args.get("o", "").removeprefix("-")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004
    if not 0 < number <= columns:
        return 0
    return -number if request.args["o"].startswith("-") else number


def _rows(result: Result, columns: list[str], order: int) -> list[Row]:
    at = {name: number for number, name in enumerate(result.columns)}
    found = list(result.rows)
    if order:
        key = at[columns[abs(order) - 1]]
        found.sort(key=lambda row: _sort_key(row[key]), reverse=order < 0)
    links = page_links()
    below = [at[name] for name in result.columns if name.startswith(BELOW)]
    return [
        Row(
            _colour(row[at[COLOUR]]) if COLOUR in at else "",
            [_text(row[at[name]]) for name in columns],
            [
                render(_text(row[place]), FOSSIL_WIKI, links.within(f"r{number}-"))
                for place in below
                if number < MOST_BELOW and row[place]
            ],
        )
        for number, row in enumerate(found)
    ]


def _sort_key(value: object) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return 1, float(value), ""
    return (0, 0.0, "") if value is None else (2, 0.0, str(value).casefold())


def _colour(value: object) -> str:
    text = str(value or "")
    return text if _SAFE_COLOUR.fullmatch(text) else ""


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _legend(text: str) -> list[tuple[str, str]]:
    """Read what the colours mean: a colour and its meaning on each line."""
    pairs = [line.strip().partition(" ") for line in text.splitlines()]
    return [(_colour(colour), words.strip()) for colour, _, words in pairs if words]


def _with_tabs(result: Result) -> str:
    rows = [result.columns, *[[_text(value) for value in row] for row in result.rows]]
    clean = [[re.sub(r"[\t\r\n]+", " ", text) for text in row] for row in rows]
    return "".join("\t".join(row) + "\n" for row in clean)


def _spreadsheet(chosen: Format, result: Result) -> Response:
    """Write CSV (RFC 4180). A text that a spreadsheet would compute gets a quote."""
    shown = [n for n, name in enumerate(result.columns) if name != COLOUR]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([result.columns[n] for n in shown])
    for row in result.rows:
        writer.writerow([_harmless(row[n]) for n in shown])
    response = Response(file.getvalue(), mimetype="text/csv")
    name = re.sub(r"[^\w -]+", "_", chosen.title) or "report"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response


def _harmless(value: object) -> str:
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text

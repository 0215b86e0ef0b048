"""The pages /finfo, /annotate, /blame and /praise: how a file came to be."""

import math
import re
from http import HTTPStatus

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.files import annotated, text
from repoweb.files.blueprint import links_are_shown, pages
from repoweb.files.lines import MOST
from repoweb.files.place import asked_checkin, asked_path, checkin_named, file_in
from repoweb.repository import history
from repoweb.repository.ages import ancestors_of
from repoweb.repository.annotation import Limit, annotate
from repoweb.repository.paths import shortest
from repoweb.repository.times import compact_date, is_date, round_up
from repoweb.web.current import database
from repoweb.web.unchanged import newest, unchanged

SHOWN = 200
"""Changes on one page of a history."""

_MOST = 5_000
_LIMIT = re.compile(r"(none)|([0-9]{1,5}(?:\.[0-9]+)?)s|([0-9]{1,6})")
_MOST_SECONDS = 30.0
_LEAST_VERSIONS = 30


@pages.get("/finfo", defaults={"path": ""})
@pages.get("/finfo/<path:path>")
@requires("o")
def file_history(path: str) -> str | Response:
    """Show what each check-in did to a file.

    Parameters: `name` is that of the file. With `ci` the file of that check-in is
    followed back, also under older names; without it, all that was ever called so
    is shown, on all branches. With `from` and `to`, two check-ins, only what those on
    the way between them did. `a` and `b` are times after and before which it happened,
    `m` is a check-in or the hash of a content, which stands out. `n` is how many
    changes are shown, `before` continues where a page ended.
    """
    path = asked_path(path, "name", "filename")
    if not history.name_exists(database(), path):
        abort(HTTPStatus.NOT_FOUND, f"There never was a file called “{path}”.")
    name = request.args.get("ci") or request.args.get("from")
    checkin = checkin_named(name) if name else None
    if answer := unchanged(checkin and checkin.hash, newest(database())):
        return answer
    most = _count()
    after = _moment("a") or 0.0
    before = _number("before") or _moment("b")
    until = checkin_named(request.args["to"]) if request.args.get("to") else None
    if checkin and until:
        versions = _versions_on_way(checkin.rid, until.rid, path)
    elif checkin:
        versions = _ancestors_versions(checkin.rid, path)
    else:
        versions = history.of_name(database(), path, most + 1, before)
    versions = [v for v in versions if after <= v.mtime < (before or math.inf)]
    return render_template(
        "files/history.html",
        path=path,
        checkin=checkin,
        until=checkin and until,
        versions=versions[:most],
        n=most,
        more=versions[most - 1].mtime if len(versions) > most else None,
        kept={key: request.args.get(key, "") for key in ("from", "to", "a", "m")},
        marked=request.args.get("m", "").lower(),
    )


def _ancestors_versions(checkin: int, path: str) -> list[history.Version]:
    past = history.of_file(
        database(),
        ancestors_of(database(), checkin),
        lambda version: -version.mtime,
        path,
    )
    return list(past)


def _versions_on_way(start: int, end: int, path: str) -> list[history.Version]:
    """List what the check-ins from one to another did, the newest first."""
    way = shortest(database(), start, end, merges=False)
    found = history.on_way(database(), way, path)
    return sorted(found, key=lambda version: version.mtime, reverse=True)


def _moment(name: str) -> float | None:
    """Read a time as a Julian day; of one that is not told in full the latest."""
    text = request.args.get(name, "")
    date = compact_date(text) or (text if is_date(text) else "")
    shown = round_up(date) if name == "b" else date
    moment = database().execute("SELECT julianday(?)", (shown,)).fetchone()[0]
    if text and moment is None:
        abort(HTTPStatus.BAD_REQUEST, f"“{text}” is no time.")
    return float(moment) if text else None


@pages.get("/annotate", defaults={"path": ""})
@pages.get("/annotate/<path:path>")
@requires("o")
def annotate_page(path: str) -> str | Response:
    """Show for each line of a file which check-in made it, and when.

    Parameters: `filename` and `checkin` name the file, `limit` is `none`, a number
    of versions, or of seconds as in `5s`; `w` ignores white space. With `origin`,
    a later check-in, it is shown in which check-in on the way there each line was last.
    Where a file is too long for a page, `first` is the line with which it begins.
    """
    return _annotated(path, "annotate")


@pages.get("/blame", defaults={"path": ""})
@pages.get("/blame/<path:path>")
@requires("o")
def blame(path: str) -> str | Response:
    """Show for each line of a file who made it, and when.

    Parameters: as on /annotate.
    """
    return _annotated(path, "blame")


@pages.get("/praise", defaults={"path": ""})
@pages.get("/praise/<path:path>")
@requires("o")
def praise(path: str) -> str | Response:
    """Show for each line of a file who made it, as /blame, in a better mood.

    Parameters: as on /annotate.
    """
    return _annotated(path, "praise")


def _annotated(path: str, page: str) -> str | Response:
    path = asked_path(path, "filename", "name")
    checkin = asked_checkin()
    card = file_in(checkin, path)
    target = request.args.get("origin", "")
    origin = checkin_named(target) if target else None
    if answer := unchanged(card.hash, checkin.hash, newest(database())):
        return answer
    ignore = request.args.get("w", "0") not in {"", "0"}
    found = annotate(
        *(database(), checkin.rid, path, _limit()),
        ignore_space=ignore,
        origin=origin.rid if origin else 0,
    )
    if found is None and origin:
        abort(HTTPStatus.NOT_FOUND, f"No way leads to check-in {target}.")
    if found is None or text.is_binary(found.content):
        abort(HTTPStatus.NOT_FOUND, f"The file “{path}” has no lines of text.")
    first = _first(len(found.sources))
    shown = annotated.text_of(database(), found, path, card.hash, first)
    return render_template(
        "files/annotation.html",
        page=page,
        path=path,
        checkin=checkin,
        versions=found.versions,
        complete=found.is_complete,
        origin=origin,
        ignore_space=ignore,
        rows=annotated.rows(
            found,
            shown.html,
            first=first,
            links=links_are_shown(),
            users=page != "annotate",
        ),
        first=first,
        last=first + len(shown.html) - 1,
        colours_follow=shown.colours_follow,
        total=len(found.sources),
        most=MOST,
    )


def _first(total: int) -> int:
    """Return with which line a page begins; only long files have several pages."""
    asked = request.args.get("first", "")
    number = int(asked) if re.fullmatch("[0-9]{1,9}", asked) else 1
    return number if 1 <= number <= total and total > MOST else 1


def _limit() -> Limit:
    found = _LIMIT.fullmatch(request.args.get("limit", ""))
    if not found:
        return Limit()
    nothing, seconds, versions = found.groups()
    if nothing:
        return Limit(seconds=_MOST_SECONDS)
    if seconds:
        return Limit(seconds=min(float(seconds), _MOST_SECONDS))
    return Limit(versions=int(versions) or _LEAST_VERSIONS, seconds=_MOST_SECONDS)


def _count() -> int:
    asked = request.args.get("n", "")
    return (
        min(max(int(asked), 1), _MOST) if re.fullmatch("[0-9]{1,6}", asked) else SHOWN
    )


def _number(name: str) -> float | None:
    asked = request.args.get(name, "")
    return float(asked) if re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,20})?", asked) else None

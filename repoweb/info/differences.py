"""The pages /vdiff, /fdiff and /vpatch: what differs between two of a kind."""

from http import HTTPStatus

from flask import Response, abort, render_template, request

from repoweb.accounts.guard import requires
from repoweb.info import queries
from repoweb.info.blueprint import pages
from repoweb.info.changes import between, matching, patches, shown
from repoweb.info.checkin import MOST_FILES
from repoweb.info.naming import artifact_named, asked, checkin_named
from repoweb.repository.ancestry import root_of_branch
from repoweb.repository.diff import patch
from repoweb.repository.events import events
from repoweb.repository.files import files_of
from repoweb.repository.loading import hash_of, load, rid_of
from repoweb.web.current import database
from repoweb.web.diffview import MOST_ROWS, Form, Page
from repoweb.web.eventlist import event_lines
from repoweb.web.eventtable import event_table
from repoweb.web.hyperlinks import show_links
from repoweb.web.unchanged import newest, unchanged, unchanged_bytes
from repoweb.web.whole import is_whole


@pages.get("/vdiff")
@requires("o")
def vdiff() -> str | Response:
    """Show what differs between the files of two check-ins.

    Parameters: `from` and `to`, or `branch`; `glob` patterns of file names, `inv`
    the other way round; `diff`, `w` and `dc` as for a check-in. Where the name of a
    check-in is missing, the page asks for it.
    """
    ends = {key: request.args.get(key, "") for key in ("from", "to", "glob")}
    if not (ends["from"] and ends["to"]) and not request.args.get("branch"):
        return render_template("info/compare.html", ends=ends)
    old, new = _two_checkins()
    db = database()
    if (
        answer := unchanged(hash_of(db, old), hash_of(db, new), newest(db))
    ) is not None:
        return answer
    form = Form.of(request.args)
    changes = matching(between(db, old, new), ends["glob"])
    both = event_lines(db, events(db, [*dict.fromkeys((new, old))]), graph=False)
    return render_template(
        "info/vdiff.html",
        old=queries.artifact(db, old),
        new=queries.artifact(db, new),
        ends=event_table(both),
        changes=changes,
        differences=shown(db, changes[:MOST_FILES], Page(form), whole=is_whole()),
        form=form,
        glob=ends["glob"],
        links=show_links(),
    )


@pages.get("/vpatch")
@requires("o")
def vpatch() -> Response:
    """Give the changes between two check-ins as a patch, which `patch -p0` applies.

    Parameters: `from` and `to`; `glob` patterns of file names, `dc` equal lines.
    """
    old, new = _two_checkins()
    db = database()
    if (answer := unchanged_bytes(hash_of(db, old), hash_of(db, new))) is not None:
        return answer
    context = Form.of(request.args).context
    changes = matching(between(db, old, new), request.args.get("glob", ""))
    text = b"".join(patches(db, changes, context))
    name = f"{hash_of(db, old)[:10]}-{hash_of(db, new)[:10]}.patch"
    return _patch(text, name)


@pages.get("/fdiff")
@requires("o")
def fdiff() -> str | Response:
    """Show what differs between two files.

    Parameters: `v1` and `v2` are hashes of contents, or `from` and `to` names of
    files of the check-in `ci`; `patch` gives a patch; `sbs`, `w` and `dc`.
    """
    db = database()
    (old, old_name), (new, new_name) = _two_files()
    if (answer := unchanged(hash_of(db, old), hash_of(db, new))) is not None:
        return answer
    form = Form.of(request.args)
    if "sbs" in request.args and "diff" not in request.args:
        form = Form(2, form.ignore_space, form.context)
    before, after = load(db, old), load(db, new)
    if "patch" in request.args:
        text = f"--- {old_name}\n+++ {new_name}\n".encode() + patch(before, after)
        return _patch(text, f"{hash_of(db, old)[:10]}-{hash_of(db, new)[:10]}.patch")
    return render_template(
        "info/fdiff.html",
        old=queries.artifact(db, old),
        new=queries.artifact(db, new),
        old_name=old_name,
        new_name=new_name,
        view=Page(form, 4 * MOST_ROWS).show(before, after),
        form=form,
    )


def _two_checkins() -> tuple[int, int]:
    branch = request.args.get("branch")
    if branch:
        new = int(checkin_named(branch))
        old = int(root_of_branch(database(), new))
    else:
        old, new = checkin_named(asked("from")), checkin_named(asked("to"))
    return (new, old) if "inv" in request.args else (old, new)


def _two_files() -> tuple[tuple[int, str], tuple[int, str]]:
    if "v1" in request.args or "v2" in request.args:
        pair = [artifact_named(asked(key)) for key in ("v1", "v2")]
        return (pair[0], _name(pair[0])), (pair[1], _name(pair[1]))
    files = files_of(database(), checkin_named(request.args.get("ci", "tip")))
    found = []
    for key in ("from", "to"):
        card = files.get(asked(key))
        if card is None:
            abort(HTTPStatus.NOT_FOUND, f"There is no file “{asked(key)}” there.")
        found.append((int(rid_of(database(), card.hash)), card.name))
    return found[0], found[1]


def _name(rid: int) -> str:
    """Return the name of a file with that content, or its hash."""
    row = (
        database()
        .execute(
            "SELECT name FROM mlink JOIN filename USING(fnid) WHERE fid=? LIMIT 1",
            (rid,),
        )
        .fetchone()
    )
    return row[0] if row else hash_of(database(), rid)[:10]


def _patch(text: bytes, name: str) -> Response:
    response = Response(text, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response

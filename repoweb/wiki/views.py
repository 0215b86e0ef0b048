"""The pages of the wiki for reading."""

from http import HTTPStatus
from urllib.parse import quote_plus

from flask import Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.repository import wikipages
from repoweb.repository.attachments import attached_to
from repoweb.repository.manifests import manifest_of
from repoweb.repository.wikipages import PageVersion
from repoweb.web.current import database
from repoweb.web.diffview import Form, Page
from repoweb.web.markup import render
from repoweb.web.markup.links import is_title, page_links
from repoweb.web.unchanged import newest, unchanged
from repoweb.wiki.about import subject_of
from repoweb.wiki.blueprint import pages

MOST_VERSIONS = 500
CREATE, EDIT, APPEND = "f", "k", "m"


@pages.get("/wiki", defaults={"name": ""})
@pages.get("/wiki/<path:name>")
@requires("j")
def wiki(name: str) -> BaseResponse | str | tuple[str, int]:
    """Show a page; without a name, the list of all.

    Parameters: `name` of the page; `id` shows the version with that hash.
    """
    name = name or request.args.get("name", "")
    if not name:
        return redirect(f"{request.script_root}/wcontent")
    if answer := unchanged(newest(database())):
        return answer
    version = _asked_version(name)
    if version is None or not version.size:
        return _missing(name, version)
    text = manifest_of(database(), version.rid)
    last = wikipages.current(database(), name)
    return render_template(
        "wiki/page.html",
        page=version,
        is_newest=last is not None and last.rid == version.rid,
        rivals=[
            older
            for newer, older in wikipages.rivals(database(), name)
            if newer == version == last
        ],
        html=render(text.text, text.mimetype, page_links(wiki=True)),
        attachments=attached_to(database(), [name]).get(name, []),
        subject=subject_of(name),
    )


def _asked_version(name: str) -> PageVersion | None:
    if "id" not in request.args:
        return wikipages.current(database(), name)
    version = version_named(request.args["id"])
    if version.name != name:
        abort(HTTPStatus.NOT_FOUND, "That is a version of another page.")
    return version


def _missing(name: str, deleted: PageVersion | None) -> tuple[str, int]:
    if not is_title(name):
        abort(HTTPStatus.NOT_FOUND, "No page can have such a name.")
    page = render_template(
        "wiki/missing.html",
        name=name,
        deleted=deleted,
        subject=subject_of(name),
        may_create=current_user().may(CREATE),
    )
    return page, HTTPStatus.NOT_FOUND


@pages.get("/wcontent")
@requires("j")
def contents() -> Response | str:
    """List all pages; with `all`, those that were deleted too."""
    if answer := unchanged(newest(database())):
        return answer
    everything = "all" in request.args
    return render_template(
        "wiki/contents.html",
        found=wikipages.every_page(database(), deleted=everything),
        everything=everything,
    )


@pages.get("/whistory")
@requires("j")
def history() -> Response | str:
    """List the versions of a page, `name`; `n=all` those beyond the newest 500."""
    if answer := unchanged(newest(database())):
        return answer
    name = request.args.get("name", "")
    most = -1 if request.args.get("n") == "all" else MOST_VERSIONS
    found = wikipages.versions(database(), name, most)
    if not found:
        abort(HTTPStatus.NOT_FOUND, f"There is no page called “{name}”.")
    rivals = {newer.rid: older for newer, older in wikipages.rivals(database(), name)}
    return render_template(
        "wiki/history.html",
        name=name,
        versions=found,
        rivals=rivals,
        full=len(found) == most,
    )


@pages.get("/wdiff")
@requires("j")
def difference() -> Response | str:
    """Show what differs between two versions of a page.

    Parameters: `id` is the hash of the newer one, `pid` that of the older one, by
    default the one before; `diff`, `w` and `dc` as on /fdiff.
    """
    newer = version_named(request.args.get("id", ""))
    manifest = manifest_of(database(), newer.rid)
    before = request.args.get("pid") or next(iter(manifest.parents), "")
    older = version_named(before) if before else None
    if answer := unchanged(newer.hash, older.hash if older else ""):
        return answer
    text = manifest_of(database(), older.rid).text if older else ""
    return render_template(
        "wiki/difference.html",
        name=newer.name,
        newer=newer,
        older=older,
        view=Page(Form.of(request.args)).show(text.encode(), manifest.text.encode()),
    )


@pages.get("/winfo")
@pages.get("/winfo/<name>")
@requires("j")
def info(name: str = "") -> BaseResponse:
    """Lead to a version of a page by its hash."""
    version = version_named(name or request.args.get("name", ""))
    return redirect(
        f"{request.script_root}/wiki?name={quote_plus(version.name)}&id={version.hash}"
    )


def version_named(prefix: str) -> PageVersion:
    """Find a version by its hash, or answer that there is none."""
    is_hash = 4 <= len(prefix) <= 64 and prefix.isalnum()  # noqa: PLR2004
    version = wikipages.by_hash(database(), prefix) if is_hash else None
    if version is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no version “{prefix}” of a page.")
    return version

"""The page /technote."""

from http import HTTPStatus

from flask import Response, abort, render_template, request

from repoweb.accounts.guard import requires
from repoweb.repository import technotes
from repoweb.repository.attachments import attached_to
from repoweb.repository.manifests import manifest_of, manifests_of
from repoweb.repository.structure import Manifest
from repoweb.repository.technotes import NoteVersion
from repoweb.technotes.blueprint import pages
from repoweb.web.current import database
from repoweb.web.markup import render, render_comment
from repoweb.web.markup.links import page_links
from repoweb.web.unchanged import newest, unchanged

SYMBOL = "sym-"


@pages.get("/technote")
@pages.get("/technote/<name>")
@pages.get("/event")
@pages.get("/event/<name>")
@requires("j")
def technote(name: str = "") -> Response | str:
    """Show a technote by its id, or one of its versions by its hash."""
    name = name or request.args.get("name", "")
    version = technotes.find(database(), name)
    if version is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no technote called “{name}” here.")
    if answer := unchanged(newest(database())):
        return answer
    note, links = manifest_of(database(), version.rid), page_links(wiki=True)
    every = technotes.versions(database(), version.id)
    return render_template(
        "technotes/technote.html",
        note=note,
        version=version,
        versions=every,
        authors=_authors(every),
        comment=render_comment(note.comment, links.within("c-", wiki=False)),
        html=render(note.text, note.mimetype, links),
        tags=[t.name.removeprefix(SYMBOL) for t in note.tags if SYMBOL in t.name],
        attachments=attached_to(database(), [version.id]).get(version.id, []),
    )


def _authors(versions: list[NoteVersion]) -> dict[int, str]:
    """Tell who wrote each version; the timeline knows that of the newest alone."""
    sources = manifests_of(database(), [version.rid for version in versions])
    return {
        rid: source.user
        for rid, source in sources.items()
        if isinstance(source, Manifest)
    }

"""The page /download: archives of the newest check-in, and of those with tags."""

from flask import render_template
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.files import queries
from repoweb.files.blueprint import pages
from repoweb.repository import names
from repoweb.repository.ancestry import main_branch
from repoweb.web.current import database
from repoweb.web.unchanged import newest, unchanged

MOST = 20
"""Check-ins with tags that are offered; the list of tags has all of them."""


@pages.get("/download")
@requires("z")
def downloads() -> str | Response:
    """Offer all files of the newest check-in, and of the newest that have tags."""
    db = database()
    if answer := unchanged(newest(db)):
        return answer
    main = names.find(db, main_branch(db), "ci") or names.find(db, "tip")
    return render_template(
        "files/download.html",
        newest=queries.releases(db, [main] if main else []),
        tagged=queries.releases(db, queries.tagged(db, MOST)),
    )

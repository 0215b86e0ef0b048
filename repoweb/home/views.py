"""The pages /home, /sitemap and /stat, and the choice of the theme."""

from flask import Blueprint, current_app, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.accounts.returning import is_within, return_target
from repoweb.home import queries
from repoweb.home.settings import INDEX_PAGE
from repoweb.repository import wikipages
from repoweb.repository.kinds import KINDS, NEEDS
from repoweb.settings import read, read_text
from repoweb.web.current import database, repository
from repoweb.web.layout import THEME_COOKIE, THEMES, project_name
from repoweb.web.markup import render, render_comment
from repoweb.web.markup.links import page_links
from repoweb.web.menu import endpoint_of, main_menu, sitemap

pages = Blueprint("home", __name__)

LATEST = 10
MONTHS = 36
_NOT_FOR_ROBOTS = (
    *("chat", "Admin", "setup", "login", "my", "search"),
    *("annotate", "blame", "praise", "artifact", "hexdump", "raw", "secureraw"),
    *(
        "finfo",
        "fileage",
        "fdiff",
        "vdiff",
        "vpatch",
        "jchunk",
        "tarball",
        "zip",
        "sqlar",
    ),
)
"""Private pages, and those that cost much and say again what others say."""

YEAR_SECONDS = 365 * 24 * 3600


@pages.get("/")
@pages.get("/index")
@requires("*")
def index() -> Response:
    """Lead to the index page that the repository's setting names."""
    target = "/" + str(read(database(), INDEX_PAGE)).lstrip("/")
    endpoint = endpoint_of(current_app, target) if is_within(target) else None
    if endpoint in {None, request.endpoint}:
        target = str(INDEX_PAGE.default)
    return redirect(request.script_root + target)


@pages.get("/home")
@requires("*")
def home() -> str:
    """Show what the project is, and what happened last."""
    user = current_user()
    page = _home_page() if user.may("j") else None
    kinds = tuple(k for k, needs in NEEDS.items() if user.may(needs))
    return render_template(
        "home/home.html",
        page=page,
        description=read_text(database(), "project-description") or "",
        entries=main_menu(),
        events=_events(kinds),
        kinds=KINDS,
    )


def _events(kinds: tuple[str, ...]) -> list[tuple[queries.Event, Markup]]:
    """List what happened last, each with its comment as HTML."""
    found = queries.latest_events(database(), kinds, LATEST) if kinds else []
    links = page_links()
    return [(event, render_comment(event.comment, links)) for event in found]


def _home_page() -> Markup | None:
    """Render the wiki page that is called like the project, if there is one."""
    page = wikipages.current(database(), project_name())
    if page is None or not page.size:
        return None
    from repoweb.repository.manifests import manifest_of

    manifest = manifest_of(database(), page.rid)
    return render(manifest.text, manifest.mimetype, page_links(wiki=True))


@pages.get("/sitemap")
@requires("*")
def site_map() -> str:
    """List the pages that the current user may visit."""
    return render_template("home/sitemap.html", entries=sitemap(database()))


@pages.get("/stat")
@requires("o")
def stat() -> str:
    """Show what the repository holds, and its activity as a picture."""
    months = queries.monthly_activity(database(), MONTHS)
    return render_template(
        "home/stat.html",
        facts=queries.statistics(database(), repository().path),
        months=months,
        most=max((month.events for month in months), default=0),
    )


@pages.get("/robots.txt")
@requires("*")
def robots() -> Response:
    """Keep robots away from what is not for them."""
    root = request.script_root
    lines = ["User-agent: *", *(f"Disallow: {root}/{page}" for page in _NOT_FOR_ROBOTS)]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@pages.post("/theme")
@requires("*")
def choose_theme() -> Response:
    """Remember the light or the dark theme, or follow the system again."""
    response = redirect(return_target())
    chosen = request.form.get("theme", "")
    if chosen in THEMES[1:]:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR_SECONDS, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response

"""The wiki page about a branch or a tag, which stands above its timeline."""

import sqlite3
from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from repoweb.accounts.current import current_user
from repoweb.repository import wikipages
from repoweb.repository.loading import ArtifactError
from repoweb.repository.manifests import manifest_of
from repoweb.web.markup import render
from repoweb.web.markup.links import page_links
from repoweb.web.menu import has_page

_READ_WIKI = "j"


@dataclass(frozen=True)
class About:
    """A page about what a timeline shows.

    Args:
        name: of the page, such as "branch/trunk".
        is_linked: there is a site's page for it.
    """

    name: str
    html: Markup
    is_linked: bool


def page_about(db: sqlite3.Connection, args: MultiDict[str, str]) -> About | None:
    """Find the page about the one branch `r` or the one tag `t` of a timeline."""
    kind, key = ("branch", "r") if args.get("r") else ("tag", "t")
    is_one = args.get(key) and args.get("ms", "exact").lower() in {"exact", ""}
    if not is_one or "nowiki" in args or not current_user().may(_READ_WIKI):
        return None
    name = f"{kind}/{args[key]}"
    page = wikipages.current(db, name)
    if page is None or not page.size:
        return None
    try:
        manifest = manifest_of(db, page.rid)
    except ArtifactError:
        return None
    html = render(manifest.text, manifest.mimetype, page_links(wiki=True))
    return About(name, html, has_page(current_app, "/wiki"))

"""The versions of a post, and what differs between them."""

import sqlite3
from dataclasses import dataclass

from markupsafe import Markup

from repoweb.forum.thread import Post, Version
from repoweb.repository.loading import ArtifactError
from repoweb.repository.manifests import manifests_of
from repoweb.web.diffview import Form, Page, View
from repoweb.web.markup import render
from repoweb.web.markup.links import page_links


@dataclass(frozen=True)
class ShownVersion:
    """A version of a post as HTML; `change` is None for the first one."""

    version: Version
    title: str
    html: Markup
    change: View | None


def shown_versions(db: sqlite3.Connection, post: Post) -> list[ShownVersion]:
    """Render all versions of a post, oldest first."""
    differences, links = Page(Form()), page_links()
    found: list[ShownVersion] = []
    before: str | None = None
    sources = manifests_of(db, [version.rid for version in post.versions])
    for number, version in enumerate(post.versions):
        source = sources[version.rid]
        if isinstance(source, ArtifactError):
            raise source
        html = render(source.text, source.mimetype, links.within(f"v{number}-"))
        change = None
        if before is not None:
            change = differences.show(before.encode(), source.text.encode())
        found.append(ShownVersion(version, source.title, html, change))
        before = source.text
    return found

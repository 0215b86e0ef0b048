"""What the pages of files add to the site."""

from repoweb.files import (
    archives,
    attachments,
    contents,
    documents,
    downloads,
    folders,
    histories,
    raw,
)
from repoweb.files.blueprint import pages
from repoweb.plugin import MenuEntry, Plugin

VIEWS = (
    *(folders, contents, raw, histories, documents, archives, downloads),
    attachments,
)
"""The modules that register their pages when they are imported."""

plugin = Plugin(
    name="files",
    blueprint=pages,
    menu=(MenuEntry("Files", "/dir?ci=tip", "o"),),
    sitemap=(
        MenuEntry("Files by age", "/fileage", "o", "What was changed last"),
        MenuEntry("Downloads", "/download", "z", "All files of a release in one"),
        MenuEntry("Unversioned files", "/uvlist", "o"),
        MenuEntry("Files of all check-ins", "/dir", "o", "Also those that are gone"),
    ),
)

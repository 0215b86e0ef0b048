"""What the pages of files add to the site."""

from repoweb.files import (
    archives,
    attachments,
    contents,
    documents,
    folders,
    histories,
    raw,
)
from repoweb.files.blueprint import pages
from repoweb.plugin import MenuEntry, Plugin

VIEWS = (folders, contents, raw, histories, documents, archives, attachments)
"""The modules that register their pages when they are imported."""

plugin = Plugin(
    name="files",
    blueprint=pages,
    menu=(MenuEntry("Files", "/dir?ci=tip", "o"),),
    sitemap=(
        MenuEntry("Files by age", "/fileage", "o", "What was changed last"),
        MenuEntry("Files of all check-ins", "/dir", "o", "Also those that are gone"),
    ),
)

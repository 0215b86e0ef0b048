"""What the pages about one artifact add to the site."""

from repoweb.info import checkin, chunks, differences, views
from repoweb.info.blueprint import pages
from repoweb.plugin import MenuEntry, Plugin

VIEWS = (views, checkin, differences, chunks)
"""The modules that register their pages when they are imported."""

plugin = Plugin(
    name="info",
    blueprint=pages,
    sitemap=(
        MenuEntry("Compare check-ins", "/vdiff", "o", "What differs between any two"),
    ),
)

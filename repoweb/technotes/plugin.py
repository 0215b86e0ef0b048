"""What technotes add to the site."""

from repoweb.plugin import MenuEntry, Plugin
from repoweb.technotes import editing, views
from repoweb.technotes.blueprint import pages

plugin = Plugin(
    name="technotes",
    blueprint=pages,
    sitemap=(
        MenuEntry("Technotes", "/timeline?y=e", "j", "Texts of a day"),
        MenuEntry("New technote", "/technoteedit", "if"),
    ),
)

VIEWS = (views, editing)
"""Importing these modules has put their views on the blueprint."""

"""What the wiki adds to the site."""

from repoweb.plugin import MenuEntry, Plugin
from repoweb.wiki import editing, views
from repoweb.wiki.blueprint import pages

plugin = Plugin(
    name="wiki",
    blueprint=pages,
    menu=(MenuEntry("Wiki", "/wiki", "j"),),
    sitemap=(MenuEntry("New wiki page", "/wikinew", "f"),),
)

VIEWS = (views, editing)
"""Importing these modules has put their views on the blueprint."""

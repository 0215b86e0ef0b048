"""What tickets add to the site."""

from repoweb.plugin import MenuEntry, Plugin
from repoweb.tickets import editing, formats, reports, views
from repoweb.tickets.blueprint import pages

plugin = Plugin(
    name="tickets",
    blueprint=pages,
    menu=(MenuEntry("Tickets", "/ticket", "r"),),
    sitemap=(MenuEntry("New ticket", "/tktnew", "n"),),
)

VIEWS = (views, editing, reports, formats)
"""Importing these modules has put their views on the blueprint."""

"""What attachments add to the site."""

from repoweb.attachments.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="attachments",
    blueprint=pages,
    sitemap=(
        MenuEntry("Attachments", "/attachlist", "r j", "Files of pages and tickets"),
    ),
)

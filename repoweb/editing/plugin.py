"""What the editors share with the site."""

from repoweb.editing.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="editing",
    blueprint=pages,
    sitemap=(MenuEntry("Markup", "/markup_help", "*", "How to write pages and posts"),),
)

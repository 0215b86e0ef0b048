"""What the help adds to the site."""

from repoweb.help.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="help",
    blueprint=pages,
    sitemap=(MenuEntry("Help", "/help", "*", "Every page and every setting"),),
)

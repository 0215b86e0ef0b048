"""What moderation adds to the site."""

from repoweb.moderation.settings import SETTINGS
from repoweb.moderation.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="moderation",
    blueprint=pages,
    sitemap=(MenuEntry("Moderation", "/modreq", "5 l q", "What waits to be approved"),),
    settings=SETTINGS,
)

"""What moderation adds to the site."""

from repoweb.moderation.settings import SETTINGS
from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="moderation",
    blueprint=LateBlueprint(
        "repoweb.moderation.views:pages",
        "/modreq",
    ),
    sitemap=(MenuEntry("Moderation", "/modreq", "5 l q", "What waits to be approved"),),
    settings=SETTINGS,
)

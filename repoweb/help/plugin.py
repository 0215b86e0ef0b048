"""What the help adds to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="help",
    blueprint=LateBlueprint(
        "repoweb.help.views:pages",
        "/help /help/<path:name>",
        uses=("*",),
    ),
    sitemap=(MenuEntry("Help", "/help", "*", "Every page and every setting"),),
)

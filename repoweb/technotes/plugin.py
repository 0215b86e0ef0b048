"""What technotes add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="technotes",
    blueprint=LateBlueprint(
        "repoweb.technotes.pages:pages",
        "/technote /technote/<name> /event /event/<name> /technoteedit",
    ),
    sitemap=(
        MenuEntry("Technotes", "/timeline?y=e", "j", "Texts of a day"),
        MenuEntry("New technote", "/technoteedit", "if"),
    ),
)

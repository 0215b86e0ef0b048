"""What attachments add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="attachments",
    blueprint=LateBlueprint(
        "repoweb.attachments.views:pages",
        "/attachadd /attachlist",
    ),
    sitemap=(
        MenuEntry("Attachments", "/attachlist", "r j", "Files of pages and tickets"),
    ),
)

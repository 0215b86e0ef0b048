"""What the editors share with the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="editing",
    blueprint=LateBlueprint(
        "repoweb.editing.views:pages",
        "/markup_help /md_rules /wiki_rules",
        takes="/preview",
    ),
    sitemap=(MenuEntry("Markup", "/markup_help", "*", "How to write pages and posts"),),
)

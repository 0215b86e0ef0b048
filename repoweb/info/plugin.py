"""What the pages about one artifact add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="info",
    blueprint=LateBlueprint(
        "repoweb.info.pages:pages",
        "/info /info/<path:name> /ainfo /ainfo/<path:name> /ci /ci/<path:name> /vinfo"
        " /vinfo/<path:name> /ci_tags /ci_tags/<path:name> /vdiff /vpatch /fdiff"
        " /jchunk /jchunk/<path:name>",
    ),
    sitemap=(
        MenuEntry("Compare check-ins", "/vdiff", "o", "What differs between any two"),
    ),
)

"""What the pages about one artifact add to the site."""

from repoweb.plugin import LateBlueprint, Plugin

plugin = Plugin(
    name="info",
    blueprint=LateBlueprint(
        "repoweb.info.pages:pages",
        "/info/<path:name> /ci/<path:name> /vinfo/<path:name> /ci_tags/<path:name>"
        " /vdiff /vpatch /fdiff /jchunk /jchunk/<path:name>",
    ),
)

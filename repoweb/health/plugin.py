"""What the pages below /health add to the site."""

from repoweb.plugin import LateBlueprint, Plugin

plugin = Plugin(
    name="health",
    blueprint=LateBlueprint(
        "repoweb.health.views:pages",
        "/health /health/probe /health/hang",
    ),
)
"""They are in no menu: programs ask for them."""

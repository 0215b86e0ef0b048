"""What amending adds to the site."""

from repoweb.plugin import LateBlueprint, Plugin

plugin = Plugin(
    name="amend",
    blueprint=LateBlueprint(
        "repoweb.amend.views:pages",
        "/ci_edit",
    ),
)

"""What keeping adds to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="keep",
    blueprint=LateBlueprint(
        "repoweb.keep.views:pages",
        "/chat-keep",
        uses=("chat",),
    ),
    sitemap=(
        MenuEntry(
            "Keep from the chat",
            "/chat-keep",
            "C",
            "Make a talk a forum thread, a wiki page or a ticket",
        ),
    ),
)

"""What keeping adds to the site."""

from repoweb.keep.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="keep",
    blueprint=pages,
    sitemap=(
        MenuEntry(
            "Keep from the chat",
            "/chat-keep",
            "C",
            "Make a talk a forum thread, a wiki page or a ticket",
        ),
    ),
)

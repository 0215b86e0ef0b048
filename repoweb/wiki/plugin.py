"""What the wiki adds to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="wiki",
    blueprint=LateBlueprint(
        "repoweb.wiki.pages:pages",
        "/wiki /wiki/<path:name> /wcontent /whistory /wdiff /winfo /winfo/<name>"
        " /wikinew /wikiedit /wikirename /wikiappend",
    ),
    menu=(MenuEntry("Wiki", "/wiki", "j"),),
    sitemap=(MenuEntry("New wiki page", "/wikinew", "f"),),
)

"""What the search adds to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin
from repoweb.search.settings import PAGE, SETTINGS

plugin = Plugin(
    name="search",
    blueprint=LateBlueprint(
        "repoweb.search.pages:pages",
        "/search /wikisrch /docsrch /Admin/Search /srchsetup",
    ),
    sitemap=(MenuEntry("Search", "/search", "o j r 2", "Find words in everything"),),
    admin=(MenuEntry("Search", "/" + PAGE, "a s", "What may be searched."),),
    settings=SETTINGS,
)

"""What the search adds to the site."""

from repoweb.plugin import MenuEntry, Plugin
from repoweb.search import admin
from repoweb.search.settings import PAGE, SETTINGS
from repoweb.search.views import pages

VIEWS = (admin,)
"""The modules that register their pages when they are imported."""

plugin = Plugin(
    name="search",
    blueprint=pages,
    sitemap=(MenuEntry("Search", "/search", "o j r 2", "Find words in everything"),),
    admin=(MenuEntry("Search", "/" + PAGE, "a s", "What may be searched"),),
    settings=SETTINGS,
)

"""What the home pages add to the site."""

from repoweb.home.settings import SETTINGS
from repoweb.home.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="home",
    blueprint=pages,
    menu=(MenuEntry("Home", "/home"),),
    sitemap=(
        MenuEntry("Sitemap", "/sitemap"),
        MenuEntry("Statistics", "/stat", "o", "What the repository holds"),
    ),
    settings=SETTINGS,
)

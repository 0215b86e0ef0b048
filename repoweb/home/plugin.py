"""What the home pages add to the site."""

from repoweb.home.settings import SETTINGS
from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="home",
    blueprint=LateBlueprint(
        "repoweb.home.views:pages",
        "/ /index /home /sitemap /stat /robots.txt",
        takes="/theme",
    ),
    menu=(MenuEntry("Home", "/home"),),
    sitemap=(
        MenuEntry("Sitemap", "/sitemap"),
        MenuEntry("Statistics", "/stat", "o", "What the repository holds"),
    ),
    settings=SETTINGS,
)

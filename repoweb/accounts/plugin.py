"""What accounts add to the site."""

from repoweb.accounts import throttle
from repoweb.accounts.settings import SETTINGS
from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="accounts",
    blueprint=LateBlueprint(
        "repoweb.accounts.views:pages",
        "/login /logout /my",
    ),
    sitemap=(
        MenuEntry("Login", "/login", "!L"),
        MenuEntry("My account", "/my", "L"),
        MenuEntry("Logout", "/logout", "L"),
    ),
    settings=SETTINGS,
    schema=throttle.SCHEMA,
    commands=("repoweb.accounts.commands:user_commands",),
)

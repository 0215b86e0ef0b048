"""What accounts add to the site."""

from repoweb.accounts import throttle
from repoweb.accounts.commands import user_commands
from repoweb.accounts.settings import SETTINGS
from repoweb.accounts.views import pages
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="accounts",
    blueprint=pages,
    sitemap=(
        MenuEntry("Login", "/login", "!L"),
        MenuEntry("My account", "/my", "L"),
        MenuEntry("Logout", "/logout", "L"),
    ),
    settings=SETTINGS,
    schema=throttle.SCHEMA,
    commands=(user_commands,),
)

"""The list of plugins: its order is the order of the menu."""

from importlib.metadata import entry_points

from repoweb.accounts.plugin import plugin as accounts
from repoweb.admin.plugin import plugin as admin
from repoweb.chat.plugin import plugin as chat
from repoweb.health.plugin import plugin as health
from repoweb.home.plugin import plugin as home
from repoweb.info.plugin import plugin as info
from repoweb.plugin import Plugin

BUILT_IN = (home, info, chat, admin, accounts, health)

ENTRY_POINTS = "repoweb.plugins"


def all_plugins() -> tuple[Plugin, ...]:
    """Return the built-in plugins and those of installed packages."""
    found = (point.load() for point in entry_points(group=ENTRY_POINTS))
    return (*BUILT_IN, *found)

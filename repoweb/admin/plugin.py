"""What the administration pages add to the site."""

from repoweb.admin import users, views
from repoweb.admin.commands import setting_commands
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="admin",
    blueprint=views.pages,
    menu=(MenuEntry("Admin", "/Admin", "a s"),),
    admin=(
        MenuEntry("Users", "/Admin/Users", "a s", "Who may do what."),
        MenuEntry("Access", "/Admin/Access", "s", "Who may log in, and how."),
        MenuEntry(
            "Configuration",
            "/Admin/Configuration",
            "s",
            "The name of the project, its index page and its menu.",
        ),
    ),
    commands=(setting_commands,),
)

VIEWS = (views, users)
"""Importing these modules has put their views on the blueprint."""

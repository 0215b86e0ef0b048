"""What the administration pages add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="admin",
    blueprint=LateBlueprint(
        "repoweb.admin.pages:pages",
        "/Admin /setup /Admin/Users /setup_ulist /Admin/Users/edit /setup_uedit"
        " /Admin/Access /setup_access /Admin/Configuration /setup_config",
    ),
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
    commands=("repoweb.admin.commands:setting_commands",),
)

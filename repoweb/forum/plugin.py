"""What the forum adds to the site."""

from repoweb.forum.reading import SCHEMA
from repoweb.forum.settings import SETTINGS
from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="forum",
    blueprint=LateBlueprint(
        "repoweb.forum.pages:pages",
        "/forum /forummain /forum.atom /forumthread /forumthread/<name> /forumpost"
        " /forumpost/<name> /forumhistory /forumhistory/<name> /forumnew /forumedit",
        takes="/forume1 /forume2 /forumpost_close /forumpost_reopen /forum_read",
    ),
    menu=(MenuEntry("Forum", "/forum", "2"),),
    settings=SETTINGS,
    schema=SCHEMA,
)

"""What has to be approved by a moderator, besides posts of the forum."""

from repoweb.plugin import Setting

PAGE = "Admin/Configuration"

WIKI = Setting(
    "modreq-wiki",
    "Moderate the wiki",
    "Changes by users without the capability l wait for a moderator.",
    False,
    PAGE,
)
TICKETS = Setting(
    "modreq-tkt",
    "Moderate tickets",
    "Changes by users without the capability q wait for a moderator.",
    False,
    PAGE,
)

SETTINGS = (WIKI, TICKETS)

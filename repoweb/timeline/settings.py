"""Fossil's settings of how histories are shown."""

from repoweb.plugin import Setting

CONFIGURATION = "Admin/Configuration"
ACCESS = "Admin/Access"

PLAIN_TEXT = Setting(
    "timeline-plaintext",
    "Comments as plain text",
    "Show the comments of check-ins as they were written, with links but no markup.",
    False,
    CONFIGURATION,
)
MAIN_BRANCH = Setting(
    "main-branch",
    "Main branch",
    "The branch of check-ins that name none, and the first lane of the graph.",
    "trunk",
    CONFIGURATION,
)
AUTO_HYPERLINK = Setting(
    "auto-hyperlink",
    "Links for visitors with a browser",
    "Whoever lacks the capability h gets links into the history if the visit looks"
    " like that of a person. Robots should have none, for they would follow each.",
    True,
    ACCESS,
)

SETTINGS = (PLAIN_TEXT, MAIN_BRANCH, AUTO_HYPERLINK)

"""The settings of the forum."""

from repoweb.plugin import Setting

PAGE = "Admin/Configuration"

TITLE = Setting(
    "forum-title",
    "Title of the forum",
    "What stands above the list of threads.",
    "Forum",
    PAGE,
)
CLOSE_POLICY = Setting(
    "forum-close-policy",
    "Moderators may close threads",
    "Otherwise only administrators may close and open threads and posts.",
    False,
    PAGE,
)

SETTINGS = (TITLE, CLOSE_POLICY)

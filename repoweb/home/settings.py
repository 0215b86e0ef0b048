"""The settings of /Admin/Configuration."""

from repoweb.plugin import Setting

PAGE = "Admin/Configuration"

PROJECT_NAME = Setting(
    "project-name",
    "Project name",
    "The title of the site. It also names the wiki page that is its home page.",
    "",
    PAGE,
)
PROJECT_DESCRIPTION = Setting(
    "project-description",
    "Project description",
    "What the project is about, for the home page and for search engines.",
    "",
    PAGE,
    lines=3,
)
INDEX_PAGE = Setting(
    "index-page",
    "Index page",
    "Where the bare address of the site leads, such as /home or /chat.",
    "/home",
    PAGE,
)
MAIN_MENU = Setting(
    "mainmenu",
    "Main menu",
    "One entry a line: label, address, capability expression and classes, each"
    " in braces if it has blanks. An entry is shown if one term of its expression"
    " is true: “o r” means either letter, “*” everybody, “!L” nobody logged in."
    " Entries of pages that repoweb does not have are left out. Empty: the default.",
    "",
    PAGE,
    lines=12,
)
SITEMAP_EXTRA = Setting(
    "sitemap-extra",
    "Extra entries of the sitemap",
    "One entry a line: label, address and capability expression.",
    "",
    PAGE,
    lines=4,
)

SETTINGS = (
    PROJECT_NAME,
    PROJECT_DESCRIPTION,
    INDEX_PAGE,
    MAIN_MENU,
    SITEMAP_EXTRA,
)

"""The access settings, at /Admin/Access."""

from repoweb.plugin import Setting

PAGE = "Admin/Access"

COOKIE_HOURS = Setting(
    "cookie-expire",
    "Login lasts, in hours",
    "How long the login cookie is good. 8766 hours are a year.",
    8766.0,
    PAGE,
    minimum=0.01,
    maximum=876_600,
)
BASIC_OK = Setting(
    "http_authentication_ok",
    "HTTP Basic authentication",
    "Accept a login and password in the Authorization header of each request.",
    False,
    PAGE,
)
REMOTE_USER_OK = Setting(
    "remote_user_ok",
    "Trust the web server's REMOTE_USER",
    "Take the login that the web server established. Only safe where nobody"
    " but that web server can reach repoweb.",
    False,
    PAGE,
)
ANONYMOUS_MINUTES = Setting(
    "anon-cookie-lifespan",
    "Anonymous login lasts, in minutes",
    "How long a solved captcha is good. 0 forbids the login as “anonymous”.",
    480,
    PAGE,
    minimum=0,
    maximum=525_960,
)
PUBLIC_PAGES = Setting(
    "public-pages",
    "Public pages",
    "Glob patterns of paths, separated by commas or blanks, where visitors get the"
    " default privileges too. Example: /doc/trunk/www/*",
    "",
    PAGE,
)
DEFAULT_PRIVILEGES = Setting(
    "default-perms",
    "Default privileges",
    "Capability letters of new users and on public pages. Recommended: u.",
    "u",
    PAGE,
)
ROBOT_RESTRICT = Setting(
    "robot-restrict",
    "Pages not for robots",
    "Glob patterns of pages that visitors without a login see only after their browser"
    " ran a script, as in Fossil: timelineX, diff, annotate, fileage, file, finfo,"
    " reports, tree, hexdump, download, zip, zipX. Empty or off: none.",
    "",
    PAGE,
)
ROBOT_ZIP_LEAF = Setting(
    "robot-zip-leaf",
    "Robots may have archives of leaves",
    "Where zipX stands among the pages not for robots, they may have ZIP files,"
    " tarballs and SQLite archives of leaves nevertheless, as of the newest of each"
    " branch.",
    False,
    PAGE,
)
ROBOT_ZIP_TAG = Setting(
    "robot-zip-tag",
    "Robots may have archives with the tags",
    "Where zipX stands among the pages not for robots, they may have archives of"
    " check-ins nevertheless that carry a tag which one of these glob patterns matches."
    " Recommended: release,robot-access.",
    "",
    PAGE,
)
ROBOT_EXCEPTION = Setting(
    "robot-exception",
    "Robots are welcome at",
    "Regular expressions of addresses, one a line, that robots may visit anyway.",
    "",
    PAGE,
    lines=3,
)
ACCESS_LOG = Setting(
    "access-log",
    "Log logins",
    "Record each login, failed ones too, in the table accesslog.",
    True,
    PAGE,
)
ADMIN_LOG = Setting(
    "admin-log",
    "Log changes by administrators",
    "Record changes of users and settings in the table admin_log.",
    True,
    PAGE,
)

SETTINGS = (
    COOKIE_HOURS,
    ANONYMOUS_MINUTES,
    BASIC_OK,
    REMOTE_USER_OK,
    PUBLIC_PAGES,
    DEFAULT_PRIVILEGES,
    ROBOT_RESTRICT,
    ROBOT_EXCEPTION,
    ROBOT_ZIP_LEAF,
    ROBOT_ZIP_TAG,
    ACCESS_LOG,
    ADMIN_LOG,
)

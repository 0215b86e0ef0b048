"""What the pages of files add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="files",
    blueprint=LateBlueprint(
        "repoweb.files.pages:pages",
        "/dir /dir/<path:path> /tree /tree/<path:path> /fileage /fileage/<path:name>"
        " /file /file/<path:path> /raw /raw/<path:name> /secureraw"
        " /secureraw/<path:name> /artifact /artifact/<path:name> /hexdump"
        " /hexdump/<path:name> /finfo /finfo/<path:path> /annotate"
        " /annotate/<path:path> /blame /blame/<path:path> /praise /praise/<path:path>"
        " /doc /doc/<path:name> /uv /uv/<path:name> /uvlist /juvlist /zip"
        " /zip/<path:name> /tarball /tarball/<path:name> /sqlar /sqlar/<path:name>"
        " /attachview /attachdownload /attachimage /download /whatis"
        " /whatis/<path:name>",
    ),
    menu=(MenuEntry("Files", "/dir?ci=tip", "o"),),
    sitemap=(
        MenuEntry("Files by age", "/fileage", "o", "What was changed last"),
        MenuEntry("Downloads", "/download", "z", "All files of a release in one"),
        MenuEntry("Unversioned files", "/uvlist", "o"),
        MenuEntry("Files of all check-ins", "/dir", "o", "Also those that are gone"),
    ),
)

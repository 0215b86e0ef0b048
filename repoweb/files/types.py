"""What kind of file a name suggests, and what may be shown of it in a browser."""

import mimetypes

MARKDOWN = "text/x-markdown"
FOSSIL_WIKI = "text/x-fossil-wiki"
HTML = "text/html"
PLAIN = "text/plain"
BINARY = "application/octet-stream"

_OWN = {
    "md": MARKDOWN,
    "markdown": MARKDOWN,
    "mkd": MARKDOWN,
    "wiki": FOSSIL_WIKI,
    "html": HTML,
    "htm": HTML,
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": PLAIN,
    "pdf": "application/pdf",
    "wasm": "application/wasm",
    "woff": "font/woff",
    "woff2": "font/woff2",
}
_PICTURES = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/svg+xml",
    "image/bmp",
    "image/x-icon",
    "image/vnd.microsoft.icon",
}
_TEXT = {"application/json", "application/xml", "application/javascript"}
_MEDIA = ("audio/", "video/", "font/")


def type_of(name: str) -> str:
    """Return the type of a file by its name; "" if the name says nothing."""
    suffix = name.rpartition("/")[2].rpartition(".")[2].lower()
    return (
        _OWN.get(suffix) or mimetypes.guess_type("x." + suffix, strict=False)[0] or ""
    )


def is_markup(name: str) -> bool:
    """Whether a file is rendered: Markdown or Fossil wiki."""
    return type_of(name) in {MARKDOWN, FOSSIL_WIKI}


def is_picture(name: str) -> bool:
    """Whether a browser can show a file as a picture, in which no script runs."""
    return type_of(name) in _PICTURES


def is_inline(mimetype: str) -> bool:
    """Whether a browser should show what has this type, instead of saving it.

    In the sandbox in which it is served, nothing in it can run.
    """
    main = mimetype.partition(";")[0]
    return (
        main in _PICTURES | _TEXT
        or main.startswith(("text/", *_MEDIA))
        or main == "application/pdf"
    )


def served_type(name: str, *, binary: bool) -> str:
    """Return the type under which the bytes of a file are sent."""
    found = type_of(name)
    if not found or (binary and found.startswith("text/")):
        return BINARY if binary else PLAIN
    return found


def is_harmless(mimetype: str) -> bool:
    """Whether no page of this site could run a file that is sent with this type."""
    return not any(word in mimetype.lower() for word in ("script", "wasm", "manifest"))

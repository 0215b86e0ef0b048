"""How Fossil writes names into the comments of events."""

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
)
SHOWN = 10
LINKED = 16
"""How many digits of a hash Fossil shows, and how many it puts into links."""


def htmlize(text: str) -> str:
    """Escape a text as Fossil does (`htmlize` of its src/encode.c)."""
    return text.translate(_ESCAPES)


def reference(name: str) -> str:
    """Write a link to an artifact in Fossil's wiki markup."""
    return f"[{name[:LINKED]}|{name[:SHOWN]}]"

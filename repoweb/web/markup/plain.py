"""Plain text as HTML: its lines as they are, and addresses as links."""

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from repoweb.web.markup.links import Links

if TYPE_CHECKING:
    from linkify_it import LinkifyIt

_SEARCHED = 100_000  # characters; further addresses are no links
_SCHEMES = ("http:", "https:", "ftp:")


def html(text: str, _links: Links | None = None) -> str:
    """Turn a text into HTML."""
    pieces, at = [Markup('<div class="plain">')], 0
    for found in _addresses().match(text[:_SEARCHED]) or []:
        if found.schema in _SCHEMES:
            link = Markup('<a href="{}">{}</a>').format(found.url, found.raw)
            pieces += [escape(text[at : found.index]), link]
            at = found.last_index
    return "".join([*pieces, escape(text[at:]), "</div>"])


@cache
def _addresses() -> "LinkifyIt":
    from linkify_it import LinkifyIt

    return LinkifyIt(
        options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False}
    )

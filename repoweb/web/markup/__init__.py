"""What users wrote, as HTML that is safe to show: one way for all pages."""

from markupsafe import Markup

from repoweb.web.markup import fossil_wiki, plain
from repoweb.web.markup.links import Links
from repoweb.web.markup.sanitise import sanitise

FOSSIL_WIKI = "text/x-fossil-wiki"
MARKDOWN = "text/x-markdown"
PLAIN = "text/plain"

MIMETYPES = {MARKDOWN: "Markdown", FOSSIL_WIKI: "Fossil wiki", PLAIN: "Plain text"}
"""What can be written, in the order in which it is offered."""

LONGEST = 400_000
"""Characters; a longer text is shown as it is, for rendering it would take long."""


def _markdown(text: str, links: Links) -> str:
    from repoweb.web.markup import markdown

    return markdown.html(text, links)


_RENDERERS = {
    FOSSIL_WIKI: fossil_wiki.html,
    "": fossil_wiki.html,  # an artifact without an N card
    MARKDOWN: _markdown,
    "text/markdown": _markdown,
}


def render(text: str, mimetype: str, links: Links) -> Markup:
    """Turn a text into sanitised HTML.

    Args:
        text: as it was written.
        mimetype: of an N card; "" is Fossil wiki, an unknown one plain text.
        links: finds what the text links to.
    """
    make = _RENDERERS.get(mimetype, plain.html)
    if len(text) > LONGEST:
        make = plain.html
    return sanitise(make(text.replace("\r\n", "\n"), links), links.prefix)


def render_comment(text: str, links: Links) -> Markup:
    """Turn the comment of an event, which is Fossil wiki, into a piece of a line.

    Only markup within a line is understood, and a `[word]` that names nothing
    stays as it is.
    """
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    return sanitise(fossil_wiki.inline(text, links), links.prefix)

"""Events as the rows of a table: their text as HTML, and the picture of the graph."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from flask import request
from markupsafe import Markup, escape

from repoweb.repository import lanes
from repoweb.repository.ancestry import main_branch
from repoweb.repository.events import Event
from repoweb.settings import TRUE_WORDS, read_text
from repoweb.web.graph import NO_PICTURE, Picture, branch_class, pictures
from repoweb.web.hyperlinks import show_links
from repoweb.web.markup import render_comment
from repoweb.web.markup.links import Links, page_links

_MARKED = re.compile(r"[<\[&]")
"""What begins markup in Fossil wiki; most comments have none of it."""

_WIKI = {"+": "Added wiki page", ":": "Changes to wiki page", "-": "Deleted wiki page"}


@dataclass(frozen=True)
class Line:
    """A row of the table.

    Args:
        text: what happened, its first paragraph.
        more: the further paragraphs, or "".
        picture: of the graph.
        hue: the class that has the colour of the branch.
        new_day: it is the first of its day.
    """

    event: Event
    text: Markup
    more: Markup
    picture: Picture
    hue: str
    new_day: bool


def event_lines(
    db: sqlite3.Connection, shown: Sequence[Event], *, graph: bool = True
) -> list[Line]:
    """Prepare events for `event_table`.

    Args:
        db: finds what comments link to.
        shown: the events, newest first.
        graph: whether to draw the graph; never without check-ins.
    """
    main = main_branch(db)
    drawn = [NO_PICTURE] * len(shown)
    if graph and any(event.is_checkin for event in shown):
        drawn = pictures(shown, lanes.rows(shown, main), main)
    write = Writer(db)
    lines: list[Line] = []
    for event, picture in zip(shown, drawn, strict=True):
        before = lines[-1].event if lines else None
        text, more = write(event, again=_is_again(event, before))
        hue = branch_class(event.branch, main) if event.branch else ""
        new_day = before is None or before.day != event.day
        lines.append(Line(event, text, more, picture, hue, new_day))
    return lines


def _is_again(event: Event, before: Event | None) -> bool:
    """Whether it is one more change of the same page or ticket."""
    return bool(event.tagid and before and before.tagid == event.tagid)


class Writer:
    """Turns the comments of events into HTML."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._links = page_links() if show_links() else Links()
        plain = read_text(db, "timeline-plaintext") or ""
        self._plain = plain.lower() in TRUE_WORDS

    def __call__(self, event: Event, *, again: bool = False) -> tuple[Markup, Markup]:
        """Return the first paragraph of an event's text, and the others."""
        text = event.brief if again and event.brief else event.comment
        if event.kind == "f":
            return escape(text), Markup()
        if event.kind == "w" and text[:1] in _WIKI:
            return self._wiki(text[0], text[1:]), Markup()
        first, _, rest = text.strip().replace("\r\n", "\n").partition("\n\n")
        return self._html(first), self._html(rest.strip()) if rest else Markup()

    def html(self, text: str) -> Markup:
        """Turn a comment into HTML, all of it."""
        paragraphs = text.strip().replace("\r\n", "\n").split("\n\n")
        return Markup("").join(
            Markup("<p>{}</p>").format(self._html(paragraph))
            for paragraph in paragraphs
            if paragraph.strip()
        )

    def _html(self, text: str) -> Markup:
        if not _MARKED.search(text):
            return escape(text)
        return render_comment(str(escape(text)) if self._plain else text, self._links)

    def _wiki(self, sign: str, title: str) -> Markup:
        if not show_links() or sign == "-":
            return Markup("{} “{}”").format(_WIKI[sign], title)
        url = f"{request.script_root}/wiki?name={quote_plus(title)}"
        return Markup('{} <a href="{}">{}</a>').format(_WIKI[sign], url, title)

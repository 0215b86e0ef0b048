"""The table of a timeline.

This module writes HTML itself and not by a template, for a page may have a thousand
rows. What users wrote goes through `escape`.
"""

from collections.abc import Container, Mapping, Sequence
from functools import cache, partial
from urllib.parse import quote

from markupsafe import Markup, escape

from repoweb.repository.events import Event
from repoweb.web.eventlist import Line
from repoweb.web.hyperlinks import show_links
from repoweb.web.layout import href
from repoweb.web.namelinks import branch_link, hash_link, tag_link, user_link

Files = Mapping[int, list[tuple[str, str]]]
"""By the number of the check-in: how it changed a file, and the name of that."""

_HEAD = (
    '<table class="timeline" data-compare="{}">\n<thead class="vh"><tr><th>Time</th>'
    "<th>Graph</th><th>What happened</th></tr></thead>\n<tbody>\n"
)


def event_table(
    lines: Sequence[Line],
    files: Files | None = None,
    marked: Container[int] = (),
    notes: Mapping[int, str] | None = None,
) -> Markup:
    """Write the table of some events.

    Args:
        lines: what `event_lines` made of them.
        files: those that are listed below their check-ins.
        marked: the numbers of events that stand out.
        notes: by the number of the event: what is said of it besides.
    """
    if not lines:
        return Markup()
    rows = "".join(map(_Rows(files or {}, marked, notes or {}).row, lines))
    head = _HEAD.format(escape(href("/vdiff")))
    return Markup(f"{head}{rows}</tbody>\n</table>\n")  # noqa: S704 - see `_Rows`


class _Rows:
    """Writes rows; each name in them becomes a link once."""

    def __init__(
        self, files: Files, marked: Container[int], notes: Mapping[int, str]
    ) -> None:
        links = show_links()
        self._files, self._marked, self._notes = files, marked, notes
        self._around = escape(href("/timeline?c=")) if links else ""
        self._history = escape(href("/finfo?name=")) if links else ""
        self._hash = partial(hash_link, links=links)
        self._user = cache(partial(user_link, links=links))
        self._branch = cache(partial(branch_link, links=links))
        self._tags = cache(partial(_tags, links=links))

    def row(self, line: Line) -> str:
        event = line.event
        day = _day(line) if line.new_day else ""
        css = ' class="marked"' if event.rid in self._marked else ""
        files = self._files.get(event.rid)
        return (
            f'{day}<tr id="e{event.rid}"{css}>\n'
            f'<td class="t">{self._time(event)}</td>\n'
            f'<td class="g">{line.picture.row}</td>\n<td class="w">'
            f'<span class="said">{line.text}</span>{_more(line)}'
            f'<div class="note">{self._note(line)}</div>\n'
            f"{self._list(files) if files else ''}</td></tr>\n"
        )

    def _time(self, event: Event) -> str:
        shown, stamp = event.clock, event.time.replace(" ", "T")
        if self._around:
            shown = f'<a href="{self._around}{stamp}">{shown}</a>'
        return f'<time datetime="{stamp}Z" title="{event.time} UTC">{shown}</time>'

    def _note(self, line: Line) -> str:
        """Tell what it is, of whom, and on which branch."""
        event = line.event
        branch = f" on {self._branch(event.branch, line.hue)}" if event.branch else ""
        return (
            f"{event.label} {self._hash(event.hash)}{self._said(event)}{_state(event)}"
            f" by {self._user(event.user)}{branch}{self._tags(event.tags)}"
        )

    def _said(self, event: Event) -> str:
        note = self._notes.get(event.rid)
        return f' <span class="mark">{escape(note)}</span>' if note else ""

    def _list(self, files: list[tuple[str, str]]) -> str:
        items = [f"<li>{change} {self._file(name)}</li>\n" for change, name in files]
        return f'<ul class="files">\n{"".join(items)}</ul>\n'

    def _file(self, name: str) -> str:
        if not self._history:
            return escape(name)
        return f'<a href="{self._history}{quote(name)}">{escape(name)}</a>'


def _day(line: Line) -> str:
    return (
        f'<tr class="day"><td></td><td class="g">{line.picture.above}</td>'
        f'<th scope="rowgroup">{line.event.day}</th></tr>\n'
    )


def _tags(tags: tuple[str, ...], *, links: bool) -> str:
    return "".join([f" {tag_link(tag, links)}" for tag in tags])


def _more(line: Line) -> str:
    if not line.more:
        return ""
    return f'\n<details class="more"><summary>more</summary>{line.more}</details>\n'


def _state(event: Event) -> str:
    if event.leaf and event.is_checkin:
        word = "closed leaf" if event.closed else "leaf"
    elif event.closed:
        word = "closed"
    else:
        return ""
    return f' <span class="mark">{word}</span>'

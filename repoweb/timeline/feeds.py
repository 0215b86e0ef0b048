"""The timeline as a feed, in RSS 2.0 or in Atom (RFC 4287)."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import unescape
from typing import NamedTuple

from flask import Response, render_template, request
from werkzeug.datastructures import MultiDict

from repoweb.repository.events import Event
from repoweb.repository.globs import escape_glob
from repoweb.repository.kinds import KINDS
from repoweb.settings import read_text
from repoweb.timeline.filters import Filter
from repoweb.web.eventlist import Writer

_NO_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_TITLE = 120
_TAG = re.compile(r"<[^>]*>")


class Form(NamedTuple):
    """A form of feeds: its template and its type."""

    template: str
    mimetype: str


RSS = Form("timeline/rss.xml", "application/rss+xml")
ATOM = Form("timeline/atom.xml", "application/atom+xml")


@dataclass(frozen=True)
class Entry:
    """One event of a feed; texts have no characters that XML cannot have."""

    title: str
    content: str
    user: str
    link: str
    when: datetime

    @property
    def rfc822(self) -> str:
        """The time as RSS wants it."""
        return format_datetime(self.when, usegmt=True)

    @property
    def rfc3339(self) -> str:
        """The time as Atom wants it."""
        return self.when.strftime("%Y-%m-%dT%H:%M:%SZ")


def parameters(args: MultiDict[str, str], length: int) -> MultiDict[str, str]:
    """Take Fossil's `tag=` and `name=`, of a file, for ours, and another length."""
    changed = MultiDict(args)
    changed.setdefault("n", str(length))
    if "tag" in args:
        changed.setdefault("t", args["tag"])
    if "name" in args:
        changed.setdefault("chng", f'"{escape_glob(args["name"])}"')
    return changed


def answer(
    form: Form, db: sqlite3.Connection, shown: Sequence[Event], wanted: Filter
) -> Response:
    """Write the feed."""
    root = request.url_root.rstrip("/")
    write = Writer(db)
    entries = [_entry(write, event, root) for event in shown]
    text = render_template(
        form.template,
        root=root,
        here=_clean(request.url),
        page=root + wanted.address(n=""),
        description=_clean(read_text(db, "project-description") or ""),
        entries=entries,
        updated=entries[0] if entries else None,
    )
    return Response(text, mimetype=form.mimetype)


def _entry(write: Writer, event: Event, root: str) -> Entry:
    first, _ = write(event)
    words = _clean(" ".join(_TAG.sub("", first).split()))
    title = words if len(words) <= _TITLE else words[:_TITLE] + "…"
    kind = f"{KINDS.get(event.kind, 'Event')}: "
    when = datetime.strptime(event.time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return Entry(
        kind + unescape(title),
        _clean(str(write.html(event.comment) if event.kind != "f" else first)),
        _clean(event.user),
        f"{root}/info/{event.hash}",
        when,
    )


def _clean(text: str) -> str:
    return re.sub(_NO_XML, "\N{REPLACEMENT CHARACTER}", text)

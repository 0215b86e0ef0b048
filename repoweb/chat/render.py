"""Messages as Fossil's JSON, and as rows of the page: both are made here only."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from repoweb import settings
from repoweb.accounts import store as accounts
from repoweb.accounts.capabilities import NOBODY, Letters
from repoweb.chat import colour
from repoweb.chat.files import clean_name, is_image
from repoweb.chat.linkify import linkify
from repoweb.chat.message import Message
from repoweb.chat.permalinks import message_target
from repoweb.chat.pictures import shown_size
from repoweb.chat.record import Told
from repoweb.chat.robot_text import robot_html
from repoweb.chat.search import Found
from repoweb.chat.settings import INLINE_IMAGES, TIMELINE_USER
from repoweb.chat.snippets import highlight, snippet
from repoweb.repository.cache import ByteCache
from repoweb.repository.targets import Target, resolve

SEEING = frozenset("ojr2")
"""The capabilities on which it depends what the title of a link may tell."""

COLOUR_MAP = "user-color-map"

_MOST_KEPT, _OVERHEAD = 4 * 1024 * 1024, 1000
"""How much of the memory the rows may take that were drawn last, in bytes."""

_CODE = re.compile(r"\n[ \t]+\S|^```", re.MULTILINE)
"""A later line that is indented, or a fence: such a text is set in a fixed font."""


@dataclass(frozen=True)
class Form:
    """In what form messages are wanted. Readers with the same form share an answer.

    Args:
        raw: the text as it was sent, instead of HTML.
        rows: with the row of our own page, as the field `html`.
        base: the path under which the site lies.
        seeing: which of the capabilities of `SEEING` the reader has.
        room: the path of a room, "/chat/NAME"; "" is the insiders'.
    """

    raw: bool = False
    rows: bool = False
    base: str = ""
    seeing: Letters = SEEING
    room: str = ""


class Renderer:
    """Renders messages; `count` tells how many lists of messages it has made."""

    def __init__(
        self, environment: Environment, has_page: Callable[[str], bool]
    ) -> None:
        self._environment = environment
        self._has_page = has_page
        self._kept = ByteCache[str](_MOST_KEPT)
        self.count = 0

    def messages(
        self, db: sqlite3.Connection, messages: list[Message], form: Form
    ) -> str:
        """Write the messages of an answer of /chat-poll."""
        return self._records(db, messages, form) if messages else ""

    def found(self, db: sqlite3.Connection, found: Found, form: Form) -> str:
        """Write the answer of /chat-query, with the matches marked."""
        messages, total = found.messages, ""
        if form.rows:
            messages = [message for message in messages if not message.deletes]
            total = f', "total":{found.total}'
        records = self._records(db, messages, form, found.marked)
        ends = f'"first":{found.first}, "last":{found.last}'
        return f'{{"msgs":[\n{records}\n], {ends}{total}}}'

    def one(self, db: sqlite3.Connection, message: Message, form: Form) -> str:
        """Write the answer of /chat-fetch-one.

        In Fossil this one has a blank, and never the sender's time.
        """
        text = self._records(db, [message._replace(local_time=None)], form)
        return text.replace('{"msgid":', '{"msgid": ', 1)

    def texts(
        self, db: sqlite3.Connection, messages: list[Message], form: Form
    ) -> list[Markup]:
        """Turn the texts alone into HTML."""
        look = _Look(db, form, self._has_page)
        return [look.html(message) for message in messages]

    def rows(
        self,
        db: sqlite3.Connection,
        messages: list[Message],
        form: Form,
        anchors: Mapping[int, str] | None = None,
    ) -> list[Markup]:
        """Render the rows of the page.

        Args:
            anchors: by the numbers of messages, names for links to lead to.
        """
        look = _Look(db, form, self._has_page, anchors=anchors)
        return [self._row(message, look) for message in messages]

    def hue(self, db: sqlite3.Connection, name: str) -> int:
        """Choose the hue of a user, as in the rows of the page."""
        return _Look(db, Form(), self._has_page).hue(name)

    def _records(
        self,
        db: sqlite3.Connection,
        messages: list[Message],
        form: Form,
        marked: Mapping[int, str] | None = None,
    ) -> str:
        self.count += 1
        look = _Look(db, form, self._has_page, marked)
        return ",\n".join(self._record(message, look) for message in messages)

    def _record(self, message: Message, look: "_Look") -> str:
        is_row = look.form.rows and not message.deletes
        told = Told(
            message,
            look.colour(message.poster),
            "" if is_row else look.text(message),
            self._row(message, look) if is_row else None,
            look.snippet(message) if is_row else None,
        )
        written = self._kept.get(told)
        if written is None:
            written = told.written()
            self._kept.put(told, written, _OVERHEAD + 2 * len(written))
        return written

    def _row(self, message: Message, look: "_Look") -> Markup:
        name, form = message.poster or NOBODY, look.form
        shown = _Shown(
            message,
            name,
            look.hue(name),
            look.html(message),
            form.base,
            form.room,
            bool(message.size and look.shows_images and is_image(message.file_type)),
            look.anchors.get(message.msgid, ""),
        )
        row = self._kept.get(shown)
        if row is None:
            row = self._draw(shown)
            self._kept.put(shown, row, _OVERHEAD + 2 * len(row))
        return Markup(row)  # noqa: S704 - it was one

    def _draw(self, shown: "_Shown") -> str:
        template = self._environment.get_template("chat/row.html")
        macro: Any = template.module.row  # type: ignore[attr-defined]
        message, base, room = shown.message, shown.base, shown.room
        row: str = macro(
            message,
            name=shown.name,
            hue=shown.hue,
            html=shown.html,
            base=base + room,
            page=base + (room or "/chat"),
            # Fossil keeps the name that it is told: ../ would lead elsewhere.
            file=clean_name(message.file_name or ""),
            image=shown.is_image,
            code=bool(_CODE.search(message.text)),
            anchor=shown.anchor,
            shown=shown_size(message.width, message.height),
        )
        return row


class _Shown(NamedTuple):
    """All on which it depends how a row looks."""

    message: Message
    name: str
    hue: int
    html: Markup
    base: str
    room: str
    is_image: bool
    anchor: str


class _Look:
    """What one list of messages is rendered with; asks for each thing once."""

    def __init__(
        self,
        db: sqlite3.Connection,
        form: Form,
        has_page: Callable[[str], bool],
        marked: Mapping[int, str] | None = None,
        anchors: Mapping[int, str] | None = None,
    ) -> None:
        self._db = db
        self.form = form
        self.marked = marked  # of a search only
        self.anchors = anchors or {}
        self._has_page = has_page
        self._targets: dict[str, Target | None] = {}
        self._chatters: dict[str, bool] = {}

    @cached_property
    def shows_images(self) -> bool:
        return bool(settings.read(self._db, INLINE_IMAGES))

    @cached_property
    def _robot(self) -> str:
        return str(settings.read(self._db, TIMELINE_USER))

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return colour.aliases(settings.read_text(self._db, COLOUR_MAP) or "")

    def colour(self, poster: str | None) -> str:
        name = poster or NOBODY
        if name == self._robot and not self.form.room:
            return colour.ROBOT
        return colour.user_colour(self._aliases.get(name, name))

    def hue(self, name: str) -> int:
        return colour.user_hue(self._aliases.get(name, name))

    def text(self, message: Message) -> str:
        if self.form.raw:
            return message.text
        marked = (self.marked or {}).get(message.msgid)
        return self.html(message) if marked is None else highlight(marked)

    def snippet(self, message: Message) -> str | None:
        if self.marked is None:
            return None
        text = message.text or message.file_name or ""
        return snippet(self.marked.get(message.msgid) or text)

    def html(self, message: Message) -> Markup:
        text, base = message.text, self.form.base
        if self.form.room:  # its guests choose their names, and need not know others
            return linkify(text, self._resolve, base)
        if message.poster and message.poster == self._robot:
            return robot_html(text, self._has_page, base)
        return linkify(text, self._resolve, base, self._is_chatter)

    def _resolve(self, name: str) -> Target | None:
        if name not in self._targets:
            self._targets[name] = self._find(name)
        return self._targets[name]

    def _is_chatter(self, login: str) -> bool:
        if login not in self._chatters:
            self._chatters[login] = accounts.is_chatter(self._db, login)
        return self._chatters[login]

    def _find(self, name: str) -> Target | None:
        target = None if self.form.room else message_target(self._db, name)
        target = target or resolve(self._db, name)
        if target is None or target.needs not in self.form.seeing | {"*"}:
            return None
        if target.url.startswith("/") and not self._has_page(target.url):
            return None
        return target

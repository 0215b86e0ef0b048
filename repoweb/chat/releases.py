"""What those who wait get at one moment: one query and rendering for all alike."""

import sqlite3
from dataclasses import replace
from typing import NamedTuple

from repoweb.accounts.user import User
from repoweb.chat import events, store
from repoweb.chat.answers import listing
from repoweb.chat.crowd import Group
from repoweb.chat.render import SEEING, Form, Renderer
from repoweb.chat.store import News
from repoweb.chat.tables import INSIDERS, Tables


class Release(NamedTuple):
    """An answer, and the cursor of who has got it."""

    body: bytes
    cursor: int


class Releases:
    """The answers of one look at the messages, made when they are asked for.

    Args:
        latest: the highest number that there is.
        about: what all answers say beside their messages.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        renderer: Renderer,
        latest: int,
        about: str,
        of: Tables = INSIDERS,
    ) -> None:
        self._db = db
        self._renderer = renderer
        self._latest = latest
        self._about = about
        self._of = of
        self._made: dict[tuple[int, Form, bool], Release | None] = {}

    def find(self, group: Group, user: User) -> Release | None:
        """Return what a group gets now; None if it has to wait on.

        Args:
            user: theirs, as he is now.
        """
        if group.cursor == self._latest:
            return None
        form = replace(group.form, seeing=user.letters & SEEING)
        key = (group.cursor, form, group.is_stream)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, cursor: int, form: Form, is_stream: bool) -> Release | None:
        news = news_for(self._db, cursor, form, self._of)
        if not news:
            return None
        records = self._renderer.messages(self._db, news.messages, form)
        body = listing(records, self._about, more=news.gap, reset=news.reset)
        after = cursor_behind(news, cursor)
        return Release(events.event(body, after) if is_stream else body, after)


def news_for(
    db: sqlite3.Connection, cursor: int, form: Form, of: Tables = INSIDERS
) -> News:
    """List what lies behind a cursor.

    Fossil's own page wants all of it, and does not know what a gap is.
    """
    if form.rows:
        return store.news(db, cursor, of)
    return News(store.after(db, cursor, of))


def cursor_behind(news: News, cursor: int) -> int:
    """Tell the cursor of who has got some news, and had another one before."""
    if news.messages:
        return news.messages[-1].msgid
    return 0 if news.reset else cursor

"""The timeline robot: announces check-ins and other events in the chat.

Fossil's programs announce what they write themselves, in the same transaction.
So an event is announced here only where no message of the robot tells of it.
How far the robot has looked is kept in the repository, for all processes.
"""

import re
import sqlite3
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote_plus

from repoweb import settings
from repoweb.chat import store
from repoweb.chat.message import NewMessage
from repoweb.chat.purge import Rule
from repoweb.chat.settings import TIMELINE_USER
from repoweb.repository.repository import Repository

MARK = "fx-chat-robot"
"""The `config` row that tells how far the robot has looked: "RID MSGID"."""

MOST_AT_ONCE = 20
"""A sync may bring thousands of events; of further ones only the number is told."""

_HASH = re.compile(r"[0-9a-f]{10}")
_SHORT, _LONG = 10, 16


@dataclass(frozen=True)
class _Event:
    rid: int
    type: str
    uuid: str
    user: str
    comment: str
    branch: str | None


def catch_up(repository: Repository) -> bool:
    """Announce the events that came since the last look; True if there were any.

    Raises:
        RepositoryError: the repository cannot be written.
    """
    with repository.reading() as db:
        if not _has_news(db):
            return False
    with repository.writing() as db:
        robot = str(settings.read(db, TIMELINE_USER))
        if not robot:
            settings.unset(db, MARK)
            return False
        rid, msgid = _mark(db) or (_last_rid(db), 0)
        events = _unannounced(db, robot, rid, msgid)
        rule = Rule.read(db)
        for text in _texts(events):
            store.append(db, NewMessage(robot, text), rule)
        settings.write_text(db, MARK, f"{_last_rid(db)} {store.last_id(db)}")
    return bool(events)


def _has_news(db: sqlite3.Connection) -> bool:
    mark = _mark(db)
    if not settings.read(db, TIMELINE_USER):
        return mark is not None  # which must be forgotten: what comes now is not told
    return mark is None or _last_rid(db) > mark[0]


def _mark(db: sqlite3.Connection) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d+) (\d+)", settings.read_text(db, MARK) or "")
    return (int(found[1]), int(found[2])) if found else None


def _last_rid(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(objid), 0) FROM event").fetchone()[0])


def _unannounced(
    db: sqlite3.Connection, robot: str, rid: int, msgid: int
) -> list[_Event]:
    """List the events behind an artifact of which no message of the robot tells."""
    rows = db.execute(
        "SELECT objid, type, uuid, coalesce(euser, user, ''),"
        " coalesce(ecomment, comment, ''), (SELECT value FROM tagxref"
        "  WHERE tagxref.rid=objid AND tagid=8 AND tagtype>0)"
        " FROM event JOIN blob ON blob.rid=objid"
        " WHERE objid>? AND objid NOT IN (SELECT rid FROM private) ORDER BY objid",
        (rid,),
    ).fetchall()
    told = [
        _plain(row[0])
        for row in db.execute(
            "SELECT xmsg FROM chat WHERE msgid>? AND xfrom=?", (msgid, robot)
        )
    ]
    events = [_Event(*row) for row in rows]
    return [e for e in events if not any(_sign(e) in text for text in told)]


def _sign(event: _Event) -> str:
    """Return what a message about an event has in it, whoever wrote it."""
    if event.type in {"ci", "f"}:
        return event.uuid[:_SHORT]
    if event.type == "w":
        return event.comment[1:]
    found = _HASH.search(event.comment)
    return found[0] if found else event.comment.strip()


def _plain(text: str | None) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", text or ""))


def _texts(events: list[_Event]) -> list[str]:
    texts = [_text(event) for event in events[:MOST_AT_ONCE]]
    more = len(events) - len(texts)
    return [*texts, f"… and {more} more events"] if more else texts


def _text(event: _Event) -> str:
    """Write the message about an event, as Fossil's `chat_msg_from_event` does."""
    short, user = event.uuid[:_SHORT], quote_plus(event.user)
    who = f"user: <a href='/timeline?u={user}&c={short}'>{escape(event.user)}</a>"
    this = f"<a href='/info/{short}'>{short}</a>"
    comment = escape(event.comment, quote=False)
    if event.type == "ci":
        branch = event.branch or "trunk"
        link = (
            f"<a href='/timeline?r={quote_plus(branch)}&c={short}'>{escape(branch)}</a>"
        )
        return f"{comment}\n (check-in: {this}, {who}, branch: {link})"
    if event.type == "f":
        return f"{comment}\n (artifact: {this}, {who})"
    if event.type == "w":
        return _wiki_text(event)
    return event.comment + "\n"


def _wiki_text(event: _Event) -> str:
    sign, name = event.comment[:1], event.comment[1:]
    page = f"<a href='/whistory?name={quote_plus(name)}'>{escape(name)}</a>"
    if sign == "+":
        return f"Added wiki page {page}"
    if sign == "-":
        return f"Delete wiki page {page}"
    changes = f"<a href='/wdiff?id={event.uuid[:_LONG]}'>Changes</a>"
    return f"{changes} to wiki page {page}"

"""The timeline robot: announces check-ins and other events in the chat.

Fossil's programs announce what they write themselves, in the same transaction.
So an event is announced here only where no message of the robot tells of it.
How far the robot has looked is kept in the repository, for all processes.
"""

import re
import sqlite3
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import quote_plus

from repoweb import settings
from repoweb.chat import store
from repoweb.chat.message import NewMessage
from repoweb.chat.purge import Rule
from repoweb.chat.settings import TIMELINE_USER
from repoweb.repository.repository import Repository

MARK = "fx-chat-robot"
"""The `config` row that tells how far the robot has looked: "RID MSGID"."""

MOST_BEHIND, DAYS_BEHIND = 1000, 1 / 24
"""How many artifacts, and how long, the mark may lag behind what Fossil announced."""

MOST_AT_ONCE = 20
"""A sync may bring thousands of events; of further ones only the number is told."""

_SHORT, _LONG = 10, 16
_CHECKIN = re.compile(r"\(check-in: ([0-9a-f]{4,64}), user: ")
_POST = re.compile(r"\(artifact: ([0-9a-f]{4,64}), user: ")
_PAGE = re.compile(r"/whistory\?name=[^'\"]*['\"]>(.{0,300}?)</a>", re.DOTALL)
_WIKI_SIGNS = frozenset("+-:")  # other comments tell of attachments
_LABELLED = re.compile(r"\[[^\[\]|]*\|([^\[\]]*)\]")


class _Event(NamedTuple):
    rid: int
    type: str
    uuid: str
    user: str
    comment: str
    branch: str | None


def catch_up(repository: Repository) -> bool:
    """Announce the events that came since the last look; True if there were any.

    Where Fossil has announced them, nothing is written: of a script's commands
    the next one would fail, for Fossil does not wait if somebody else writes.

    Raises:
        RepositoryError: the repository cannot be written.
    """
    with repository.reading() as db:
        if not is_due(db):
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


def is_due(db: sqlite3.Connection) -> bool:
    """Whether `catch_up` has something to write."""
    mark, robot = _mark(db), str(settings.read(db, TIMELINE_USER))
    if not robot:
        return mark is not None  # which must be forgotten: what comes now is not told
    if mark is None:
        return True
    behind = _last_rid(db) - mark[0]
    return behind > 0 and (
        behind > MOST_BEHIND
        or _is_old(db, mark[1])
        or bool(_unannounced(db, robot, *mark))
    )


def _is_old(db: sqlite3.Connection, msgid: int) -> bool:
    """Whether a mark lags, so that the messages behind it may soon be purged."""
    row = db.execute(
        "SELECT min(mtime)<julianday('now')-? FROM chat WHERE msgid>?",
        (DAYS_BEHIND, msgid),
    ).fetchone()
    return bool(row[0])


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
        row[0] or ""
        for row in db.execute(
            "SELECT xmsg FROM chat WHERE msgid>? AND xfrom=? ORDER BY msgid",
            (msgid, robot),
        )
    ]
    return [event for event in map(_Event._make, rows) if not _take(told, event)]


def _take(told: list[str], event: _Event) -> bool:
    """Take the first text that tells of an event; each tells of one only."""
    found = next((text for text in told if _tells(text, event)), None)
    if found is not None:
        told.remove(found)
    return found is not None


def _tells(text: str, event: _Event) -> bool:
    """Whether a message is about an event, whoever wrote it, as the CLI or a page."""
    if event.type in {"ci", "f"}:
        hashes = (_CHECKIN if event.type == "ci" else _POST).findall(_plain(text))
        return any(event.uuid.startswith(prefix) for prefix in hashes)
    if event.type == "w" and event.comment[:1] in _WIKI_SIGNS:
        return event.comment[1:] in map(unescape, _PAGE.findall(text))
    return _bare(text) == _bare(event.comment)


def _plain(text: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", text))


def _bare(text: str) -> str:
    """Return the letters of a text without its markup and its links."""
    for _ in range(3):  # fossil 2.21 escapes the comment of a ticket once more
        text = _plain(text)
    return re.sub(r"\W+", "", _LABELLED.sub(r"\1", text))


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
    if event.type == "w" and event.comment[:1] in _WIKI_SIGNS:
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

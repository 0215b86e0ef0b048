"""The messages: plain SQL over Fossil's table `chat`."""

import json
import sqlite3
from dataclasses import dataclass

from repoweb.chat import attachments, days, keys, schema
from repoweb.chat.answers import Gap
from repoweb.chat.message import Message, NewMessage
from repoweb.chat.purge import Rule, purge
from repoweb.chat.rate import check_rate
from repoweb.chat.tables import INSIDERS, Tables
from repoweb.errors import RepowebError
from repoweb.repository.connection import recall

MOST_NEWS = 200
"""How many messages our own page gets at once; it asks for the others."""

_HIGHEST = 2**63 - 1
_COLUMNS = (
    "SELECT chat.msgid,"
    " coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', mtime), '1970-01-01T00:00:00Z') AS time,"
    " nullif(lmtime, '') AS local_time, chat.xfrom AS poster,"
    " coalesce(CAST(xmsg AS TEXT), '') AS text, coalesce(length(file), 0) AS size,"
    " fname AS file_name, fmime AS file_type, nullif(mdel, 0) AS deletes, k AS key,"
    " iw AS width, ih AS height, nl AS lines"
)
_IS_MESSAGE = "coalesce(mdel, 0)=0"


class NotDeletable(RepowebError):
    """A message is neither the user's own, nor is he an administrator."""

    def __init__(self) -> None:
        super().__init__("Only the author or an administrator can delete this message.")


class NotKept(RepowebError):
    """A message was deleted or purged, or never was."""


@dataclass(frozen=True)
class News:
    """What lies behind a reader's number.

    Args:
        gap: what is left out before the first message.
        reset: the number is not of this table, which begins anew: these are
            the newest messages, whatever the reader has.
    """

    messages: list[Message]
    gap: Gap | None = None
    reset: bool = False

    def __bool__(self) -> bool:
        return bool(self.messages) or self.reset


@dataclass(frozen=True)
class Stored:
    """Where a message went; `repeated` if it had been stored before."""

    msgid: int
    repeated: bool = False


def append(
    db: sqlite3.Connection,
    new: NewMessage,
    rule: Rule,
    of: Tables = INSIDERS,
    *,
    per_minute: int = 0,
) -> Stored:
    """Store a message, unless one with its key is there; purge old ones first.

    Args:
        per_minute: how many its poster may send within a minute; 0 for any number.

    Raises:
        TooManyMessages: he has sent so many.
    """
    schema.make_ready(db, of)
    if new.key:
        known = keys.find(db, new.poster, new.key, of)
        if known is not None:
            return Stored(known, repeated=True)
    check_rate(db, new.poster, per_minute)
    purge(db, rule, of)
    msgid = insert(db, new, of)
    if new.key:
        keys.remember(db, new.poster, new.key, msgid, of)
    return Stored(msgid)


def after(db: sqlite3.Connection, msgid: int, of: Tables = INSIDERS) -> list[Message]:
    """List the messages behind a number, oldest first, deletions included."""
    return _messages(db, of, "WHERE chat.msgid>? ORDER BY chat.msgid", (msgid,))


def news(db: sqlite3.Connection, msgid: int, of: Tables = INSIDERS) -> News:
    """List what our own page wants to know that has seen a number."""
    highest = highest_id(db, of)
    if msgid > highest:
        return News(newest(db, MOST_NEWS, of), reset=True)
    if highest - msgid <= MOST_NEWS:
        return News(after(db, msgid, of))
    return _recent(db, msgid, of)


def _recent(db: sqlite3.Connection, msgid: int, of: Tables) -> News:
    """List the newest messages behind a number, and tell what is left out between.

    Deletions of messages up to that number are told all.
    """
    row = db.execute(
        f"SELECT msgid FROM {of.messages} WHERE msgid>? AND {_IS_MESSAGE}"
        " ORDER BY msgid DESC LIMIT 1 OFFSET ?",
        (msgid, MOST_NEWS - 1),
    ).fetchone()
    first = row[0] if row else 0
    low, high, count = db.execute(
        f"SELECT min(msgid), max(msgid), count(*) FROM {of.messages}"
        f" WHERE msgid>? AND msgid<? AND {_IS_MESSAGE}",
        (msgid, first),
    ).fetchone()
    rest = "WHERE chat.msgid>?1 AND (chat.msgid>=?2 OR mdel<=?1) ORDER BY chat.msgid"
    gap = Gap(low, high, count) if count else None
    return News(_messages(db, of, rest, (msgid, first)), gap)


def around(
    db: sqlite3.Connection, msgid: int, limit: int, of: Tables = INSIDERS
) -> list[Message]:
    """List a message with up to `limit` before and behind it, oldest first.

    Raises:
        NotKept: there is no such message, or no longer.
    """
    this = one(db, msgid, of)
    if this is None:
        raise NotKept
    rest = f"WHERE chat.msgid>? AND {_IS_MESSAGE} ORDER BY chat.msgid LIMIT ?"
    behind = _messages(db, of, rest, (msgid, limit))
    return [*before(db, msgid, limit, of)[::-1], this, *behind]


def before(
    db: sqlite3.Connection, msgid: int, limit: int, of: Tables = INSIDERS
) -> list[Message]:
    """List messages before a number, newest first; all if the limit is negative."""
    rest = f"WHERE chat.msgid<? AND {_IS_MESSAGE} ORDER BY chat.msgid DESC LIMIT ?"
    return _messages(db, of, rest, (msgid, limit))


def from_id(
    db: sqlite3.Connection, msgid: int, limit: int, of: Tables = INSIDERS
) -> list[Message]:
    """List messages from a number on, oldest first."""
    rest = "WHERE chat.msgid>=? ORDER BY chat.msgid LIMIT ?"
    return _messages(db, of, rest, (msgid, limit))


def newest(db: sqlite3.Connection, count: int, of: Tables = INSIDERS) -> list[Message]:
    """List the newest messages, oldest first, without rows that tell deletions."""
    return before(db, _HIGHEST, count, of)[::-1]


def cursor_before(db: sqlite3.Connection, count: int, of: Tables = INSIDERS) -> int:
    """Find the number behind which the newest messages stand, 0 for all of them."""
    row = db.execute(
        f"SELECT msgid FROM {of.messages} WHERE {_IS_MESSAGE}"
        " ORDER BY msgid DESC LIMIT 1 OFFSET ?",
        (count,),
    ).fetchone()
    return int(row[0]) if row else 0


def one(db: sqlite3.Connection, msgid: int, of: Tables = INSIDERS) -> Message | None:
    """Find a message; a row that tells a deletion is none."""
    found = _messages(db, of, f"WHERE chat.msgid=? AND {_IS_MESSAGE}", (msgid,))
    return found[0] if found else None


def of_day(
    db: sqlite3.Connection, day: str, limit: int, of: Tables = INSIDERS
) -> list[Message]:
    """List the newest messages of a day of UTC, `YYYY-MM-DD`, oldest first."""
    within = days.span(db, day, of)
    rest = (
        "WHERE chat.msgid>=? AND chat.msgid<? AND date(mtime)=?"
        f" AND {_IS_MESSAGE} ORDER BY chat.msgid DESC LIMIT ?"
    )
    return _messages(db, of, rest, (*within, day, limit))[::-1]


def some(
    db: sqlite3.Connection, msgids: list[int], of: Tables = INSIDERS
) -> list[Message]:
    """List the messages with certain numbers, oldest first."""
    rest = "WHERE chat.msgid IN (SELECT value FROM json_each(?)) ORDER BY chat.msgid"
    return _messages(db, of, rest, (json.dumps(msgids),))


def last_id(db: sqlite3.Connection, of: Tables = INSIDERS) -> int:
    """Return the highest number, 0 without any."""
    query = f"SELECT coalesce(max(msgid), 0) FROM {of.messages}"
    return int(db.execute(query).fetchone()[0])


def known_last_id(db: sqlite3.Connection, of: Tables = INSIDERS) -> int:
    """Return `last_id`, which many ask for who wait for the next message."""
    return recall(db, ("chat.last", of.messages), lambda db: last_id(db, of))


def highest_id(db: sqlite3.Connection, of: Tables = INSIDERS) -> int:
    """Return the highest number that was ever given, to deleted messages too."""
    if not of.numbered:
        return last_id(db, of)
    query = (
        f"SELECT max(coalesce((SELECT max(msgid) FROM {of.messages}), 0), coalesce("
        "(SELECT max(seq) FROM sqlite_sequence WHERE name=?), 0))"
    )
    return int(db.execute(query, (of.messages,)).fetchone()[0])


def was_deleted(db: sqlite3.Connection, msgid: int, of: Tables = INSIDERS) -> bool:
    """Whether a row tells that a message was deleted, by somebody and not by age."""
    query = f"SELECT 1 FROM {of.messages} WHERE msgid>?1 AND mdel=?1 LIMIT 1"
    return db.execute(query, (msgid,)).fetchone() is not None


def delete(
    db: sqlite3.Connection,
    msgid: int,
    who: str,
    of: Tables = INSIDERS,
    *,
    is_admin: bool,
) -> int | None:
    """Delete a message and leave a row that tells; returns that row's number.

    A message that is not there, or no longer, needs no deletion: None.

    Raises:
        NotDeletable: somebody else's message.
    """
    schema.make_ready(db, of)
    row = db.execute(
        f"SELECT xfrom, xmsg FROM {of.messages} WHERE msgid=? AND {_IS_MESSAGE}",
        (msgid,),
    ).fetchone()
    if row is None:
        return None
    if row["xfrom"] != who and not is_admin:
        raise NotDeletable
    schema.remove_from_index(db, msgid, row["xmsg"], of)
    schema.forget_removed(db, of)
    db.execute(f"DELETE FROM {of.messages} WHERE msgid=?", (msgid,))
    db.execute(f"DELETE FROM {of.files} WHERE msgid=?", (msgid,))
    cursor = db.execute(
        f"INSERT INTO {of.messages}(mtime, xfrom, mdel) VALUES(julianday('now'), ?, ?)",
        (who, msgid),
    )
    notice = int(cursor.lastrowid or 0)
    schema.add_to_index(db, notice, None, of)
    return notice


def _messages(
    db: sqlite3.Connection, of: Tables, rest: str, values: tuple[int | str, ...]
) -> list[Message]:
    rows = db.execute(f"{_select(of)} {rest}", values).fetchall()
    return [Message._make(row) for row in rows]


def _select(of: Tables) -> str:
    return (
        f"{_COLUMNS} FROM {of.messages} AS chat"
        f" LEFT JOIN {of.keys} AS key ON key.msgid=chat.msgid"
        f" LEFT JOIN {of.files} AS measured ON measured.msgid=chat.msgid"
    )


def insert(db: sqlite3.Connection, new: NewMessage, of: Tables = INSIDERS) -> int:
    """Store a message, whatever else there is; returns its number."""
    upload = new.upload
    size = upload.size if upload else None
    cursor = db.execute(
        f"INSERT INTO {of.messages}(mtime, lmtime, xfrom, xmsg, fname, fmime, file)"
        " VALUES(julianday('now'), ?, ?, ?, ?, ?,"
        " CASE WHEN ?6 IS NULL THEN NULL ELSE zeroblob(?6) END)",
        (
            new.local_time,
            new.poster,
            new.text,
            upload.name if upload else None,
            upload.mimetype if upload else None,
            size,
        ),
    )
    msgid = int(cursor.lastrowid or 0)
    if upload is not None:
        attachments.store(db, msgid, upload, of)
    schema.add_to_index(db, msgid, new.text, of)
    return msgid

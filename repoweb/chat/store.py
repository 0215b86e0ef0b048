"""The messages: plain SQL over Fossil's table `chat`."""

import sqlite3
from dataclasses import dataclass

from repoweb.chat import attachments, schema
from repoweb.chat.answers import Gap
from repoweb.chat.message import Message, NewMessage
from repoweb.chat.purge import Rule, purge
from repoweb.errors import RepowebError

MOST_NEWS = 200
"""How many messages our own page gets at once; it asks for the others."""

KEY_SECONDS = 24 * 3600
"""How long a message's key is remembered, so that a retry is recognised."""

_HIGHEST = 2**63 - 1
_SELECT = (
    "SELECT chat.msgid,"
    " coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', mtime), '1970-01-01T00:00:00Z') AS time,"
    " nullif(lmtime, '') AS local_time, chat.xfrom AS poster,"
    " coalesce(CAST(xmsg AS TEXT), '') AS text, coalesce(length(file), 0) AS size,"
    " fname AS file_name, fmime AS file_type, nullif(mdel, 0) AS deletes, k AS key,"
    " iw AS width, ih AS height, nl AS lines"
    " FROM chat LEFT JOIN fx_chatkey ON fx_chatkey.msgid=chat.msgid"
    " LEFT JOIN fx_chatfile ON fx_chatfile.msgid=chat.msgid"
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


def append(db: sqlite3.Connection, new: NewMessage, rule: Rule) -> Stored:
    """Store a message, unless one with its key is there; purge old ones first."""
    schema.make_ready(db)
    if new.key:
        known = _find_key(db, new.poster, new.key)
        if known is not None:
            return Stored(known, repeated=True)
    purge(db, rule)
    msgid = _insert(db, new)
    if new.key:
        _remember_key(db, new.poster, new.key, msgid)
    return Stored(msgid)


def after(db: sqlite3.Connection, msgid: int) -> list[Message]:
    """List the messages behind a number, oldest first, deletions included."""
    return _messages(db, "WHERE chat.msgid>? ORDER BY chat.msgid", (msgid,))


def news(db: sqlite3.Connection, msgid: int) -> News:
    """List what our own page wants to know that has seen a number."""
    highest = highest_id(db)
    if msgid > highest:
        return News(newest(db, MOST_NEWS), reset=True)
    if highest - msgid <= MOST_NEWS:
        return News(after(db, msgid))
    return _recent(db, msgid)


def _recent(db: sqlite3.Connection, msgid: int) -> News:
    """List the newest messages behind a number, and tell what is left out between.

    Deletions of messages up to that number are told all.
    """
    row = db.execute(
        f"SELECT msgid FROM chat WHERE msgid>? AND {_IS_MESSAGE}"
        " ORDER BY msgid DESC LIMIT 1 OFFSET ?",
        (msgid, MOST_NEWS - 1),
    ).fetchone()
    first = row[0] if row else 0
    low, high, count = db.execute(
        "SELECT min(msgid), max(msgid), count(*) FROM chat"
        f" WHERE msgid>? AND msgid<? AND {_IS_MESSAGE}",
        (msgid, first),
    ).fetchone()
    rest = "WHERE chat.msgid>?1 AND (chat.msgid>=?2 OR mdel<=?1) ORDER BY chat.msgid"
    gap = Gap(low, high, count) if count else None
    return News(_messages(db, rest, (msgid, first)), gap)


def around(db: sqlite3.Connection, msgid: int, limit: int) -> list[Message]:
    """List a message with up to `limit` before and behind it, oldest first.

    Raises:
        NotKept: there is no such message, or no longer.
    """
    this = one(db, msgid)
    if this is None:
        raise NotKept
    rest = f"WHERE chat.msgid>? AND {_IS_MESSAGE} ORDER BY chat.msgid LIMIT ?"
    behind = _messages(db, rest, (msgid, limit))
    return [*before(db, msgid, limit)[::-1], this, *behind]


def before(db: sqlite3.Connection, msgid: int, limit: int) -> list[Message]:
    """List messages before a number, newest first; all if the limit is negative."""
    rest = f"WHERE chat.msgid<? AND {_IS_MESSAGE} ORDER BY chat.msgid DESC LIMIT ?"
    return _messages(db, rest, (msgid, limit))


def from_id(db: sqlite3.Connection, msgid: int, limit: int) -> list[Message]:
    """List messages from a number on, oldest first."""
    rest = "WHERE chat.msgid>=? ORDER BY chat.msgid LIMIT ?"
    return _messages(db, rest, (msgid, limit))


def newest(db: sqlite3.Connection, count: int) -> list[Message]:
    """List the newest messages, oldest first, without rows that tell deletions."""
    return before(db, _HIGHEST, count)[::-1]


def cursor_before(db: sqlite3.Connection, count: int) -> int:
    """Find the number behind which the newest messages stand, 0 for all of them."""
    row = db.execute(
        f"SELECT msgid FROM chat WHERE {_IS_MESSAGE}"
        " ORDER BY msgid DESC LIMIT 1 OFFSET ?",
        (count,),
    ).fetchone()
    return int(row[0]) if row else 0


def one(db: sqlite3.Connection, msgid: int) -> Message | None:
    """Find a message; a row that tells a deletion is none."""
    found = _messages(db, f"WHERE chat.msgid=? AND {_IS_MESSAGE}", (msgid,))
    return found[0] if found else None


def last_id(db: sqlite3.Connection) -> int:
    """Return the highest number, 0 without any."""
    return int(db.execute("SELECT coalesce(max(msgid), 0) FROM chat").fetchone()[0])


def highest_id(db: sqlite3.Connection) -> int:
    """Return the highest number that was ever given, to deleted messages too."""
    query = (
        "SELECT max(coalesce((SELECT max(msgid) FROM chat), 0),"
        " coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name='chat'), 0))"
    )
    return int(db.execute(query).fetchone()[0])


def was_deleted(db: sqlite3.Connection, msgid: int) -> bool:
    """Whether a row tells that a message was deleted, by somebody and not by age."""
    query = "SELECT 1 FROM chat WHERE mdel=? LIMIT 1"
    return db.execute(query, (msgid,)).fetchone() is not None


def delete(
    db: sqlite3.Connection, msgid: int, who: str, *, is_admin: bool
) -> int | None:
    """Delete a message and leave a row that tells; returns that row's number.

    A message that is not there, or no longer, needs no deletion: None.

    Raises:
        NotDeletable: somebody else's message.
    """
    schema.make_ready(db)
    row = db.execute(
        f"SELECT xfrom, xmsg FROM chat WHERE msgid=? AND {_IS_MESSAGE}", (msgid,)
    ).fetchone()
    if row is None:
        return None
    if row["xfrom"] != who and not is_admin:
        raise NotDeletable
    schema.remove_from_index(db, msgid, row["xmsg"])
    schema.forget_removed(db)
    db.execute("DELETE FROM chat WHERE msgid=?", (msgid,))
    db.execute("DELETE FROM fx_chatfile WHERE msgid=?", (msgid,))
    cursor = db.execute(
        "INSERT INTO chat(mtime, xfrom, mdel) VALUES(julianday('now'), ?, ?)",
        (who, msgid),
    )
    notice = int(cursor.lastrowid or 0)
    schema.add_to_index(db, notice, None)
    return notice


def _messages(
    db: sqlite3.Connection, rest: str, values: tuple[int, ...]
) -> list[Message]:
    return [Message(*row) for row in db.execute(f"{_SELECT} {rest}", values).fetchall()]


def _insert(db: sqlite3.Connection, new: NewMessage) -> int:
    upload = new.upload
    size = upload.size if upload else None
    cursor = db.execute(
        "INSERT INTO chat(mtime, lmtime, xfrom, xmsg, fname, fmime, file)"
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
        attachments.store(db, msgid, upload)
    schema.add_to_index(db, msgid, new.text)
    return msgid


def _find_key(db: sqlite3.Connection, poster: str, key: str) -> int | None:
    row = db.execute(
        "SELECT msgid FROM fx_chatkey WHERE xfrom=? AND k=? AND at>=strftime('%s')-?",
        (poster, key, KEY_SECONDS),
    ).fetchone()
    return row[0] if row else None


def _remember_key(db: sqlite3.Connection, poster: str, key: str, msgid: int) -> None:
    db.execute("DELETE FROM fx_chatkey WHERE at<strftime('%s')-?", (KEY_SECONDS,))
    db.execute(
        "INSERT INTO fx_chatkey(xfrom, k, msgid, at)"
        " VALUES(?, ?, ?, CAST(strftime('%s') AS INTEGER))",
        (poster, key, msgid),
    )

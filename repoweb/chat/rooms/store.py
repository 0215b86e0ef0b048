"""Posts: the messages of a room with what only rooms have.

A post has a number of its own, counted from 1 without gaps, the time in
microseconds, and who wrote it from where. The message itself, its search index
and its age are the business of the chat's store.
"""

import json
import sqlite3
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from repoweb.chat import purge as purging
from repoweb.chat import store
from repoweb.chat.message import NewMessage
from repoweb.chat.rooms.names import chosen
from repoweb.chat.rooms.room import Room
from repoweb.chat.store import NotDeletable, Stored

MICRO = 1_000_000
_HIGHEST = 2**63 - 1
_SELECT = (
    "SELECT post.seq, post.msgid, post.at, post.login,"
    " coalesce(message.xfrom, '') AS poster, coalesce(message.xmsg, '') AS text,"
    " message.msgid IS NOT NULL AS is_kept"
    " FROM fx_chatroompost AS post LEFT JOIN {} AS message"
    " ON message.msgid=post.msgid WHERE post.room=?"
)


@dataclass(frozen=True)
class Post:
    """A message with its number in the room.

    Args:
        at: when it was stored, in microseconds since 1970.
        login: who wrote it, or "" if a guest did.
        poster: the name as it is shown, with a mark unless it is the login.
        is_kept: False if it was deleted; then poster and text are empty.
    """

    seq: int
    msgid: int
    at: int
    login: str
    poster: str
    text: str
    is_kept: bool

    @property
    def nick(self) -> str:
        """The poster as the protocols tell him, without a mark."""
        return chosen(self.poster, self.login)

    @property
    def seconds(self) -> int:
        """The whole seconds of its time."""
        return self.at // MICRO

    @property
    def micros(self) -> int:
        """The microseconds behind them."""
        return self.at % MICRO

    @property
    def time(self) -> datetime:
        """Its time in UTC."""
        return datetime.fromtimestamp(self.seconds, UTC)

    @property
    def anchor(self) -> str:
        """Its place on the page of a day, as Chaton's links have it."""
        return f"entry-{self.seconds:x}-{self.micros:02x}"


@dataclass(frozen=True)
class Author:
    """Who writes: a login or "", and the address."""

    login: str
    address: str


def append(
    db: sqlite3.Connection, room: Room, new: NewMessage, author: Author
) -> Stored:
    """Store a message in a room, unless it was stored before; purge old ones first.

    A key is good for one guest's name only, as it is for one user's in the chat.
    """
    stored = store.append(db, new, room.rule, room.tables)
    if not stored.repeated:
        _forget_purged(db, room)
        number_post(db, room, stored.msgid, author, time.time_ns() // 1000)
    return stored


def number_post(
    db: sqlite3.Connection, room: Room, msgid: int, author: Author, at: int
) -> int:
    """Give a new message its number in the room; returns it.

    Args:
        at: the time, in microseconds since 1970.
    """
    seq = db.execute(
        "UPDATE fx_chatroom SET posts=posts+1 WHERE id=? RETURNING posts", (room.id,)
    ).fetchone()[0]
    db.execute(
        "INSERT INTO fx_chatroompost(room, seq, msgid, at, login, addr)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        (room.id, seq, msgid, at, author.login, author.address),
    )
    db.execute(
        f"UPDATE {room.tables.messages} SET mtime=2440587.5+?/86400e6 WHERE msgid=?",
        (at, msgid),
    )
    return int(seq)


def delete(
    db: sqlite3.Connection, room: Room, msgid: int, login: str, *, is_admin: bool
) -> None:
    """Delete a message; its number stays, and a row of the chat's tells it.

    Raises:
        NotDeletable: a guest's message, or somebody else's.
    """
    row = db.execute(
        "SELECT login FROM fx_chatroompost WHERE room=? AND msgid=?", (room.id, msgid)
    ).fetchone()
    if row is None:
        return
    if not is_admin and (not login or row["login"] != login):
        raise NotDeletable
    message = store.one(db, msgid, room.tables)
    # The row tells the poster, not who deleted: guests need not know administrators.
    poster = (message.poster or "") if message else ""
    store.delete(db, msgid, poster, room.tables, is_admin=True)


def one(db: sqlite3.Connection, room: Room, seq: int) -> Post | None:
    """Find a post by its number; None if it is no longer kept, or not yet there."""
    found = _posts(db, room, "AND post.seq=?", (seq,))
    return found[0] if found else None


def by_msgid(db: sqlite3.Connection, room: Room, msgid: int) -> Post | None:
    """Find the post that a message is."""
    found = _posts(db, room, "AND post.msgid=?", (msgid,))
    return found[0] if found else None


def some(db: sqlite3.Connection, room: Room, msgids: list[int]) -> list[Post]:
    """List the posts that certain messages are, newest first."""
    rest = "AND post.msgid IN (SELECT value FROM json_each(?)) ORDER BY post.msgid DESC"
    return _posts(db, room, rest, (json.dumps(msgids),))


def purge(db: sqlite3.Connection, room: Room) -> None:
    """Delete what is too old for the room."""
    purging.purge(db, room.rule, room.tables)
    _forget_purged(db, room)


def after(db: sqlite3.Connection, room: Room, msgid: int, limit: int) -> list[Post]:
    """List the posts behind a message, oldest first, without the deleted ones."""
    rest = "AND post.msgid>? AND is_kept ORDER BY post.msgid LIMIT ?"
    return _posts(db, room, rest, (msgid, limit))


def beginning(db: sqlite3.Connection, room: Room, count: int) -> int:
    """Find the number of the message behind which the newest posts stand."""
    posts = newest(db, room, count + 1)
    return posts[count].msgid if len(posts) > count else 0


def newest(db: sqlite3.Connection, room: Room, limit: int) -> list[Post]:
    """List the newest posts, newest first, without the deleted ones."""
    rest = "AND is_kept ORDER BY post.seq DESC LIMIT ?"
    return _posts(db, room, rest, (limit,))


def between(
    db: sqlite3.Connection, room: Room, first: int, end: int, limit: int
) -> list[Post]:
    """List the posts from one time to another, oldest first.

    Args:
        first, end: microseconds since 1970; `end` is not included.
    """
    rest = "AND post.at>=? AND post.at<? AND is_kept ORDER BY post.at, seq LIMIT ?"
    return _posts(db, room, rest, (first, end, limit))


def last_seq(db: sqlite3.Connection, room: Room) -> int:
    """Return the number of the newest post, 0 without any."""
    row = db.execute("SELECT posts FROM fx_chatroom WHERE id=?", (room.id,)).fetchone()
    return int(row[0]) if row else 0


def last_msgid(db: sqlite3.Connection, room: Room) -> int:
    """Return the highest number of a message that was ever given in a room."""
    return store.highest_id(db, room.tables)


def last_time(db: sqlite3.Connection, room: Room) -> int:
    """Return the time of the newest post in microseconds, 0 without any."""
    query = "SELECT coalesce(max(at), 0) FROM fx_chatroompost WHERE room=?"
    return int(db.execute(query, (room.id,)).fetchone()[0])


def count_since(db: sqlite3.Connection, room: Room, author: Author, at: int) -> int:
    """Count the posts of a login, or of an address's guests, since a time.

    Args:
        at: microseconds since 1970.
    """
    query = (
        "SELECT count(*) FROM fx_chatroompost"
        " WHERE room=? AND at>? AND login=? AND (login<>'' OR addr=?)"
    )
    values = (room.id, at, author.login, author.address)
    return int(db.execute(query, values).fetchone()[0])


def _posts(
    db: sqlite3.Connection, room: Room, rest: str, values: tuple[int | str, ...]
) -> list[Post]:
    query = _SELECT.format(room.tables.messages) + " " + rest
    rows = db.execute(query, (room.id, *values)).fetchall()
    posts = [Post(*row) for row in rows]
    return [replace(post, is_kept=bool(post.is_kept)) for post in posts]


def _forget_purged(db: sqlite3.Connection, room: Room) -> None:
    """Forget the posts below the lowest message that is kept."""
    db.execute(
        "DELETE FROM fx_chatroompost WHERE room=?1 AND msgid<"
        f"(SELECT coalesce(min(msgid), {_HIGHEST}) FROM {room.tables.messages})",
        (room.id,),
    )

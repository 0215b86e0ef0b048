"""Reading the data directory of a Chaton server into a room's archive.

Source: chaton-archiver and chaton-poster of Chaton. `YYYY/MM/DD.dat` has the posts
of a day and `current.dat` the newest ones, some of which are in the last days, too.
Each line is `(nick (sec usec) text address)`, the last of which old lines lack.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from repoweb.chat import store as messages
from repoweb.chat.message import NewMessage
from repoweb.chat.rooms import store
from repoweb.chat.rooms.names import marked
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.sexpr import BadSexpr, Datum, read
from repoweb.chat.rooms.store import MICRO, Author
from repoweb.errors import RepowebError
from repoweb.repository.repository import Repository

CURRENT = "current.dat"
AT_ONCE = 1000
"""Entries that are written in one transaction."""

_DAY = re.compile(r"\d{4}/\d\d/\d\d\.dat", re.ASCII)
_LATEST = 32_503_680_000  # the year 3000, in seconds


class NotImportable(RepowebError):
    """A directory is none of Chaton's, or a room has newer messages already."""


@dataclass(frozen=True)
class Entry:
    """A post of Chaton.

    Args:
        at: its time in microseconds since 1970.
        address: from where it was sent, or "".
    """

    nick: str
    at: int
    text: str
    address: str


@dataclass(frozen=True)
class Counts:
    """How many posts were stored, were there already, and could not be read."""

    stored: int = 0
    known: int = 0
    unreadable: int = 0


def import_directory(repository: Repository, room: Room, folder: Path) -> Counts:
    """Store the posts of a data directory, oldest first.

    What an earlier import stored is left alone, so that it can be done again.

    Raises:
        NotImportable: nothing is there, a post would come before others, or the
            room would soon delete what is old.
    """
    if room.rules.keep_days > 0:
        message = (
            f"{room.name} keeps messages for {room.rules.keep_days:g} days only."
            " Let it keep them for ever (0) first."
        )
        raise NotImportable(message)
    counts = Counts()
    for lines in _batches(_lines(folder)):
        entries = [entry for line in lines if (entry := parse_line(line))]
        bad = len(lines) - len(entries)
        with repository.writing() as db:
            stored = _store(db, room, sorted(entries, key=lambda e: e.at))
        counts = replace(
            counts,
            stored=counts.stored + stored,
            known=counts.known + len(entries) - stored,
            unreadable=counts.unreadable + bad,
        )
    return counts


def parse_line(line: str) -> Entry | None:
    """Read a line; None if it is no post."""
    try:
        match read(line):
            case (str(nick), (int(seconds), int(micros)), str(text), *rest):
                if 0 <= seconds < _LATEST and 0 <= micros < MICRO:
                    at = seconds * MICRO + micros
                    return Entry(nick, at, text.replace("\0", ""), _address(rest))
    except BadSexpr:
        pass
    return None


def _address(rest: list[Datum]) -> str:
    return rest[0] if rest and isinstance(rest[0], str) else ""


def _lines(folder: Path) -> Iterator[str]:
    """Read all files in the order of their days."""
    days = sorted(
        path
        for path in folder.glob("*/*/*.dat")
        if _DAY.fullmatch(str(path.relative_to(folder))) and not path.is_symlink()
    )
    current = folder / CURRENT
    files = [*days, *([current] if current.is_file() else [])]
    if not files:
        message = (
            f"{folder} has no data of Chaton: neither YYYY/MM/DD.dat nor {CURRENT}"
        )
        raise NotImportable(message)
    for path in files:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            yield from (line for line in file if line.strip())


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _store(db: sqlite3.Connection, room: Room, entries: list[Entry]) -> int:
    """Store entries that are not there yet; returns how many."""
    last, count = store.last_time(db, room), 0
    for entry in entries:
        if entry.at <= last:
            _require_known(db, room, entry)
            continue
        new = NewMessage(marked(entry.nick), entry.text)
        msgid = messages.insert(db, new, room.tables)
        author = Author("", entry.address)
        store.number_post(db, room, msgid, author, entry.at)
        last, count = entry.at, count + 1
    return count


def _require_known(db: sqlite3.Connection, room: Room, entry: Entry) -> None:
    """Refuse a post that would come before others, unless it is there already."""
    posts = store.between(db, room, entry.at, entry.at + 1, AT_ONCE)
    if not any((p.nick, p.text) == (entry.nick, entry.text) for p in posts):
        message = (
            f"{room.name} has newer messages than those to be imported."
            " Import into a new room."
        )
        raise NotImportable(message)

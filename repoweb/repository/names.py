"""Names of artifacts: hashes, `tip`, branches, tags, dates, `root:`… (FOSSIL.md 2.4).

The rules and their order are those of `symbolic_name_to_rid` in Fossil's
src/name.c, for a repository without a check-out: `current`, `prev` and `next`
name nothing here. Times are UTC. Private artifacts have no names.
"""

import re
import sqlite3
from typing import NamedTuple

from repoweb.errors import RepowebError
from repoweb.repository.ancestry import merge_in, root_of_branch, start_of_branch
from repoweb.repository.artifacts import Rid
from repoweb.repository.times import compact_date, is_date, round_up

PREFIXES = ("tag:", "root:", "start:", "merge-in:", "date:")
"""How a name begins that says itself how it is meant."""

SHORTEST = 4
"""So many digits of a hash are needed at least."""

_HASH = re.compile(r"\[?([0-9a-fA-F]{4,64})\]?")
_PUNCTUATION = frozenset("._)>!?,")
_PUBLIC = "NOT IN (SELECT rid FROM private)"
_RECENT = 30  # events that are looked through first for a tag
_DATE_LENGTH = 8  # of the shortest date
_MOST_CANDIDATES = 100


class AmbiguousName(RepowebError):
    """A prefix of a hash is that of several artifacts."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is the beginning of several names.")
        self.name = name


class Candidate(NamedTuple):
    """One of the artifacts, tickets and technotes whose names begin alike.

    Args:
        hash: the whole name.
        kind: "blob", "tkt" or "event".
        rid: of the artifact, else 0.
    """

    hash: str
    kind: str
    rid: int = 0


def find(db: sqlite3.Connection, name: str, kind: str = "*") -> Rid | None:
    """Find the artifact that a name stands for.

    Args:
        db: a reading connection.
        name: as somebody wrote it.
        kind: which types of events count, as in `event.type`; "*" for all
            artifacts.

    Raises:
        AmbiguousName: it is a prefix of several hashes.
    """
    if not name or "\0" in name:
        return None
    found = _special(db, name, kind)
    if found is not None:
        return Rid(found) if found else None
    return (
        by_hash(db, name, kind)
        or _by_tag(db, name, kind)
        or _by_compact_date(db, name, kind)
        or _by_rid(db, name, kind)
        or _without_punctuation(db, name, kind)
    )


def candidates(db: sqlite3.Connection, prefix: str) -> list[Candidate]:
    """List what has a name with such a beginning: artifacts, tickets, technotes."""
    found = _HASH.fullmatch(prefix)
    if found is None:
        return []
    low, high = _range(found[1].lower())
    rows = db.execute(
        "SELECT * FROM (SELECT uuid AS hash, 'blob', rid FROM blob"
        f" WHERE uuid>=?1 AND uuid<?2 AND rid {_PUBLIC}"
        " UNION ALL SELECT substr(tagname, 5), 'tkt', 0 FROM tag"
        " WHERE tagname>='tkt-' || ?1 AND tagname<'tkt-' || ?2"
        " UNION ALL SELECT substr(tagname, 7), 'event', 0 FROM tag"
        " WHERE tagname>='event-' || ?1 AND tagname<'event-' || ?2)"
        f" ORDER BY 1 LIMIT {_MOST_CANDIDATES}",
        (low, high),
    )
    return [Candidate(*row) for row in rows.fetchall()]


def hash_prefix(name: str) -> str | None:
    """Return the digits of a name that could be the beginning of a hash."""
    found = _HASH.fullmatch(name)
    return found[1].lower() if found else None


def by_hash(db: sqlite3.Connection, name: str, kind: str = "*") -> Rid | None:
    """Find the artifact whose hash begins so.

    Raises:
        AmbiguousName: there are several.
    """
    prefix = hash_prefix(name)
    if prefix is None:
        return None
    event = "" if kind == "*" else " JOIN event ON objid=rid AND type GLOB ?3"
    rows = db.execute(
        f"SELECT rid FROM blob{event} WHERE uuid>=?1 AND uuid<?2"
        f" AND rid {_PUBLIC} LIMIT 2",
        (*_range(prefix), kind)[: 2 if kind == "*" else 3],
    ).fetchall()
    if len(rows) > 1:
        raise AmbiguousName(name)
    return Rid(rows[0][0]) if rows else None


def newest_with_tag(db: sqlite3.Connection, tag: str, kind: str = "*") -> Rid | None:
    """Find the newest event that carries a symbolic tag, or is on a branch."""
    known = db.execute("SELECT 1 FROM tag WHERE tagname=?", (f"sym-{tag}",)).fetchone()
    if not known:  # most words are no tags
        return None
    row = db.execute(
        "SELECT objid FROM (SELECT objid FROM (SELECT objid, type, mtime FROM event"
        f" ORDER BY mtime DESC LIMIT {_RECENT}) WHERE type GLOB ?2"
        " AND objid IN (SELECT rid FROM tag JOIN tagxref USING(tagid)"
        f" WHERE tagname=?1 AND tagtype>0 AND rid=objid AND rid {_PUBLIC})"
        " ORDER BY mtime DESC LIMIT 1)"
        " UNION ALL SELECT * FROM (SELECT objid FROM tag JOIN tagxref USING(tagid)"
        " JOIN event ON objid=tagxref.rid WHERE tagname=?1 AND tagtype>0"
        f" AND type GLOB ?2 AND tagxref.rid {_PUBLIC}"
        " ORDER BY event.mtime DESC LIMIT 1) LIMIT 1",
        (f"sym-{tag}", kind),
    ).fetchone()
    return Rid(row[0]) if row else None


def _special(db: sqlite3.Connection, name: str, kind: str) -> int | None:
    """Resolve what is not a plain name; 0 if it is none and cannot be anything else."""
    if name == "tip" and kind in {"*", "ci"}:
        return _newest(db, "9999-12-31", "ci")
    if name.startswith("date:"):
        return _newest(db, compact_date(name[5:]) or name[5:], kind) or 0
    if is_date(name) and (found := _newest(db, name, kind)):
        return found
    if name.startswith(("local:", "utc:")):
        return _newest(db, name.partition(":")[2], kind) or 0
    return _by_prefix(db, name, kind)


def _by_prefix(db: sqlite3.Connection, name: str, kind: str) -> int | None:
    if name.startswith("tag:"):
        return newest_with_tag(db, name[4:], kind) or 0
    for prefix, walk in _WALKS.items():
        if name.startswith(prefix):
            start = find(db, name.removeprefix(prefix), kind)
            return (walk(db, start) or 0) if start else 0
    return _by_tag_and_date(db, name, kind)


_WALKS = {
    "root:": root_of_branch,
    "start:": start_of_branch,
    "merge-in:": merge_in,
}


def _newest(db: sqlite3.Connection, date: str, kind: str) -> Rid | None:
    """Find the newest event that is not after a date."""
    row = db.execute(
        "SELECT objid FROM event WHERE mtime<=julianday(?) AND type GLOB ?"
        f" AND objid {_PUBLIC} ORDER BY mtime DESC LIMIT 1",
        (round_up(date), kind),
    ).fetchone()
    return Rid(row[0]) if row else None


def _by_tag_and_date(db: sqlite3.Connection, name: str, kind: str) -> int | None:
    at = name.find(":", 0, max(len(name) - _DATE_LENGTH, 0))
    tag, date = name[:at], name[at + 1 :]
    if at < 0 or not (is_date(date) or compact_date(date)):
        return None
    if date[-3:].lower() == "utc":
        date = date[:-3] + "z"
    row = db.execute(
        "SELECT objid FROM tag JOIN tagxref USING(tagid)"
        " JOIN event ON objid=tagxref.rid"
        " WHERE tagname=? AND tagtype>0 AND event.mtime<=julianday(?)"
        f" AND type GLOB ? AND objid {_PUBLIC} ORDER BY event.mtime DESC LIMIT 1",
        (f"sym-{tag}", round_up(compact_date(date) or date), kind),
    ).fetchone()
    return int(row[0]) if row else 0


def _by_tag(db: sqlite3.Connection, name: str, kind: str) -> Rid | None:
    if kind != "w":
        return newest_with_tag(db, name, kind)
    row = db.execute(
        "SELECT objid FROM tag JOIN tagxref USING(tagid)"
        " JOIN event ON objid=tagxref.rid WHERE tagname=? AND tagtype>0"
        f" AND type='w' AND objid {_PUBLIC} ORDER BY event.mtime DESC LIMIT 1",
        (f"wiki-{name}",),
    ).fetchone()
    return Rid(row[0]) if row else None


def _by_compact_date(db: sqlite3.Connection, name: str, kind: str) -> Rid | None:
    date = compact_date(name)
    return _newest(db, date, kind) if date else None


def _by_rid(db: sqlite3.Connection, name: str, kind: str) -> Rid | None:
    number = name.removeprefix("rid:")
    if number == name or not re.fullmatch("[0-9]{1,18}", number):
        return None
    table = "blob" if kind == "*" else "blob JOIN event ON objid=rid"
    row = db.execute(
        f"SELECT rid FROM {table} WHERE rid=?1 AND rid {_PUBLIC}"
        + ("" if kind == "*" else " AND type GLOB ?2"),
        (int(number), kind)[: 1 if kind == "*" else 2],
    ).fetchone()
    return Rid(row[0]) if row else None


def _without_punctuation(db: sqlite3.Connection, name: str, kind: str) -> Rid | None:
    """Try again without the one or two signs that belong to the sentence around."""
    for cut in (1, 2):
        rest, tail = name[:-cut], name[-cut:]
        if (
            len(rest) >= SHORTEST
            and _PUNCTUATION.issuperset(tail)
            and rest[-1] not in _PUNCTUATION
        ):
            return find(db, rest, kind)
    return None


def _range(prefix: str) -> tuple[str, str]:
    """Return the bounds of all hashes with a prefix, for the index on them."""
    return prefix, prefix + "g"

"""Where each line of a file comes from.

The versions of the file are walked back in time along the primary parents, as
Fossil does, but also under its older names. Each is compared with the one
before it; a line that is not there yet was made by the later of the two.

With an origin the versions are walked along the way there instead, and a line that
is not there any more was last in the earlier of the two.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from time import monotonic

from repoweb.repository.common import Lines, common_runs
from repoweb.repository.connection import Reader
from repoweb.repository.equal import equal_end, equal_start
from repoweb.repository.history import Version, of_file, on_way, primary_line
from repoweb.repository.loading import hash_of
from repoweb.repository.paths import shortest
from repoweb.repository.series import Series

SECONDS = 1.0
"""How long versions are looked at, unless more is asked for; Fossil's limit."""

_WEIGHT = 200  # bytes in memory for each version and line


@dataclass(frozen=True)
class Annotation:
    """The lines of a file, each with the version that made it.

    Args:
        versions: those that were looked at, newest first.
        sources: for each line the index of its version; -1 where not all
            versions were looked at.
        is_complete: whether all were.
        is_reverse: the sources are the last versions that have the lines; -1 for
            those that are still there at the origin.
    """

    content: bytes
    versions: list[Version]
    sources: list[int]
    is_complete: bool
    is_reverse: bool = False


@dataclass(frozen=True)
class Limit:
    """How much work is done: so many versions, or so many seconds; None is no limit."""

    versions: int | None = None
    seconds: float | None = SECONDS


def annotate(  # noqa: PLR0913 - each is something else
    db: sqlite3.Connection,
    checkin: int,
    name: str,
    limit: Limit,
    *,
    ignore_space: bool = False,
    origin: int = 0,
) -> Annotation | None:
    """Find where each line of a file of a check-in comes from.

    Args:
        db: a reading connection.
        checkin: has the file.
        name: of the file.
        limit: of the work.
        ignore_space: blanks do not count.
        origin: a check-in; find out until when on the way there each line stays.

    Returns:
        None if the check-in and its ancestors do not mention such a file, or if
        no way leads to the origin.

    Raises:
        ArtifactError: a version cannot be read.
    """
    key = (
        *("annotation", hash_of(db, checkin), name, ignore_space, limit.versions),
        origin and hash_of(db, origin),
    )
    cached = db.caches.meanings.get(key) if isinstance(db, Reader) else None
    if isinstance(cached, Annotation):
        return cached
    line = primary_line(db, checkin)
    past = of_file(db, line, lambda version: line[version.rid], name)
    versions = list(_until_deleted(past))
    if versions and origin:
        versions = _towards(db, versions[0], checkin, origin, name)
    if not versions:
        return None
    found = _walk(db, versions, limit, ignore_space=ignore_space)
    found = _backwards(found) if origin else _forwards(found)
    if isinstance(db, Reader) and (found.is_complete or limit.seconds is None):
        cost = len(found.sources) * 8 + len(versions) * _WEIGHT + len(found.content)
        db.caches.meanings.put(key, found, cost)
    return found


def _towards(
    db: sqlite3.Connection, first: Version, checkin: int, origin: int, name: str
) -> list[Version]:
    """List the versions from one check-in to another, until the file is deleted."""
    way = shortest(db, checkin, origin, merges=False)
    found = [first] if way else []
    for version in on_way(db, way, name):
        if version.rid != first.rid:
            found.append(version)
        if not version.fid:
            break
    return found


def _until_deleted(versions: Iterable[Version]) -> Iterator[Version]:
    for version in versions:
        if not version.fid:
            return
        yield version


def _walk(
    db: sqlite3.Connection, versions: list[Version], limit: Limit, *, ignore_space: bool
) -> Annotation:
    end = None if limit.seconds is None else monotonic() + limit.seconds
    series = Series(db)
    content = series.load(versions[0].fid)
    search = _Search(text_of(content, ignore_space=ignore_space))
    seen = 1
    for at, version in enumerate(versions[1:]):
        late = end is not None and at >= _LEAST and monotonic() > end
        if late or (limit.versions is not None and seen >= limit.versions):
            break
        older = series.load(version.fid) if version.fid else b""
        search.step(at, text_of(older, ignore_space=ignore_space))
        seen += 1
        if not search.open:
            break
    series.verify()
    complete = not search.open or seen == len(versions)
    return Annotation(content, versions[:seen], search.sources, complete)


_LEAST = 2  # steps that are made whatever the time


def text_of(content: bytes, *, ignore_space: bool = False) -> bytes:
    """Bring a text into the form in which its lines are compared."""
    if not ignore_space:
        return content
    return b"\n".join(b"".join(line.split()) for line in content.split(b"\n"))


def _forwards(found: Annotation) -> Annotation:
    """Let the lines that were always there come from the oldest version."""
    last = len(found.versions) - 1 if found.is_complete else -1
    return replace(found, sources=[last if at < 0 else at for at in found.sources])


def _backwards(found: Annotation) -> Annotation:
    """Let out the last version if the file is gone in it."""
    versions = [version for version in found.versions if version.fid]
    return replace(found, versions=versions, is_reverse=True)


def lines_of(text: bytes) -> list[bytes]:
    """Split into lines."""
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


class _Search:
    """The lines of the newest version whose source is not known yet."""

    def __init__(self, text: bytes) -> None:
        lines = len(lines_of(text))
        self.sources = [-1] * lines
        self.open = lines
        self._text = text
        self._places = list(range(lines))
        """For each line of the version that was looked at last, which it is of the
        newest; -1 for a line that is not there or whose source is known."""

    def step(self, at: int, older: bytes) -> None:
        """Compare with the version before; what it lacks was made by version `at`."""
        newer = self._text
        start = _equal_start(older, newer)
        end = _equal_end(older[start:], newer[start:])
        lines = lines_of(newer[start : len(newer) - end])
        first = newer.count(b"\n", 0, start)
        stop = first + len(lines)
        left = self._places[first:stop]
        known = self._compared(lines_of(older[start : len(older) - end]), lines, left)
        for place in left:
            if place >= 0:
                self.sources[place] = at
                self.open -= 1
        self._places[first:stop] = known
        self._text = older

    @staticmethod
    def _compared(older: Lines, newer: Lines, left: list[int]) -> list[int]:
        """Move the places of lines that the older text has as well."""
        known = [-1] * len(older)
        if max(left, default=-1) < 0:
            return known  # nobody asks where these lines come from
        for x, y, length in common_runs(older, newer):
            known[x : x + length] = left[y : y + length]
            left[y : y + length] = [-1] * length
        return known


def _equal_start(a: bytes, b: bytes) -> int:
    """Measure the equal lines at the beginning of two texts, in bytes."""
    return a.rfind(b"\n", 0, equal_start(a, b)) + 1


def _equal_end(a: bytes, b: bytes) -> int:
    """Measure the equal lines at the end of two texts, in bytes."""
    start = a.find(b"\n", len(a) - equal_end(a, b)) + 1
    return len(a) - start if start else 0

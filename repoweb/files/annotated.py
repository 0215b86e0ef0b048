"""An annotation as it is shown: groups of lines of one version, and their ages."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from repoweb.files.lines import MOST, coloured, limited
from repoweb.repository.annotation import Annotation
from repoweb.repository.history import Version
from repoweb.web.source import decode, highlighted, lines_of

AGES = 10
"""Shades, of which the first is that of the newest."""


@dataclass(frozen=True)
class Group:
    """Lines that follow one another and were made by the same version.

    Args:
        version: None where it is not known.
        index: of the version, newest first.
        first: the number of the first line.
    """

    version: Version | None
    index: int
    first: int
    lines: list[Markup]


def groups(
    db: sqlite3.Connection, annotation: Annotation, name: str, uuid: str, first: int = 1
) -> list[Group]:
    """Join the lines of a file that one version made.

    Args:
        db: a reading connection.
        annotation: of the file.
        name: of the file, which tells its language.
        uuid: the hash of the content.
        first: the line with which the page begins, if they are too many for one.
    """
    if len(annotation.sources) <= MOST:
        html = coloured(db, annotation.content, name, uuid)
    else:
        text = lines_of(decode(annotation.content))
        html = highlighted(limited(text[first - 1 : first - 1 + MOST]), name)
    found = []
    pairs = zip(annotation.sources[first - 1 :], html, strict=False)
    number = first
    for index, group in groupby(pairs, key=lambda pair: pair[0]):
        lines = [line for _, line in group]
        version = annotation.versions[index] if index >= 0 else None
        found.append(Group(version, index, number, lines))
        number += len(lines)
    return found


def ages(versions: list[Version]) -> list[int]:
    """Rate the age of each version, from 0 for the newest to 9 for the oldest."""
    times = [version.mtime for version in versions]
    oldest, newest = min(times), max(times)
    span = max(newest - oldest, 1e-6)
    return [
        min(int((newest - version.mtime) / span * AGES), AGES - 1)
        for version in versions
    ]

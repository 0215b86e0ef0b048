"""An annotation as it is shown: groups of lines of one version, and their ages."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from repoweb.files.lines import coloured
from repoweb.repository.annotation import Annotation
from repoweb.repository.history import Version

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
    db: sqlite3.Connection, annotation: Annotation, name: str, uuid: str
) -> list[Group]:
    """Join the lines of a file that one version made."""
    html = coloured(db, annotation.content, name, uuid)
    found = []
    pairs = zip(annotation.sources, html, strict=False)
    number = 1
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

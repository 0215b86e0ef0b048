"""The table of an annotation: lines, and beside them who made those of one version.

This module writes HTML itself and not by a template, for there may be thousands of
lines. What users wrote goes through `escape`.
"""

import sqlite3
from itertools import groupby

from flask import request
from markupsafe import Markup, escape

from repoweb.files.blueprint import first_line
from repoweb.files.lines import MOST, Text, coloured, coloured_at_once, limited
from repoweb.repository.annotation import Annotation
from repoweb.repository.history import Version
from repoweb.web.source import decode, lines_of

AGES = 10
"""Shades, of which the first is that of the newest."""

_LONGEST_TITLE = 200
_UNKNOWN = '<td class="who"'


def text_of(
    db: sqlite3.Connection, annotation: Annotation, name: str, uuid: str, first: int
) -> Text:
    """Colour the lines of a file, or of one page of a file that has very many.

    Args:
        db: a reading connection.
        annotation: of the file.
        name: of the file, which tells its language.
        uuid: the hash of the content.
        first: the line with which the page begins.
    """
    if len(annotation.sources) <= MOST:
        return coloured(db, annotation.content, name, uuid)
    text = lines_of(decode(annotation.content))
    return coloured_at_once(limited(text[first - 1 : first - 1 + MOST]), name)


def rows(
    annotation: Annotation,
    html: list[Markup],
    *,
    first: int,
    links: bool,
    users: bool,
) -> Markup:
    """Write the rows of the table.

    Args:
        annotation: says which version made each line.
        html: the lines that are shown.
        first: the number of the first of them.
        links: whether versions lead to their check-ins.
        users: whether to tell who made a version.
    """
    shades = ages(annotation.versions)
    heads = [
        (f'<td class="who age{age}"', _described(version, links=links, users=users))
        for version, age in zip(annotation.versions, shades, strict=True)
    ]
    pieces: list[str] = []
    pairs = zip(annotation.sources[first - 1 :], html, strict=False)
    number = first
    for index, group in groupby(pairs, key=lambda pair: pair[0]):
        lines = [line for _, line in group]
        start, text = heads[index] if index >= 0 else (_UNKNOWN, "")
        span = f' rowspan="{len(lines)}"' if len(lines) > 1 else ""
        pieces.append(f'<tr class="first">{start}{span}>{text}</td>')
        pieces.append("<tr>".join(_cells(lines, number)))
        number += len(lines)
    return Markup("".join(pieces))  # noqa: S704 - of safe lines and escaped words


def _cells(lines: list[Markup], first: int) -> list[str]:
    """Write the number of each line and its text, up to the end of its row."""
    return [
        f'<td class="n"><a id="ln{number}" href="#ln{number}">{number}</a></td>'
        f'<td class="t">{line}</td></tr>\n'
        for number, line in enumerate(lines, first)
    ]


def _described(version: Version, *, links: bool, users: bool) -> str:
    """Tell of a version its check-in, its day, and who made it."""
    name = version.hash[:10]
    if links:
        url = f"{request.script_root}/info/{version.hash[:16]}"
        title = first_line(version.comment)[:_LONGEST_TITLE]
        name = f'<a href="{escape(url)}" title="{escape(title)}">{name}</a>'
    return f"{name} {version.time[:10]}" + (f" {escape(version.user)}" if users else "")


def ages(versions: list[Version]) -> list[int]:
    """Rate the age of each version, from 0 for the newest to 9 for the oldest."""
    times = [version.mtime for version in versions]
    oldest, newest = min(times), max(times)
    span = max(newest - oldest, 1e-6)
    return [
        min(int((newest - version.mtime) / span * AGES), AGES - 1)
        for version in versions
    ]

"""`backlink`: which texts link to an artifact by its hash.

Source of the rules: `backlink_extract` of Fossil's src/backlink.c.
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

COMMENT, TICKET, WIKI, FORUM = 0, 1, 2, 4
"""`backlink.srctype`: what kind of text it is."""

_HASH = re.compile(r"[0-9a-fA-F]{4,64}")
_PIECE = re.compile(
    r"<verbatim(?P<verbatim>[^<>]*)>|<nowiki[^<>]*>|</?[A-Za-z][^<>]*>"
    r"|\[(?P<target>[^\]|]*)[^\]]*\]",
    re.IGNORECASE,
)
_NOWIKI_END = re.compile(r"</nowiki[^<>]*>", re.IGNORECASE)
_ID = re.compile(r"\bid\s*=\s*[\"']?([^\s\"'>]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A text with links.

    Args:
        text: in Fossil wiki or Markdown; others have no links.
        mimetype: of an N card; "" is Fossil wiki.
        kind: COMMENT, TICKET, WIKI or FORUM.
        id: of the artifact, or of the tag of a wiki page.
        time: of the artifact, as it is written in it.
    """

    text: str
    mimetype: str
    kind: int
    id: int
    time: str


def replace_backlinks(db: sqlite3.Connection, source: Source) -> None:
    """Write anew what a text links to."""
    db.execute(
        "DELETE FROM backlink WHERE srctype=? AND srcid=?", (source.kind, source.id)
    )
    add_backlinks(db, source)


def add_backlinks(db: sqlite3.Connection, source: Source) -> None:
    """Write what a text links to, besides what is there already."""
    db.executemany(
        "REPLACE INTO backlink(target, srctype, srcid, mtime)"
        " VALUES(?, ?, ?, julianday(?))",
        [
            (name, source.kind, source.id, source.time)
            for name in targets(source.text, source.mimetype)
        ],
    )


def targets(text: str, mimetype: str) -> list[str]:
    """List the prefixes of hashes that a text links to, in lower case."""
    if not mimetype or "wiki" in mimetype:
        found = _wiki_links(text)
    elif "markdown" in mimetype:
        found = _markdown_links(text)
    else:
        return []
    names = (_name(target) for target in found)
    return list(dict.fromkeys(name for name in names if name))


def _name(target: str) -> str:
    if len(target) >= 10 and target.startswith("/info/"):  # noqa: PLR2004
        target = target.removeprefix("/info/")
    return target.lower() if _HASH.fullmatch(target) else ""


def _wiki_links(text: str) -> Iterator[str]:
    at = 0
    while found := _PIECE.search(text, at):
        at = found.end()
        if found["target"] is not None:
            yield found["target"].rstrip(" ")
        elif found["verbatim"] is not None:
            at = _end_of_verbatim(text, at, found["verbatim"])
        elif found[0].lower().startswith("<nowiki"):
            end = _NOWIKI_END.search(text, at)
            at = end.end() if end else len(text)


def _end_of_verbatim(text: str, at: int, attributes: str) -> int:
    mark = _ID.search(attributes)
    name = rf"\s+id\s*=\s*[\"']?{re.escape(mark[1])}[\"']?\s*" if mark else r"\s*"
    end = re.compile(rf"</verbatim{name}>", re.IGNORECASE).search(text, at)
    return end.end() if end else len(text)


def _markdown_links(text: str) -> Iterator[str]:
    for block in _markdown().parse(text):
        for token in block.children or []:
            if token.type == "link_open" and token.markup != "autolink":
                yield str(token.attrs.get("href", ""))


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")

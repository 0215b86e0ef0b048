"""Finding documents: by Fossil's index where there is one, else by looking.

Looking is bounded in time, and says so when it did not get to the end. The
index is Fossil's alone to write (FOSSIL.md 3.11); what it has not indexed yet
is looked through besides.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from time import monotonic

from markupsafe import Markup, escape

from repoweb.search.documents import Document, of_kind

MOST = 100
"""Results that are shown."""

SECONDS = 2.0
"""How long documents are looked through."""

MOST_WORDS = 10
_WORD = re.compile(r"\w+(?:[-'.]\w+)*")
_AROUND = 80  # characters of a text shown on each side of a word
_TITLE_COUNTS = 10
_MOST_COUNTED = 9


@dataclass(frozen=True)
class Result:
    """A document that was found, with a piece of its text."""

    document: Document
    snippet: Markup
    score: float


@dataclass(frozen=True)
class Results:
    """What was found; `is_complete` is whether everything was looked through."""

    found: list[Result]
    is_complete: bool


def words_of(query: str) -> list[str]:
    """Split what was asked for into words; all of them must be there."""
    return [found[0].casefold() for found in _WORD.finditer(query)][:MOST_WORDS]


def search(db: sqlite3.Connection, words: list[str], kinds: Iterable[str]) -> Results:
    """Find the documents that have all the words, the best first.

    Args:
        db: a reading connection.
        words: as `words_of` gives them; without any nothing is found.
        kinds: letters of the kinds that may be searched.
    """
    if not words:
        return Results([], is_complete=True)
    look = Scan(words, monotonic() + SECONDS)
    documents = chain.from_iterable(_candidates(db, words, kind) for kind in kinds)
    found = sorted(look.through(documents), key=_rank, reverse=True)
    return Results(found[:MOST], look.is_complete)


def _rank(result: Result) -> tuple[float, str]:
    return result.score, result.document.time


class Scan:
    """Looking through documents, until the time is over."""

    def __init__(
        self, words: list[str], end: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._words = words
        self._end = end
        self._clock = clock
        self.is_complete = True

    def through(self, documents: Iterable[Document]) -> Iterator[Result]:
        """Yield those of some documents that have all the words."""
        for document in documents:
            if self._clock() > self._end:
                self.is_complete = False
                return
            result = self._look_at(document)
            if result is not None:
                yield result

    def _look_at(self, document: Document) -> Result | None:
        title = document.title.casefold()
        missing = [word for word in self._words if word not in title]
        text = document.text()
        folded = text.casefold()
        if any(word not in folded for word in missing):
            return None
        score = sum(
            _TITLE_COUNTS * (word in title) + min(folded.count(word), _MOST_COUNTED)
            for word in self._words
        )
        return Result(document, snippet(text, self._words), score)


def snippet(text: str, words: list[str]) -> Markup:
    """Cut out the piece of a text where the words are, and mark them."""
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    first = pattern.search(text)
    middle = first.start() if first else 0
    start = max(middle - _AROUND, 0)
    piece = text[start : middle + 2 * _AROUND]
    html, at = escape("…" if start else ""), 0
    for found in pattern.finditer(piece):
        html += escape(piece[at : found.start()]) + Markup("<mark>{}</mark>").format(
            found[0]
        )
        at = found.end()
    rest = escape(piece[at:])
    return html + rest + ("…" if middle + 2 * _AROUND < len(text) else "")


def _candidates(
    db: sqlite3.Connection, words: list[str], kind: str
) -> Iterator[Document]:
    """List the documents of a kind that may have the words.

    Fossil's index lacks the names of wiki pages and technotes, so titles are
    looked at in any case.
    """
    indexed = _indexed(db, words, kind)
    for document in of_kind(db, kind):
        title = document.title.casefold()
        if (
            indexed is None
            or not document.rid
            or document.rid in indexed
            or any(word in title for word in words)
        ):
            yield document


def _indexed(db: sqlite3.Connection, words: list[str], kind: str) -> set[int] | None:
    """Ask Fossil's index which artifacts of a kind have the words.

    Returns:
        Those, and those that are not indexed yet; None if there is no index.
    """
    tables = db.execute(
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('ftsdocs', 'ftsidx')"
    )
    if tables.fetchone()[0] != 2:  # noqa: PLR2004 - both
        return None
    query = " ".join('"{}"'.format(word.replace('"', "")) for word in words)
    try:
        rows = db.execute(
            "SELECT rid FROM ftsdocs WHERE type=?1 AND NOT idxed UNION ALL"
            " SELECT rid FROM ftsdocs WHERE type=?1 AND rowid IN"
            " (SELECT rowid FROM ftsidx WHERE ftsidx MATCH ?2)",
            (kind, query),
        ).fetchall()
    except sqlite3.OperationalError:  # a tokenizer that we do not have
        return None
    return {row[0] for row in rows}

"""Differences of files as they are shown on a page: how, and how much of them."""

from dataclasses import dataclass

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from repoweb.repository.diff import (
    CONTEXT,
    compare,
    hunks,
    is_binary,
)
from repoweb.web.difftable import table

MOST_ROWS = 5_000
"""Lines of one difference that are shown."""

MOST_ON_PAGE = 20_000
AT_ONCE = 1_000
"""Lines after which the differences of further files come after the page."""

MOST_MARKED = 1_500  # pairs of lines on a page that are compared word by word
SIDE_BY_SIDE = 2
_MOST_CONTEXT = 10_000


@dataclass(frozen=True)
class Form:
    """How differences are shown.

    Args:
        columns: 0 not at all, 1 one below the other, 2 side by side.
        ignore_space: blanks do not count.
        context: equal lines around a change; negative for all.
    """

    columns: int = 1
    ignore_space: bool = False
    context: int = CONTEXT

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> "Form":
        """Read Fossil's parameters `diff`, `w` and `dc`; odd values count as none."""
        columns = args.get("diff", "")
        context = args.get("dc", "").removeprefix("-")
        number = int(context) if context.isdecimal() and len(context) < 6 else CONTEXT  # noqa: PLR2004
        return cls(
            int(columns) if columns in {"0", "1", "2"} else 1,
            args.get("w", "0") not in {"0", "off", ""} or args.get("w") == "",
            -1 if args.get("dc", "").startswith("-") else min(number, _MOST_CONTEXT),
        )


@dataclass(frozen=True)
class View:
    """A difference as HTML; without a table the note says why.

    Args:
        inserted, deleted: lines.
        rows: of the table.
        is_whole: it would be the same on every other page.
    """

    table: Markup
    note: str = ""
    inserted: int = 0
    deleted: int = 0
    rows: int = 0
    is_whole: bool = True


class Page:
    """Shows the differences of one page, as many as a page can have.

    Attributes:
        rows: those that were shown.
    """

    def __init__(self, form: Form, most: int = MOST_ROWS) -> None:
        self.form = form
        self.rows = 0
        self._most = most
        self._marks = MOST_MARKED

    def show(self, old: bytes, new: bytes) -> View:
        """Compare two files, and write the table of what differs."""
        if old == new:
            return View(Markup(), "The content is the same.")
        if is_binary(old) or is_binary(new):
            return View(
                Markup(), f"Binary: {len(old):,} bytes before, {len(new):,} now."
            )
        difference = compare(old, new, ignore_space=self.form.ignore_space)
        counts = difference.inserted, difference.deleted
        if not any(counts):
            return View(Markup(), "Only blanks or the ends of lines differ.")
        if not self.form.columns:
            return View(Markup(), "", *counts)
        found = list(hunks(difference, self.form.context))
        rows = sum(hunk.old_length + hunk.new_length for hunk in found)
        if not self.take_rows(rows):
            note = "Too large to be shown here. The patch has all of it."
            return View(Markup(), note, *counts, is_whole=False)
        html = table(
            difference,
            found,
            side_by_side=self.form.columns == SIDE_BY_SIDE,
            may_mark=self.take_mark,
        )
        return View(html, "", *counts, rows, is_whole=self._marks >= 0)

    def take_rows(self, rows: int) -> bool:
        """Whether a table of so many rows fits on the page; it then does."""
        if rows > min(self._most, MOST_ON_PAGE - self.rows):
            return False
        self.rows += rows
        return True

    def take_mark(self) -> bool:
        """Whether one more pair of lines may be compared word by word."""
        self._marks -= 1
        return self._marks >= 0

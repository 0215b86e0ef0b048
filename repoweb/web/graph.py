"""The picture of the graph of check-ins: a piece of SVG for each row of a table.

A piece is as high as its row, whatever that is: what is near the check-in is
drawn at fixed places below the upper border, and the rest are straight lines
down to the lower one. Colours are classes, for the policy allows no styles.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from repoweb.repository.events import Event
from repoweb.repository.lanes import Line, Row, Strand, width
from repoweb.web.hues import hue

LANE = 14
LEFT = 10
MIDDLE = 17  # pixels from the upper border of a row to the check-in
BEND = 12  # and below it, where lines to other lanes have arrived there
TURN = 6
RADIUS = 4.5
STUB = 10

_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}|[A-Za-z]{3,20}")


class Picture(NamedTuple):
    """The picture of a row.

    Args:
        row: of the check-in.
        border: the lines that cross the upper border of the row.
    """

    row: Markup
    border: tuple[Strand, ...] = ()
    main: str = ""
    wide: int = 0

    @property
    def above(self) -> Markup:
        """The picture of a heading above the row."""
        if not self.wide:
            return Markup()
        lines = [_straight(s, self.main, "0", "100%") for s in self.border]
        return _svg(self.wide, lines)


NO_PICTURE = Picture(Markup())


def pictures(shown: Sequence[Event], drawn: Sequence[Row], main: str) -> list[Picture]:
    """Draw the rows of some events.

    Args:
        shown: the events.
        drawn: their rows.
        main: the name of the main branch, which has a colour of its own.
    """
    wide = LEFT * 2 + LANE * max(width(drawn) - 1, 0)
    return [
        Picture(_svg(wide, _row(event, row, main)), row.through + row.above, main, wide)
        for event, row in zip(shown, drawn, strict=True)
    ]


@lru_cache(maxsize=1024)
def branch_class(branch: str, main: str) -> str:
    """Name the class of the style sheet that has the colour of a branch."""
    return "um" if branch == main else f"u{hue(branch)}"


def _svg(wide: int, pieces: Iterable[str]) -> Markup:
    inside = "".join(pieces)
    return Markup(  # noqa: S704 - numbers, names of classes, and digits of hashes
        f'<svg class="graph" width="{wide}" aria-hidden="true">{inside}</svg>'
    )


def _row(event: Event, row: Row, main: str) -> Iterable[str]:
    if event.colour and _COLOUR.fullmatch(event.colour):
        yield f'<rect class="tint" width="100%" height="100%" fill="{event.colour}"/>'
    for strand in row.through:
        yield _straight(strand, main, "0", "100%")
    if row.lane is None:
        return
    for strand in row.above:
        yield _from_above(strand, row.lane, main)
    for strand in row.below:
        yield from _to_below(strand, row, main)
    css_class = branch_class(event.branch, main)
    if row.beyond:
        yield _stub(row.lane, css_class)
    yield _node(event, row.lane, css_class)


def _x(lane: int) -> int:
    return LEFT + LANE * lane


def _class(strand: Strand, main: str) -> str:
    return f"{branch_class(strand.branch, main)} {strand.line}"


@lru_cache(maxsize=4096)
def _straight(strand: Strand, main: str, start: str, end: str) -> str:
    """Draw a vertical line; most lines pass many rows."""
    x = _x(strand.lane)
    return (
        f'<line class="{_class(strand, main)}" x1="{x}" x2="{x}"'
        f' y1="{start}" y2="{end}"/>'
    )


def _from_above(strand: Strand, lane: int, main: str) -> str:
    """Lead a line from the upper border to the check-in."""
    if strand.lane == lane:
        return _straight(strand, main, "0", str(MIDDLE))
    x, to = _x(strand.lane), _x(lane)
    turn = TURN if to > x else -TURN
    return (
        f'<path class="{_class(strand, main)}" d="M{x} 0V{MIDDLE - TURN}'
        f'Q{x} {MIDDLE} {x + turn} {MIDDLE}H{to}"/>'
    )


def _to_below(strand: Strand, row: Row, main: str) -> Iterable[str]:
    """Lead a line from the check-in to the lower border."""
    lane = row.lane or 0
    if strand.lane == lane:
        yield _straight(strand, main, str(MIDDLE), "100%")
        return
    x, to = _x(lane), _x(strand.lane)
    turn = -TURN if to > x else TURN
    low = MIDDLE + BEND
    yield (
        f'<path class="{_class(strand, main)}" d="M{x} {MIDDLE}H{to + turn}'
        f'Q{to} {MIDDLE} {to} {MIDDLE + TURN}V{low}"/>'
    )
    if strand.line is not Line.PRIMARY:
        yield _arrow(x, to, _class(strand, main))
    if not any(other.lane == strand.lane for other in row.through):
        yield _straight(strand, main, str(low), "100%")


def _arrow(x: int, source: int, css_class: str) -> str:
    """Point at the check-in that a merge made."""
    side = 1 if source > x else -1
    tip, back = x + side * RADIUS, x + side * (RADIUS + 5)
    return (
        f'<path class="{css_class} a" d="M{tip} {MIDDLE}L{back} {MIDDLE - 3.5}'
        f'V{MIDDLE + 3.5}Z"/>'
    )


def _stub(lane: int, css_class: str) -> str:
    """Show that there is a parent, elsewhere."""
    x, start = _x(lane), MIDDLE + RADIUS
    return (
        f'<line class="{css_class} s" x1="{x}" x2="{x}"'
        f' y1="{start}" y2="{start + STUB}"/>'
    )


def _node(event: Event, lane: int, css_class: str) -> str:
    x = _x(lane)
    kind = "n leaf" if event.leaf else "n"
    node = (
        f'<circle class="{css_class} {kind}" cx="{x}" cy="{MIDDLE}" r="{RADIUS}"'
        f' data-node="{escape(event.hash[:16])}"/>'
    )
    if not event.closed:
        return node
    low, high = MIDDLE - 3, MIDDLE + 3
    cross = f"M{x - 3} {low}L{x + 3} {high}M{x + 3} {low}L{x - 3} {high}"
    return f'{node}<path class="x" d="{cross}"/>'

"""The picture of the graph of check-ins: a piece of SVG for each row of a table.

A piece is as high as its row, whatever that is: what is near the check-in is
drawn at fixed places below the upper border, and the rest are straight lines
down to the lower one. Colours are classes, for the policy allows no styles.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from repoweb.repository.events import Event
from repoweb.repository.lanes import Line, Row, Strand, width
from repoweb.web.hues import hue

LANE = 14
LEFT = 10
MIDDLE = 17  # pixels from the upper border of a row to the check-in
BEND = 12  # and below it, where lines to other lanes have arrived there
RADIUS = 4.5
STUB = 10

_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}|[A-Za-z]{3,20}")


@dataclass(frozen=True)
class Picture:
    """The picture of a row, and that of a heading above it."""

    row: Markup
    above: Markup


NO_PICTURE = Picture(Markup(), Markup())


def pictures(shown: Sequence[Event], drawn: Sequence[Row], main: str) -> list[Picture]:
    """Draw the rows of some events.

    Args:
        shown: the events.
        drawn: their rows.
        main: the name of the main branch, which has a colour of its own.
    """
    wide = LEFT * 2 + LANE * max(width(drawn) - 1, 0)
    return [
        Picture(
            _svg(wide, _row(event, row, main)),
            _svg(wide, [_straight(s, main, "0", "100%") for s in _border(row)]),
        )
        for event, row in zip(shown, drawn, strict=True)
    ]


def _border(row: Row) -> tuple[Strand, ...]:
    """List what crosses the upper border of a row."""
    return row.through + row.above


def branch_class(branch: str, main: str) -> str:
    """Name the class of the style sheet that has the colour of a branch."""
    return "um" if branch == main else f"u{hue(branch)}"


def _svg(wide: int, pieces: Iterable[Markup]) -> Markup:
    inside = Markup("").join(pieces)
    return Markup('<svg class="graph" width="{}" aria-hidden="true">{}</svg>').format(
        wide, inside
    )


def _row(event: Event, row: Row, main: str) -> Iterable[Markup]:
    if _COLOUR.fullmatch(event.colour):
        yield Markup(
            '<rect class="tint" width="100%" height="100%" fill="{}"/>'
        ).format(event.colour)
    for strand in row.through:
        yield _straight(strand, main, "0", "100%")
    if row.lane is None:
        return
    for strand in row.above:
        yield from _from_above(strand, row.lane, main)
    for strand in row.below:
        yield from _to_below(strand, row, main)
    if row.beyond:
        yield _stub(row.lane, branch_class(event.branch, main))
    yield from _node(event, row.lane, branch_class(event.branch, main))


def _x(lane: int) -> int:
    return LEFT + LANE * lane


def _class(strand: Strand, main: str) -> str:
    return f"{branch_class(strand.branch, main)} {strand.line.value}"


def _straight(strand: Strand, main: str, start: str, end: str) -> Markup:
    x = _x(strand.lane)
    return Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
        _class(strand, main), x, x, start, end
    )


def _from_above(strand: Strand, lane: int, main: str) -> Iterable[Markup]:
    """Lead a line from the upper border to the check-in."""
    if strand.lane == lane:
        yield _straight(strand, main, "0", str(MIDDLE))
        return
    x, to = _x(strand.lane), _x(lane)
    turn = 6 if to > x else -6
    yield Markup('<path class="{}" d="M{} 0V{}Q{} {} {} {}H{}"/>').format(
        _class(strand, main), x, MIDDLE - 6, x, MIDDLE, x + turn, MIDDLE, to
    )


def _to_below(strand: Strand, row: Row, main: str) -> Iterable[Markup]:
    """Lead a line from the check-in to the lower border."""
    lane = row.lane or 0
    if strand.lane == lane:
        yield _straight(strand, main, str(MIDDLE), "100%")
        return
    x, to = _x(lane), _x(strand.lane)
    turn = -6 if to > x else 6
    low = MIDDLE + BEND
    yield Markup('<path class="{}" d="M{} {}H{}Q{} {} {} {}V{}"/>').format(
        _class(strand, main), x, MIDDLE, to + turn, to, MIDDLE, to, MIDDLE + 6, low
    )
    if strand.line is not Line.PRIMARY:
        yield _arrow(x, to, _class(strand, main))
    if not any(other.lane == strand.lane for other in row.through):
        yield _straight(strand, main, str(low), "100%")


def _arrow(x: int, source: int, css_class: str) -> Markup:
    """Point at the check-in that a merge made."""
    side = 1 if source > x else -1
    tip, back = x + side * RADIUS, x + side * (RADIUS + 5)
    return Markup('<path class="{} a" d="M{} {}L{} {}V{}Z"/>').format(
        css_class, tip, MIDDLE, back, MIDDLE - 3.5, MIDDLE + 3.5
    )


def _stub(lane: int, css_class: str) -> Markup:
    """Show that there is a parent, elsewhere."""
    x = _x(lane)
    return Markup('<line class="{} s" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
        css_class, x, x, MIDDLE + RADIUS, MIDDLE + RADIUS + STUB
    )


def _node(event: Event, lane: int, css_class: str) -> Iterable[Markup]:
    x = _x(lane)
    kind = "n leaf" if event.leaf else "n"
    yield Markup(
        '<circle class="{} {}" cx="{}" cy="{}" r="{}" data-node="{}"/>'
    ).format(css_class, kind, x, MIDDLE, RADIUS, escape(event.hash[:16]))
    if event.closed:
        low, high = MIDDLE - 3, MIDDLE + 3
        yield Markup('<path class="x" d="M{} {}L{} {}M{} {}L{} {}"/>').format(
            x - 3, low, x + 3, high, x + 3, low, x - 3, high
        )

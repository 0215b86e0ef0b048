"""Where the check-ins of a timeline stand in the picture of their graph.

Pure: events in, rows of a picture out. Each branch runs in a lane of its own
as far as that goes; the main branch has the first one. A line is drawn in the
row of each check-in that it passes, so that rows may be of any height.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from repoweb.repository.events import Event

MOST_LANES = 30
"""Further branches share the last lane."""


class Line(StrEnum):
    """What a line between two check-ins means."""

    PRIMARY = "p"
    MERGE = "m"
    PICK = "k"


class Strand(NamedTuple):
    """A line that crosses a row, or begins or ends in it.

    Args:
        lane: where it is at the border of the row.
        branch: whose colour it has.
    """

    lane: int
    branch: str
    line: Line = Line.PRIMARY


class Row(NamedTuple):
    """What the picture shows in one row.

    Args:
        lane: of the check-in, or None if the row is no check-in.
        through: lines that only pass.
        above: lines that come from children.
        below: lines that go to parents.
        beyond: whether a parent is not in the picture.
    """

    lane: int | None = None
    through: tuple[Strand, ...] = ()
    above: tuple[Strand, ...] = ()
    below: tuple[Strand, ...] = ()
    beyond: bool = False


class _Slot(NamedTuple):
    """A lane in use: the check-in that it leads down to, and the line there."""

    target: int
    strand: Strand


class _Picture:
    def __init__(self, shown: Sequence[Event], main: str) -> None:
        self.present = {event.rid for event in shown if event.is_checkin}
        self.main = main
        self.reserved = any(event.branch == main for event in shown)
        self.slots: list[_Slot | None] = [None] if self.reserved else []

    def row(self, event: Event) -> Row:
        if not event.is_checkin:
            return Row(through=self._open())
        arriving = [
            lane
            for lane, slot in enumerate(self.slots)
            if slot is not None and slot.target == event.rid
        ]
        lane = self._lane(event, arriving)
        above = tuple(s.strand for n in arriving if (s := self.slots[n]))
        for number in arriving:
            self.slots[number] = None
        passing = self._open()
        below = self._leave(event, lane)
        return Row(
            lane,
            passing,
            above,
            below,
            beyond=not self.present.issuperset(event.parents),
        )

    def _lane(self, event: Event, arriving: list[int]) -> int:
        """Choose where a check-in stands: below its own branch if it can."""
        if event.branch == self.main and (0 in arriving or self._is_free(0)):
            return 0
        free = [n for n in arriving if n >= self.reserved]
        primary = [n for n in free if self._is(n, Line.PRIMARY)]
        own = [n for n in primary if self._branch(n) == event.branch]
        for choice in (own, primary, free):
            if choice:
                return choice[0]
        return self._free()

    def _leave(self, event: Event, lane: int) -> tuple[Strand, ...]:
        """Begin the lines to the parents, or join lines that lead there already."""
        below = []
        for parent, line in _links(event):
            if parent not in self.present:
                continue
            if line is Line.PRIMARY:
                at = lane if self._is_free(lane) else self._free()
            else:
                leading = self._leading_to(parent)
                at = self._free() if leading is None else leading
            slot = self.slots[at] if at < len(self.slots) else None
            strand = Strand(at, event.branch, line)
            if slot is None or slot.target != parent:
                self._put(at, _Slot(parent, strand))
            below.append(strand)
        return tuple(below)

    def _open(self) -> tuple[Strand, ...]:
        return tuple([slot.strand for slot in self.slots if slot is not None])

    def _leading_to(self, parent: int) -> int | None:
        for lane, slot in enumerate(self.slots):
            if slot is not None and slot.target == parent:
                return lane
        return None

    def _free(self) -> int:
        """Find the first lane that is free, but not that of the main branch."""
        for lane in range(int(self.reserved), len(self.slots)):
            if self.slots[lane] is None:
                return lane
        return min(len(self.slots), MOST_LANES - 1)

    def _put(self, lane: int, slot: _Slot) -> None:
        while lane >= len(self.slots):
            self.slots.append(None)
        self.slots[lane] = slot

    def _is_free(self, lane: int) -> bool:
        return lane >= len(self.slots) or self.slots[lane] is None

    def _is(self, lane: int, line: Line) -> bool:
        slot = self.slots[lane]
        return slot is not None and slot.strand.line is line

    def _branch(self, lane: int) -> str:
        slot = self.slots[lane]
        return slot.strand.branch if slot else ""


def _links(event: Event) -> list[tuple[int, Line]]:
    first, *others = event.parents or (0,)
    links = [(first, Line.PRIMARY)] if first else []
    links += [(parent, Line.MERGE) for parent in others]
    return links + [(source, Line.PICK) for source in event.picked]


def rows(shown: Sequence[Event], main: str) -> list[Row]:
    """Draw up the rows of the picture of some events, which are newest first.

    Args:
        shown: the events, check-ins and others.
        main: the name of the main branch.
    """
    picture = _Picture(shown, main)
    return [picture.row(event) for event in shown]


def width(drawn: Iterable[Row]) -> int:
    """Tell how many lanes a picture has."""
    lanes = [
        strand.lane
        for row in drawn
        for strand in (*row.through, *row.above, *row.below)
    ]
    return (
        max([*lanes, *(row.lane for row in drawn if row.lane is not None)], default=-1)
        + 1
    )

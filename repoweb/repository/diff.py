"""The difference of two files, in hunks and as a patch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from repoweb.repository.difference import Edit, edits

CONTEXT = 5
"""How many equal lines are shown around a change, as in Fossil."""

Key = Callable[[bytes], bytes]

_NO_NEWLINE = b"\\ No newline at end of file\n"


@dataclass(frozen=True)
class Difference:
    """Two files as lines without their ends, and what makes one out of the other."""

    old: list[bytes]
    new: list[bytes]
    edits: list[Edit]
    old_ends: bool = True
    new_ends: bool = True

    @property
    def inserted(self) -> int:
        """How many lines are new."""
        return sum(edit.insert for edit in self.edits)

    @property
    def deleted(self) -> int:
        """How many lines are gone."""
        return sum(edit.delete for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes that lie near one another, with the equal lines around them.

    Args:
        old, new: the first line on either side, counted from 0.
        edits: from there on.
        tail: how many equal lines follow the last edit.
    """

    old: int
    new: int
    edits: tuple[Edit, ...]
    tail: int

    @property
    def old_length(self) -> int:
        """Lines of the old file."""
        return sum(edit.keep + edit.delete for edit in self.edits) + self.tail

    @property
    def new_length(self) -> int:
        """Lines of the new file."""
        return sum(edit.keep + edit.insert for edit in self.edits) + self.tail


def is_binary(content: bytes) -> bool:
    """Whether a file is no text, for there are zero bytes in it."""
    return b"\0" in content


def compare(old: bytes, new: bytes, *, ignore_space: bool = False) -> Difference:
    """Compare two text files line by line; how a line ends does not count.

    Args:
        old, new: their contents.
        ignore_space: let all blanks count for nothing.
    """
    old_lines, new_lines = lines_of(old), lines_of(new)
    old_ends, new_ends = _ends(old), _ends(new)
    found = edits(
        _keys(old_lines, _key(old, ignore_space), ends=old_ends or ignore_space),
        _keys(new_lines, _key(new, ignore_space), ends=new_ends or ignore_space),
    )
    return Difference(old_lines, new_lines, found, old_ends, new_ends)


def lines_of(content: bytes) -> list[bytes]:
    """Split a file into lines, without their line feeds."""
    lines = content.split(b"\n")
    if not lines[-1]:
        del lines[-1]
    return lines


def hunks(difference: Difference, context: int = CONTEXT) -> Iterator[Hunk]:
    """Group the changes; those with little between them are one hunk.

    Args:
        difference: of two files.
        context: lines around; negative for the whole file.
    """
    if context < 0:
        context = len(difference.old) + len(difference.new)
    old = new = 0
    group: list[Edit] = []
    start = (0, 0)
    changes = [edit for edit in difference.edits if edit.delete or edit.insert]
    kept = sum(edit.keep for edit in difference.edits)
    for edit in changes:
        kept -= edit.keep
        if group and edit.keep >= 2 * context + (context == 0):
            yield Hunk(*start, tuple(group), min(context, edit.keep))
            group = []
        before = edit.keep if group else min(edit.keep, context)
        if not group:
            start = old + edit.keep - before, new + edit.keep - before
        group.append(Edit(before, edit.delete, edit.insert))
        old, new = old + edit.keep + edit.delete, new + edit.keep + edit.insert
    if group:
        yield Hunk(*start, tuple(group), min(context, kept))


def patch(old: bytes, new: bytes, context: int = CONTEXT) -> bytes:
    """Write a patch in unified form, without its head."""
    difference = compare(old, new)
    return b"".join(
        piece
        for hunk in hunks(difference, context)
        for piece in _hunk(difference, hunk)
    )


def _hunk(difference: Difference, hunk: Hunk) -> Iterator[bytes]:
    at_old, at_new = hunk.old, hunk.new
    yield (
        f"@@ -{_start(at_old, hunk.old_length)},{hunk.old_length}"
        f" +{_start(at_new, hunk.new_length)},{hunk.new_length} @@\n"
    ).encode()
    for edit in (*hunk.edits, Edit(hunk.tail, 0, 0)):
        yield from _signed(difference, b" ", at_old, edit.keep)
        at_old, at_new = at_old + edit.keep, at_new + edit.keep
        yield from _signed(difference, b"-", at_old, edit.delete)
        yield from _signed(difference, b"+", at_new, edit.insert)
        at_old, at_new = at_old + edit.delete, at_new + edit.insert


def _start(at: int, length: int) -> int:
    """Count from 1; where there is no line, the one before is named."""
    return at + 1 if length else at


def _signed(
    difference: Difference, sign: bytes, at: int, count: int
) -> Iterator[bytes]:
    new = sign == b"+"
    lines = difference.new if new else difference.old
    ends = difference.new_ends if new else difference.old_ends
    for number in range(at, at + count):
        yield sign + lines[number] + b"\n"
        if not ends and number + 1 == len(lines):
            yield _NO_NEWLINE


def _key(content: bytes, ignore_space: bool) -> Key | None:
    """Choose what brings lines into the form in which they are compared, if need be."""
    if ignore_space:
        return _without_space
    return _without_return if b"\r" in content else None


def _keys(lines: list[bytes], key: Key | None, *, ends: bool) -> list[bytes]:
    keys = [key(line) for line in lines] if key else lines[:]
    if keys and not ends:
        keys[-1] += b"\n"  # unlike any line that has its end
    return keys


def _ends(content: bytes) -> bool:
    return not content or content.endswith(b"\n")


def _without_return(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b"\r") else line


def _without_space(line: bytes) -> bytes:
    return b"".join(line.split())

"""Deltas: how an artifact is made from another one (FOSSIL.md 2.2).

Pure functions: bytes in, bytes or one error out. The format is Fossil's,
described in its www/delta_format.wiki.
"""

import sys
from array import array

from repoweb.errors import RepowebError

_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_COPY, _INSERT, _END = b"@:;"
_NEWLINE, _COMMA = b"\n,"
_LONGEST_NUMBER = 11  # digits; 64 bits


class DeltaError(RepowebError):
    """A delta cannot be applied; says why."""


def apply(
    source: bytes, delta: bytes, *, limit: int | None = None, verify: bool = True
) -> bytes:
    """Make the target of a delta from its source.

    Args:
        source: what the delta was made against.
        delta: its text.
        limit: refuse a target of more bytes than this.
        verify: whether to compare the checksum.

    Raises:
        DeltaError: it is malformed, too large, or its checksum is wrong.
    """
    size, at = _number(delta, 0)
    if at >= len(delta) or delta[at] != _NEWLINE:
        message = "the size of the target is not there"
        raise DeltaError(message)
    if limit is not None and size > limit:
        message = f"the target has {size:,} bytes, more than {limit:,}"
        raise DeltaError(message)
    pieces: list[bytes] = []
    checksum = _segments(source, delta, at + 1, size, pieces)
    target = b"".join(pieces)
    if len(target) != size:
        message = f"the target has {len(target):,} bytes instead of {size:,}"
        raise DeltaError(message)
    if verify and checksum_of(target) != checksum:
        message = "the checksum of the target is wrong"
        raise DeltaError(message)
    return target


def _segments(
    source: bytes, delta: bytes, at: int, size: int, pieces: list[bytes]
) -> int:
    """Collect what the segments copy and insert; returns the checksum after them."""
    made = 0
    while True:
        number, at = _number(delta, at)
        kind = delta[at] if at < len(delta) else 0
        if kind == _END:
            return number
        if kind == _COPY:
            start, at = _number(delta, at + 1)
            if at >= len(delta) or delta[at] != _COMMA:
                message = "a copy does not end with a comma"
                raise DeltaError(message)
            piece = source[start : start + number]
        elif kind == _INSERT:
            piece = delta[at + 1 : at + 1 + number]
            at += number
        else:
            message = "there is an unknown segment"
            raise DeltaError(message)
        if len(piece) != number:
            message = "a segment reaches beyond the end"
            raise DeltaError(message)
        at += 1
        made += number
        if made > size:
            message = "the target is larger than announced"
            raise DeltaError(message)
        pieces.append(piece)


def _number(text: bytes, at: int) -> tuple[int, int]:
    """Read a number in base 64; returns it and where it ends."""
    value, start = 0, at
    for digit in text[start : start + _LONGEST_NUMBER]:
        if digit not in _VALUES:
            break
        value = value * 64 + _VALUES[digit]
        at += 1
    if at == start:
        message = "a number is missing"
        raise DeltaError(message)
    return value, at


def checksum_of(content: bytes) -> int:
    """Add up the big-endian words of four bytes, the last one filled with zeros."""
    words = array("I")
    words.frombytes(content + bytes(-len(content) % words.itemsize))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF

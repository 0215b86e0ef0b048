"""Deltas: how an artifact is made from another one (FOSSIL.md 2.2).

Pure functions: bytes in, bytes or one error out. The format is Fossil's,
described in its www/delta_format.wiki; `create` finds what is alike as its
www/delta_encoder_algorithm.wiki tells, by blocks of the source.
"""

import re

from repoweb.errors import RepowebError

_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_PAIRS = {bytes([digit]): value for digit, value in _VALUES.items()}
_PAIRS |= {a + b: _PAIRS[a] * 64 + _PAIRS[b] for a in _PAIRS for b in _PAIRS}
"""The values of numbers with one digit and with two."""

_NEWLINE = ord("\n")
_LONGEST_NUMBER = 11  # digits; 64 bits
_BLOCK_SIZE = 16  # bytes; a shorter copy would not pay
_CANDIDATES = 16  # places of a block that occurs often, among which the best is chosen
_SEGMENT = re.compile(rb"([0-9A-Z_a-z~]{1,11})(?:@([0-9A-Z_a-z~]{1,11}),|([:;]))")
"""The copy of a part, or the beginning of what is inserted, or the end."""


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
    while found := _SEGMENT.match(delta, at):
        count, start, kind = found.groups()
        at = found.end()
        number = _PAIRS.get(count) or _value(count)
        if start is not None:
            first = _PAIRS.get(start) or _value(start)
            piece = source[first : first + number]
        elif kind == b";":
            return number
        else:
            piece = delta[at : at + number]
            at += number
        if len(piece) != number:
            message = "a segment reaches beyond the end"
            raise DeltaError(message)
        made += number
        if made > size:
            message = "the target is larger than announced"
            raise DeltaError(message)
        pieces.append(piece)
    raise DeltaError(_fault(delta, at))


def _value(digits: bytes) -> int:
    """Return what a number in base 64 means, two digits at once."""
    value = 0
    for at in range(len(digits) % 2, len(digits), 2):
        value = value << 12 | _PAIRS[digits[at : at + 2]]
    if len(digits) % 2:
        value |= _VALUES[digits[0]] << 6 * (len(digits) - 1)
    return value


def _fault(delta: bytes, at: int) -> str:
    """Say why there is no segment at a place."""
    _, at = _number(delta, at)
    if delta[at : at + 1] != b"@":
        return "there is an unknown segment"
    _number(delta, at + 1)
    return "a copy does not end with a comma"


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
    """Add up the big-endian words of four bytes, the last one filled with zeros.

    Long integers do it: all words at even places are added to all at odd ones, and
    then one half of the sums to the other, until one is left.
    """
    total = 0
    for start in range(0, len(content), _BLOCK):
        total += _sum_of_words(content[start : start + _BLOCK])
    return total & 0xFFFFFFFF


def _sum_of_words(block: bytes) -> int:
    missing = -len(block) % 8
    lanes = (len(block) + missing) // 8
    words = int.from_bytes(block, "big") << 8 * missing
    mask = _EVEN if lanes == _LANES else _even_words(lanes)
    sums = (words & mask) + ((words >> 32) & mask)
    while lanes > 1:
        low = (lanes + 1) // 2
        sums = (sums >> 64 * low) + (sums & ((1 << 64 * low) - 1))
        lanes = low
    return sums


def _even_words(lanes: int) -> int:
    return int.from_bytes(b"\0\0\0\0\xff\xff\xff\xff" * lanes, "big")


_LANES = 4096
_BLOCK = 8 * _LANES
_EVEN = _even_words(_LANES)


def create(source: bytes, target: bytes) -> bytes:
    """Write the delta that makes a target from a source.

    The time grows with the lengths of both, whatever is in them.
    """
    places = _places(source)
    backwards = source[::-1], target[::-1]
    pieces = [_digits(len(target)), b"\n"]
    done = at = 0
    while at + _BLOCK_SIZE <= len(target):
        starts = places.get(target[at : at + _BLOCK_SIZE])
        if starts is None:
            at += 1
            continue
        start, length = max(
            ((start, _alike(source, start, target, at)) for start in starts),
            key=lambda found: found[1],
        )
        before = _alike(
            backwards[0], len(source) - start, backwards[1], len(target) - at, at - done
        )
        pieces += _literal(target[done : at - before])
        pieces += _digits(length + before), b"@", _digits(start - before), b","
        done = at = at + length
    pieces += _literal(target[done:])
    return b"".join([*pieces, _digits(checksum_of(target)), b";"])


def _places(source: bytes) -> dict[bytes, list[int]]:
    """Tell where the blocks begin into which a source is cut."""
    found: dict[bytes, list[int]] = {}
    for start in range(0, len(source) - _BLOCK_SIZE + 1, _BLOCK_SIZE):
        starts = found.setdefault(source[start : start + _BLOCK_SIZE], [])
        if len(starts) < _CANDIDATES:
            starts.append(start)
    return found


def _alike(
    one: bytes, at: int, other: bytes, there: int, most: int | None = None
) -> int:
    """Count the bytes that are the same from two places on, `most` at the most."""
    room = min(len(one) - at, len(other) - there)
    room = room if most is None else min(room, most)
    count, differs = 0, min(_BLOCK_SIZE, room)
    while one[at + count : at + differs] == other[there + count : there + differs]:
        if differs == room:
            return room
        count, differs = differs, min(differs * 2, room)
    while count < differs - 1:
        middle = (count + differs) // 2
        if one[at + count : at + middle] == other[there + count : there + middle]:
            count = middle
        else:
            differs = middle
    return count


def _literal(text: bytes) -> list[bytes]:
    return [_digits(len(text)), b":", text] if text else []


def _digits(value: int) -> bytes:
    """Write a number in base 64."""
    digits = bytearray()
    while value or not digits:
        value, digit = divmod(value, 64)
        digits.append(_DIGITS[digit])
    return bytes(reversed(digits))

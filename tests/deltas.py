"""Writing deltas by hand (FOSSIL.md 2.2)."""

from repoweb.repository.delta import checksum_of

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"


def number(value):
    text = ""
    while value or not text:
        value, digit = divmod(value, 64)
        text = DIGITS[digit] + text
    return text.encode()


def delta_of(pieces, target):
    """Write a delta by hand: a piece is bytes, or where to copy from and how much."""
    body = b"".join(
        number(len(piece)) + b":" + piece
        if isinstance(piece, bytes)
        else number(piece[1]) + b"@" + number(piece[0]) + b","
        for piece in pieces
    )
    return number(len(target)) + b"\n" + body + number(checksum_of(target)) + b";"

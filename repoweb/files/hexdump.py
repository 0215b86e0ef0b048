"""Bytes in hexadecimal digits, sixteen a row."""

from dataclasses import dataclass

WIDTH = 16
PAGE = 64 * 1024
"""Bytes on one page."""

_FIRST, _LAST = 0x20, 0x7E  # characters that can be seen


@dataclass(frozen=True)
class Row:
    """Sixteen bytes: offset, digits, and the characters that they may stand for."""

    offset: str
    digits: str
    text: str


def start(asked: str, size: int) -> int:
    """Read the offset of the page that was asked for; nonsense is the beginning."""
    at = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0  # noqa: PLR2004
    return at // WIDTH * WIDTH if at < size else 0


def rows(content: bytes, at: int) -> list[Row]:
    """Dump one page, from an offset on."""
    end = min(at + PAGE, len(content))
    return [
        _row(offset, content[offset : offset + WIDTH])
        for offset in range(at, end, WIDTH)
    ]


def _row(offset: int, piece: bytes) -> Row:
    digits = piece.hex(" ")
    middle = 3 * WIDTH // 2
    text = "".join(chr(b) if _FIRST <= b <= _LAST else "." for b in piece)
    return Row(f"{offset:08x}", f"{digits[:middle]} {digits[middle:]}".rstrip(), text)

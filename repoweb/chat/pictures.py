"""The width and height of a picture, from its first bytes.

Sources of the formats: PNG (W3C, 11.2.2), GIF89a (18), JPEG (ITU-T T.81, B.2) with
Exif 2.32 (4.6.4, Orientation), WebP (RFC 9649), AVIF (ISO/IEC 23008-12, 6.5.3
`ispe` and 6.5.10 `irot`). Nothing that is read here is trusted: whatever does not
fit is no picture.
"""

import re
import struct
from collections.abc import Callable

HEAD = 256 * 1024
"""How many bytes tell it: photographs have their size behind previews and profiles."""

MOST_PIXELS = 65_535
"""The longest side that is believed; JPEG knows no longer one."""

WIDEST, HIGHEST = 480, 360
"""The room that a picture gets on the page, in CSS pixels."""

Size = tuple[int, int]

_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})
_ORIENTATION = 0x0112
_LYING = frozenset({5, 6, 7, 8})
"""Exif's orientations in which browsers exchange width and height."""

_ISPE = re.compile(rb"\0\0\0\x14ispe\0\0\0\0(.{8})", re.DOTALL)
_IROT = re.compile(rb"\0\0\0\x09irot([\0-\3])")


def picture_size(mimetype: str, head: bytes) -> Size | None:
    """Tell how many pixels a browser shows, as width and height.

    Args:
        mimetype: one of `repoweb.chat.files.IMAGES`.
        head: the first `HEAD` bytes, or all.

    Returns:
        None if the bytes do not tell, or tell nonsense.
    """
    read = _READERS.get(mimetype)
    if read is None:
        return None
    try:
        size = read(head)
    except (struct.error, IndexError):  # it ends too early
        return None
    return size if size and all(0 < side <= MOST_PIXELS for side in size) else None


def shown_size(width: int | None, height: int | None) -> Size | None:
    """Scale a picture down so that it fits into the page; None if it is unknown."""
    if not width or not height:
        return None
    scale = min(1.0, WIDEST / width, HIGHEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _png(head: bytes) -> Size | None:
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> Size | None:
    if head[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _jpeg(head: bytes) -> Size | None:
    """Walk over the segments to the frame; an Exif segment may stand before it."""
    if head[:2] != b"\xff\xd8":
        return None
    at, lies = 2, False
    while head[at] == 0xFF:  # noqa: PLR2004 - a marker
        marker = head[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - a fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", head, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:  # noqa: PLR2004
            height, width = struct.unpack_from(">HH", head, at + 5)
            return (height, width) if lies else (width, height)
        if marker == 0xE1:  # noqa: PLR2004 - APP1
            lies = lies or _lies(head[at + 4 : at + 2 + length])
        at += 2 + max(length, 2)
    return None


def _lies(segment: bytes) -> bool:
    """Whether an Exif segment says that the camera was held upright."""
    if segment[:6] != b"Exif\0\0":
        return False
    tiff = segment[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return False
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return value in _LYING
    except struct.error:
        return False
    return False


def _webp(head: bytes) -> Size | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[a : a + 3], "little") for a in (24, 27))
        return (width + 1, height + 1) if len(head) >= 30 else None  # noqa: PLR2004
    if kind == b"VP8L" and head[20] == 0x2F:  # noqa: PLR2004 - its signature
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _avif(head: bytes) -> Size | None:
    """Take the largest extent: a picture of tiles tells that of its tiles too."""
    sizes = [struct.unpack(">II", found) for found in _ISPE.findall(head)]
    if not sizes:
        return None
    width, height = max(sizes)
    turned = _IROT.search(head)
    return (height, width) if turned and turned[1][0] % 2 else (width, height)


_READERS: dict[str, Callable[[bytes], Size | None]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/avif": _avif,
}

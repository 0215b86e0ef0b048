"""How an artifact lies in `blob.content`, and what it is called."""

import hashlib
import zlib

from repoweb.errors import RepowebError

_HEADER = 4  # bytes that tell the length


class BadContent(RepowebError):
    """A `blob.content` cannot be decompressed; says why."""


def compress(content: bytes) -> bytes:
    """Make the `blob.content` of an artifact: its length, 4 bytes, then zlib."""
    return len(content).to_bytes(_HEADER, "big") + zlib.compress(content)


def decompress(stored: bytes, limit: int) -> bytes:
    """Undo `compress`; never makes more than the length that the header tells.

    Args:
        stored: a `blob.content`.
        limit: bytes; refuse what would become larger.

    Raises:
        BadContent: it is too large, cut off or damaged.
    """
    size = int.from_bytes(stored[:_HEADER], "big")
    if len(stored) < _HEADER or size > limit:
        message = f"it has {size:,} bytes, more than {limit:,}" if size else "no header"
        raise BadContent(message)
    machine = zlib.decompressobj()
    try:
        content = machine.decompress(stored[_HEADER:], size + 1)
    except zlib.error as error:
        raise BadContent(str(error)) from error
    if len(content) != size or not (machine.eof or size == 0):
        message = f"it does not have the {size:,} bytes that it should"
        raise BadContent(message)
    return content


def artifact_hash(content: bytes) -> str:
    """Name an artifact under hash policy 2: SHA3-256 in 64 lower-case hex digits."""
    return hashlib.sha3_256(content).hexdigest()


def sha1_hash(content: bytes) -> str:
    """Name an artifact under the older hash policies: SHA1 in 40 hex digits."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()

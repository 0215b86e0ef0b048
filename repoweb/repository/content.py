"""How an artifact lies in `blob.content`, and what it is called."""

import hashlib
import zlib


def compress(content: bytes) -> bytes:
    """Make the `blob.content` of an artifact: its length, 4 bytes, then zlib."""
    return len(content).to_bytes(4, "big") + zlib.compress(content)


def artifact_hash(content: bytes) -> str:
    """Name an artifact under hash policy 2: SHA3-256 in 64 lower-case hex digits."""
    return hashlib.sha3_256(content).hexdigest()

"""The hue of a name, for people and branches: one of those of the style sheet."""

from functools import lru_cache

HUES = 12
"""How many hues the style sheets have, as classes u0 to u11."""


@lru_cache(1000)
def hue(name: str) -> int:
    """Choose the hue of a name: FNV-1a of it, modulo the number of hues."""
    state = 0x811C9DC5
    for byte in name.encode("utf-8", "replace"):
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    return state % HUES

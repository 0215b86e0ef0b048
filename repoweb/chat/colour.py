"""The colours of users: Fossil's `uclr`, and the hue of our own pages."""

from functools import lru_cache

from repoweb.web import hues

HUES = hues.HUES

ROBOT = "transparent"

_NAMES_KEPT = 1000


@lru_cache(_NAMES_KEPT)
def user_colour(name: str) -> str:
    """Compute the background that Fossil gives a user, as "#rrggbb".

    Source of the algorithm: `hash_color` of Fossil's src/color.c, light skins.
    """
    state = 0
    for byte in name.encode():
        signed = byte - 256 if byte > 127 else byte  # noqa: PLR2004 - C's char
        state = ((state << 11) ^ (state << 1) ^ (state >> 3) ^ signed) & 0xFFFFFFFF
    state, sector = divmod(state, 6)
    state, dim = divmod(state, 10)
    state, spread = divmod(state, 10)
    high = 0xF8 - dim
    low = high - spread - 0x20
    middle = state % (high - low) + low
    red, green, blue = (
        (high, middle, low),
        (middle, high, low),
        (low, high, middle),
        (low, middle, high),
        (middle, low, high),
        (high, low, middle),
    )[sector]
    return f"#{red:02x}{green:02x}{blue:02x}"


def user_hue(name: str) -> int:
    """Choose the hue of a user, by his login."""
    return hues.hue(name)


def aliases(setting: str) -> dict[str, str]:
    """Read `user-color-map`: pairs of a login and the name to be hashed instead."""
    words = setting.split()
    return dict(zip(words[::2], words[1::2], strict=False))

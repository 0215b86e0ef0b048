"""Fossil's captcha for the login as `anonymous`: eight hex digits as a drawing.

Source of the algorithm: `captcha_decode` of Fossil's src/captcha.c.
"""

import hashlib
import hmac
import secrets as random
import sqlite3

_LENGTH = 8
_ROTATED_SECONDS = 6 * 3600
_SECRET_BYTES = 20

_GLYPHS = {  # five rows of five cells each
    "0": " ### #   ##   ##   # ### ",
    "1": "  #   ##    #    #   ### ",
    "2": "#### #    # ## #    #####",
    "3": "####     # ###     ##### ",
    "4": "#  # #  # #####   #    # ",
    "5": "######    ####     ##### ",
    "6": " ### #    #### #   # ### ",
    "7": "#####   #   #   #    #   ",
    "8": " ### #   # ### #   # ### ",
    "9": " ### #   # ####    # ### ",
    "a": " ### #   #######   ##   #",
    "b": "#### #   ##### #   ##### ",
    "c": " #####    #    #     ####",
    "d": "#### #   ##   ##   ##### ",
    "e": "######    ###  #    #####",
    "f": "######    ###  #    #    ",
}
_SIZE = 5


def new_seed() -> int:
    """Make up the number from which the digits are computed; it goes into the form."""
    return random.randbelow(2**31)


def ensure_secret(db: sqlite3.Connection) -> None:
    """Store the repository's captcha secret if it has none yet."""
    db.execute(
        "INSERT OR IGNORE INTO config(name, value, mtime)"
        " VALUES('captcha-secret', ?, strftime('%s'))",
        (random.token_hex(_SECRET_BYTES),),
    )


def secrets(db: sqlite3.Connection) -> list[str]:
    """List the secrets that count: the current one and those rotated out lately."""
    rows = db.execute(
        "SELECT value FROM config WHERE name='captcha-secret'"
        " OR (name GLOB 'captcha-secret-[0-9]*' AND mtime>strftime('%s')-?)"
        " ORDER BY name",
        (_ROTATED_SECONDS,),
    )
    return [row[0] for row in rows.fetchall()]


def digits(secret: str, seed: int) -> str:
    """Compute what the drawing for a seed shows."""
    text = f"{secret}-{seed:x}".encode()
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()[:_LENGTH]


def is_solved(db: sqlite3.Connection, seed: str, typed: str) -> bool:
    """Whether the typed digits belong to the seed, under any secret that counts."""
    if not (seed.isascii() and seed.isdigit() and len(seed) <= 10):  # noqa: PLR2004
        return False
    offered = typed.strip().lower().encode("utf-8", "replace")
    return any(
        hmac.compare_digest(digits(secret, int(seed)).encode(), offered)
        for secret in secrets(db)
    )


def draw(text: str) -> str:
    """Draw hex digits as five lines of text."""
    rows = (range(at, at + _SIZE) for at in range(0, _SIZE * _SIZE, _SIZE))
    return "\n".join(
        "  ".join("".join(_GLYPHS[c][i] for i in row) for c in text) for row in rows
    )

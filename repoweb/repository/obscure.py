"""Fossil's light disguise of `resid`, `token` and saved passwords. Not a secret.

Source of the algorithm: `obscure` and `unobscure` of Fossil's src/encode.c.
"""

import secrets

_KEY = bytes.fromhex("a72131e32a502c864ca45225ff493585")


def obscure(text: str, salt: int | None = None) -> str:
    """Disguise a text: one byte of salt, then each byte xored, in hex."""
    salt = secrets.randbelow(256) if salt is None else salt
    return f"{salt:02x}" + _xor(text.encode(), salt).hex()


def unobscure(text: str) -> str:
    """Undo `obscure`; what is not hex of even length was not disguised."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return text
    if not raw or len(text) != 2 * len(raw):
        return text
    return _xor(raw[1:], raw[0]).decode("utf-8", "replace")


def _xor(data: bytes, salt: int) -> bytes:
    return bytes(
        byte ^ _KEY[index % len(_KEY)] ^ salt for index, byte in enumerate(data)
    )

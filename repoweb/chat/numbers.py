"""Numbers as Fossil reads them from its parameters."""

import re

_DIGITS = re.compile(r"\s*([+-]?\d{1,18})", re.ASCII)


def integer(text: str) -> int:
    """Read the digits at the beginning of a text, as C's atoi does; else 0."""
    found = _DIGITS.match(text)
    return int(found[1]) if found else 0

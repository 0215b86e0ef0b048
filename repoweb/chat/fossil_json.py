"""JSON as Fossil writes it, byte for byte.

Source: `encode_json_string_literal` of Fossil's src/encode.c, which has short
forms for the two line ends only and leaves everything above U+001F as it is.
"""

import re
from collections.abc import Mapping

Field = str | int | None

_SPECIAL = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r"}


def string(text: str) -> str:
    """Write a text as a JSON string."""
    # str() first: a Markup would escape the quotes around it.
    return '"' + _SPECIAL.sub(_escape, str(text)) + '"'


def record(fields: Mapping[str, Field]) -> str:
    """Write an object, compact and in the order of its fields."""
    return "{" + ",".join(f'"{k}":{_value(v)}' for k, v in fields.items()) + "}"


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _value(value: Field) -> str:
    if value is None:
        return "null"
    return string(value) if isinstance(value, str) else str(value)

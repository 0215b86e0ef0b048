"""Dates that people write, as SQLite understands them (FOSSIL.md 2.4)."""

import re

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d))?)?([Zz]?)", re.ASCII
)
_YEARS = range(1970, 2101)
_MONTHS = range(1, 13)
_DAYS = range(1, 32)
_FRACTION = range(21, 24)  # length of a time with a fraction of its second
_WHOLE = 20  # where the fraction begins
_REST = {10: " 23:59:59.999", 16: ":59.999", 19: ".999"}


def is_date(text: str) -> bool:
    """Whether a text begins with YYYY-MM-DD."""
    return bool(_DATE.match(text))


def compact_date(text: str) -> str | None:
    """Write YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS with its punctuation, if it is."""
    found = _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    if not (
        int(year) in _YEARS
        and int(month) in _MONTHS
        and int(day) in _DAYS
        and int(hour or 0) <= 24  # noqa: PLR2004 - as Fossil allows
        and int(minute or 0) <= 60  # noqa: PLR2004
        and int(second or 0) <= 60  # noqa: PLR2004
    ):
        return None
    time = ":".join(part for part in (hour, minute, second) if part)
    return f"{year}-{month}-{day}{' ' * bool(time)}{time}{zone}"


def round_up(date: str) -> str:
    """Fill up a date with the latest time that it can mean.

    Source of the rule: `fossil_roundup_date` of Fossil's src/name.c.
    """
    body, zone = (date[:-1], "z") if date[10:][-1:] in {"z", "Z"} else (date, "")
    if len(body) in _FRACTION:
        whole, digits = body[:_WHOLE], body[_WHOLE:].ljust(3, "9")
        if digits.isascii() and digits.isdigit():
            return f"{whole}{min(int(digits) + 1, 999):03}{zone}"
    rest = _REST.get(len(body))
    return body + rest + zone if rest else date

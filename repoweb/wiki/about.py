"""Pages about something else: a branch, a check-in, a tag or a ticket."""

from dataclasses import dataclass
from urllib.parse import quote_plus

_SHOWN = 10


@dataclass(frozen=True)
class Subject:
    """What a page is about, and where that is to be seen."""

    heading: str
    url: str


def subject_of(name: str) -> Subject | None:
    """Tell what a page is about by its name; None for an ordinary page."""
    kind, _, rest = name.partition("/")
    if not rest:
        return None
    if kind == "branch":
        return Subject(f"About branch {rest}", f"/timeline?r={quote_plus(rest)}")
    if kind == "tag":
        return Subject(f"About tag {rest}", f"/timeline?t={quote_plus(rest)}")
    if kind == "checkin":
        return Subject(f"About check-in {rest[:_SHOWN]}", f"/info/{rest}")
    if kind == "ticket":
        return Subject(f"About ticket {rest[:_SHOWN]}", f"/tktview/{rest}")
    return None

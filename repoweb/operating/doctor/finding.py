"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad it is; the value is what is printed."""

    GOOD = "ok"
    HINT = "hint"
    BAD = "BAD"


@dataclass(frozen=True)
class Finding:
    """One line, and another one with what to do if there is something to do."""

    level: Level
    what: str
    cure: str = ""


def good(what: str) -> Finding:
    """Nothing is to be done."""
    return Finding(Level.GOOD, what)


def hint(what: str, cure: str) -> Finding:
    """It works, and could be better."""
    return Finding(Level.HINT, what, cure)


def bad(what: str, cure: str) -> Finding:
    """It does not work, or not for everybody."""
    return Finding(Level.BAD, what, cure)

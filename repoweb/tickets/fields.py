"""The fields of tickets: the columns of the site's own table, and their choices."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from repoweb.repository.writing.tables import columns_of
from repoweb.settings import read_text
from repoweb.web.tcl import BadList, parse_list

COMMON = "ticket-common"
"""The row of `config` with the site's TH1 script, of which only lists are read."""

NOTE, OLD_NOTE = "icomment", "comment"
PRIVATE = "private_"
_OWN = "tkt_"
_LABELS = {"foundin": "Found in", NOTE: "Comment"}
_CHOICES = re.compile(
    r"^[ \t]*set\s+(\w+)_choices\s+(\{(?:[^{}]|\{[^{}]*\})*\})", re.MULTILINE
)
_LONG = {"comment"}
_DEFAULTS = {
    "type": "Code_Defect Build_Problem Documentation Feature_Request Incident",
    "priority": "Immediate High Medium Low Zero",
    "severity": "Critical Severe Important Minor Cosmetic",
    "resolution": "Open Fixed Rejected Workaround Unable_To_Reproduce"
    " Works_As_Designed External_Bug Not_A_Bug Duplicate Overcome_By_Events"
    " Drive_By_Patch Misconfiguration",
    "status": "Open Verified Review Deferred Fixed Tested Closed",
    "subsystem": "",
}
"""The choices of a repository that has none of its own (Fossil's src/tktsetup.c)."""


@dataclass(frozen=True)
class Field:
    """A field of the table `ticket`.

    Args:
        choices: what it can be; none: any text.
        long: it has several lines.
        private: only users with the capability e see it.
    """

    name: str
    choices: tuple[str, ...] = ()
    long: bool = False
    private: bool = False

    @property
    def label(self) -> str:
        """What it is called on a page."""
        return label(self.name)


def fields(db: sqlite3.Connection) -> list[Field]:
    """List the fields of tickets, but those that Fossil fills itself."""
    choices = _choices(read_text(db, COMMON))
    names = [name for name in columns_of(db, "ticket") if not name.startswith(_OWN)]
    return [
        Field(name, choices.get(name, ()), name in _LONG, name.startswith(PRIVATE))
        for name in names
    ]


def label(name: str) -> str:
    """Say what a field is called on a page."""
    if name in _LABELS:
        return _LABELS[name]
    text = name.removeprefix(PRIVATE).replace("_", " ")
    return text[:1].upper() + text[1:]


def note_fields(db: sqlite3.Connection) -> list[str]:
    """List the fields that each change has for itself."""
    columns = columns_of(db, "ticketchng")
    return [name for name in columns if not name.startswith(_OWN)]


def _choices(script: str | None) -> Mapping[str, tuple[str, ...]]:
    if script is None:
        return {name: tuple(text.split()) for name, text in _DEFAULTS.items()}
    return {name: _words(text) for name, text in _CHOICES.findall(script)}


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(parse_list(text[1:-1]))
    except BadList:
        return ()

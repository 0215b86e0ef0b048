"""The form of a room's rules: what can be typed, and whether it is good."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from repoweb import settings
from repoweb.accounts.settings_form import Field, typed_fields
from repoweb.chat.rooms import limits
from repoweb.chat.rooms.room import Rules, is_name, new_id
from repoweb.chat.rooms.settings import EVERYBODY, LOGGED_IN
from repoweb.plugin import Setting

LONGEST_SUBJECT = 200
LONGEST_ICON = 2

_WHO = (
    (EVERYBODY, "Whoever has the link"),
    (LOGGED_IN, "Whoever is logged in"),
    ("C", "Users who may chat (C)"),
    ("o", "Users who may read the code (o)"),
    ("i", "Users who may check in (i)"),
    ("a", "Administrators (a)"),
)

FIELDS = (
    Setting(
        "name",
        "Name",
        "It stands in the address: small letters, digits and dashes, at most 31 of"
        " them. Empty: an address that nobody can guess.",
        "",
    ),
    Setting("subject", "Subject", "The title of the room.", ""),
    Setting("description", "Description", "Shown on the list of rooms.", "", lines=3),
    Setting(
        "icon",
        "Icon",
        "One or two characters. Empty: the first of the subject.",
        "",
    ),
    Setting("listed", "Listed", "It stands on the list at /chatrooms.", False),
    Setting("is_open", "Open", "Unless it is open, it can only be read.", True),
    Setting("reading", "Who may read", "", EVERYBODY, choices=_WHO),
    Setting("writing", "Who may write", "", EVERYBODY, choices=_WHO),
    Setting(
        "nicknames",
        "Nicknames",
        "Everybody chooses a name for himself. Otherwise it is the login.",
        True,
    ),
    Setting(
        "strict",
        "Strict",
        "A client of Chaton whose number is unknown has to log in again.",
        False,
    ),
    Setting(
        "keep_days",
        "Days to keep messages",
        "As in the chat; 0 keeps them for ever, as an archive.",
        0.0,
        minimum=0,
    ),
    Setting(
        "keep_count",
        "Messages always kept",
        "So many of the newest stay, however old they are.",
        50,
        minimum=0,
        maximum=1_000_000,
    ),
    Setting(
        "per_minute",
        "Messages within a minute",
        "So many may come from one address, or from one user.",
        20,
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "waiting",
        "Requests that wait",
        "So many of one address may wait at once. Users who are logged in have more.",
        6,
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "blocked",
        "Blocked networks",
        "One network or address a line, such as 192.0.2.0/24. They are not let in.",
        "",
        lines=4,
    ),
)


def shown(rules: Rules) -> list[Field]:
    """Show the rules of a room."""
    return [Field(s, settings.to_text(getattr(rules, s.name))) for s in FIELDS]


def typed(form: Mapping[str, str]) -> tuple[list[Field], Rules | None]:
    """Read the form; the rules are None if something is wrong with a field."""
    checked = [_check(field) for field in typed_fields(FIELDS, form)]
    if any(field.problem for field in checked):
        return checked, None
    values: dict[str, Any] = {
        field.setting.name: settings.parse(field.setting, field.text)
        for field in checked
    }
    return checked, Rules(**{**values, "name": values["name"] or new_id()})


def _check(field: Field) -> Field:
    """Find what is wrong besides what the kind of the field tells."""
    text = field.text.strip()
    problem = field.problem
    match field.setting.name:
        case "name" if text and not is_name(text):
            problem = "Must be small letters, digits and dashes, at most 31 of them."
        case "subject" if not 0 < len(text) <= LONGEST_SUBJECT:
            problem = f"Must be a text of at most {LONGEST_SUBJECT} characters."
        case "icon" if len(text) > LONGEST_ICON:
            problem = "Must be one or two characters."
        case "blocked":
            problem = problem or _bad_network(text)
    return replace(field, problem=problem)


def _bad_network(text: str) -> str:
    try:
        limits.networks(text)
    except limits.BadNetwork as error:
        return f"{error}."
    return ""

"""A form of settings: shown with Fossil's names, saved all together or not at all."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repoweb import settings
from repoweb.accounts.current import current_user
from repoweb.accounts.logs import log_change
from repoweb.plugin import Setting
from repoweb.repository.repository import Repository
from repoweb.settings import BadSetting

LOGGED_LENGTH = 60
"""How much of a value the log of changes shows."""


@dataclass(frozen=True)
class Field:
    """A setting in a form, with what was typed and what is wrong with it."""

    setting: Setting
    text: str
    problem: str = ""

    @property
    def kind(self) -> str:
        """How it is shown: as a check box, a choice, a number or a text."""
        if isinstance(self.setting.default, bool):
            return "boolean"
        if self.setting.choices:
            return "choice"
        return "text" if isinstance(self.setting.default, str) else "number"


def stored_fields(db: sqlite3.Connection, group: Sequence[Setting]) -> list[Field]:
    """Show the values that are stored."""
    return [Field(s, settings.to_text(settings.read(db, s))) for s in group]


def typed_fields(group: Sequence[Setting], form: Mapping[str, str]) -> list[Field]:
    """Show what was typed, with what is wrong with it."""
    return [_check(setting, _typed(setting, form)) for setting in group]


def save(
    repository: Repository, page: str, group: Sequence[Setting], form: Mapping[str, str]
) -> list[Field]:
    """Store what was typed, if all of it is good, and log what changed.

    Args:
        page: for the log, as "Admin/Chat".
        group: the settings of the form; a check box that is missing is off.
        form: what was typed, by the names of the settings.

    Returns:
        The fields; if one has a problem, nothing was stored.
    """
    fields = typed_fields(group, form)
    if any(field.problem for field in fields):
        return fields
    with repository.writing() as db:
        for field in fields:
            _store(db, page, field)
    return fields


def _typed(setting: Setting, form: Mapping[str, str]) -> str:
    if isinstance(setting.default, bool):
        return "1" if setting.name in form else "0"
    return form.get(setting.name, "")


def _check(setting: Setting, text: str) -> Field:
    try:
        settings.parse(setting, text)
    except BadSetting as error:
        return Field(setting, text, f"Must be {error}.")
    return Field(setting, text)


def _store(db: sqlite3.Connection, page: str, field: Field) -> None:
    """Store a value that differs; one that is the default needs no row."""
    setting = field.setting
    value = settings.parse(setting, field.text)
    if value == settings.read(db, setting):
        return
    if value == setting.default:
        settings.unset(db, setting.name)
    else:
        settings.write(db, setting, field.text)
    shown = settings.to_text(value)[:LOGGED_LENGTH]
    log_change(db, page, current_user().login, f"set {setting.name} to {shown!r}")

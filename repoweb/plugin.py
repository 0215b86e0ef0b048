"""The contract between repoweb and a plugin: values, not hooks.

The built-in features are plugins too. A third party's is found through the
entry point group `repoweb.plugins`, which names a `Plugin` (docs/plugins.md).
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar, cast

import click
from flask import Blueprint

Place = str
"""Where something is: `package.module:name`. It is imported when it is needed."""

Thing = TypeVar("Thing")

Value = bool | int | float | str
"""What a setting can be. Its default has the setting's type."""


@dataclass(frozen=True)
class Setting:
    """One row of Fossil's `config` table that people may change.

    Args:
        name: Fossil's property name; repoweb's own begin with `fx-`.
        label: what it is called on the admin page.
        help: what it does, one to three sentences.
        default: the value while there is no row; its type is the setting's type.
        page: the admin page that shows it, such as "Admin/Chat".
        minimum, maximum: inclusive limits of a number.
        choices: the only values allowed, with what each means.
        lines: height of the field, for texts of several lines.
    """

    name: str
    label: str
    help: str
    default: Value
    page: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    lines: int = 1


@dataclass(frozen=True)
class MenuEntry:
    """A link in the menu, the sitemap or on the Admin page.

    Args:
        label: the text of the link.
        url: a path within the site, beginning with a slash.
        needs: Fossil's capability expression: "C", "a s" (either), "*" (everybody).
        about: one sentence, where there is room for it.
        mark: a function, or its place: asked on each page that shows the menu: one
            word that says why the entry gets a dot, or "" for none.
    """

    label: str
    url: str
    needs: str = "*"
    about: str = ""
    mark: Callable[[], str] | Place | None = None


@dataclass(frozen=True)
class Tokens:
    """Tokens with which programs may use a plugin's own pages, instead of a login.

    They come as `Authorization: Bearer TOKEN`. Wrong ones are counted as wrong
    passwords are; no proof of the origin is asked for.

    Args:
        login_of: tells as whom a token speaks; None if it is not good, or no longer.
            Asked again before a request is answered that has waited.
        letters: the capabilities that a program may have at most. It has those of
            them that the user has.
    """

    login_of: Callable[[sqlite3.Connection, str], str | None]
    letters: frozenset[str]


@dataclass(frozen=True)
class LateBlueprint:
    """A blueprint that is imported when one of its pages is asked for.

    A program that serves one request imports no others. Each other start imports all.

    A blueprint that does something to the pages of others must not be late.

    Args:
        place: where the blueprint is, its views being imported with it.
        shows: its rules, between blanks: those that answer GET.
        takes: those that do not. A start fails if the blueprint has others.
        uses: the plugins whose pages must be there too; "*" for all.
    """

    place: Place
    shows: str
    takes: str = ""
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plugin:
    """All that a feature adds to the site.

    Args:
        name: unique; the name of its folder and its blueprint.
        blueprint: its pages; every view carries `accounts.guard.requires`.
        menu: entries of the main menu, in the order of the plugins.
        sitemap: entries of /sitemap beyond those of the menu.
        admin: entries of /Admin.
        settings: what it reads from the `config` table.
        schema: SQL that makes its own tables, named `fx_…` because `fossil
            rebuild` drops others, with IF NOT EXISTS.
        commands: what it adds to the command line: commands, or their places.
        tokens: what programs may show instead of a login, or its place.
    """

    name: str
    blueprint: Blueprint | LateBlueprint | None = None
    menu: tuple[MenuEntry, ...] = ()
    sitemap: tuple[MenuEntry, ...] = ()
    admin: tuple[MenuEntry, ...] = ()
    settings: tuple[Setting, ...] = ()
    schema: str = ""
    commands: tuple[click.Command | Place, ...] = ()
    tokens: Tokens | Place | None = None


def load(thing: Thing | Place) -> Thing:
    """Import what a place names; what is no place is the thing itself."""
    if not isinstance(thing, str):
        return thing
    module, _, name = thing.partition(":")
    return cast("Thing", getattr(import_module(module), name))

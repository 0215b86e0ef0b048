"""`repoweb setting`: list, get, set, unset."""

import click

from repoweb import settings
from repoweb.accounts.logs import log_change
from repoweb.commands import FILE
from repoweb.errors import RepowebError
from repoweb.plugin import Plugin, Setting
from repoweb.repository.repository import Repository

LOG_PAGE = "repoweb setting"


class UnknownSetting(RepowebError):
    """There is no setting of that name."""


@click.group("setting")
def setting_commands() -> None:
    """Show and change the settings of a repository."""


@setting_commands.command("list")
@FILE
@click.pass_obj
def list_settings(plugins: tuple[Plugin, ...], repository: Repository) -> None:
    """List the settings; those that differ from the default have a *."""
    with repository.reading() as db:
        for setting in _all(plugins):
            value = settings.read(db, setting)
            sign = "*" if value != setting.default else " "
            text = settings.to_text(value).replace("\n", "\\n")
            click.echo(f"{sign} {setting.name:<24} {text}".rstrip())


@setting_commands.command("get")
@FILE
@click.argument("name")
@click.pass_obj
def get(plugins: tuple[Plugin, ...], repository: Repository, name: str) -> None:
    """Show the value of a setting."""
    setting = _find(plugins, name)
    with repository.reading() as db:
        click.echo(settings.to_text(settings.read(db, setting)))


@setting_commands.command("set", context_settings={"ignore_unknown_options": True})
@FILE
@click.argument("name")
@click.argument("value")
@click.pass_obj
def set_value(
    plugins: tuple[Plugin, ...], repository: Repository, name: str, value: str
) -> None:
    """Change a setting."""
    setting = _find(plugins, name)
    try:
        with repository.writing() as db:
            stored = settings.to_text(settings.write(db, setting, value))
            log_change(db, LOG_PAGE, "", f"set {name} to {stored!r}")
    except settings.BadSetting as error:
        message = f"{name} must be {error}"
        raise settings.BadSetting(message) from error


@setting_commands.command("unset")
@FILE
@click.argument("name")
@click.pass_obj
def unset(plugins: tuple[Plugin, ...], repository: Repository, name: str) -> None:
    """Let the default of a setting count again."""
    setting = _find(plugins, name)
    with repository.writing() as db:
        settings.unset(db, setting.name)
        log_change(db, LOG_PAGE, "", f"unset {name}")


def _all(plugins: tuple[Plugin, ...]) -> list[Setting]:
    every = (setting for plugin in plugins for setting in plugin.settings)
    return sorted(every, key=lambda setting: setting.name)


def _find(plugins: tuple[Plugin, ...], name: str) -> Setting:
    for setting in _all(plugins):
        if setting.name == name:
            return setting
    message = f"there is no setting “{name}”; “repoweb setting list” shows all"
    raise UnknownSetting(message)

"""`repoweb user`: list, new, password, capabilities, delete."""

import click

from repoweb import settings
from repoweb.accounts import store
from repoweb.accounts.capabilities import LETTERS
from repoweb.accounts.settings import DEFAULT_PRIVILEGES
from repoweb.commands import FILE
from repoweb.repository.password import generate_password
from repoweb.repository.repository import Repository


@click.group("user")
def user_commands() -> None:
    """List, create and change the users of a repository."""


@user_commands.command("list")
@FILE
def list_users(repository: Repository) -> None:
    """List the users with their capabilities and contact information."""
    with repository.reading() as db:
        for account in store.every(db):
            line = f"{account.login:<15} {account.cap:<20} {account.info}"
            click.echo(line.rstrip())


@user_commands.command("new")
@FILE
@click.argument("login")
@click.option("--info", default="", help="Contact information.")
@click.option("--capabilities", "cap", help="Letters; default: the setting's.")
@click.option("--password", help="Default: one is made up and printed.")
def new_user(
    repository: Repository, login: str, info: str, cap: str | None, password: str | None
) -> None:
    """Create a user."""
    chosen = password or generate_password()
    with repository.writing() as db:
        letters = str(settings.read(db, DEFAULT_PRIVILEGES)) if cap is None else cap
        _check_letters(letters)
        store.create(db, login, password=chosen, cap=letters, info=info)
    click.echo(f"created {login}" + ("" if password else f", password {chosen}"))


@user_commands.command("password")
@FILE
@click.argument("login")
@click.argument("password", required=False)
def set_password(repository: Repository, login: str, password: str | None) -> None:
    """Change a password; without PASSWORD one is made up and printed."""
    chosen = password or generate_password()
    with repository.writing() as db:
        store.set_password(db, login, chosen)
    click.echo("password changed" if password else f"new password: {chosen}")


@user_commands.command("capabilities")
@FILE
@click.argument("login")
@click.argument("letters", required=False)
def capabilities(repository: Repository, login: str, letters: str | None) -> None:
    """Show a user's capability letters, or set them to LETTERS."""
    if letters is None:
        with repository.reading() as db:
            click.echo(store.require(db, login).cap)
        return
    _check_letters(letters)
    with repository.writing() as db:
        store.set_capabilities(db, login, letters)


@user_commands.command("delete")
@FILE
@click.argument("login")
def delete_user(repository: Repository, login: str) -> None:
    """Delete a user; what he wrote stays."""
    with repository.writing() as db:
        store.delete(db, login)
    click.echo(f"deleted {login}")


def _check_letters(letters: str) -> None:
    unknown = "".join(sorted(set(letters) - LETTERS))
    if unknown:
        message = f"there are no capabilities “{unknown}”"
        raise store.AccountError(message)

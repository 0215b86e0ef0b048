"""`repoweb rooms`: list, create, import."""

from pathlib import Path

import click

from repoweb.accounts.logs import log_change
from repoweb.chat.rooms import registry
from repoweb.chat.rooms.importing import import_directory
from repoweb.chat.rooms.room import Room, Rules, is_name
from repoweb.chat.rooms.settings import PAGE
from repoweb.commands import FILE
from repoweb.errors import RepowebError
from repoweb.repository.repository import Repository

COMMAND_LINE = "command line"


class NoSuchRoom(RepowebError):
    """There is no room of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no room called {name}.")


@click.group("rooms")
def rooms_commands() -> None:
    """Make chat rooms, and fill their archives."""


@rooms_commands.command("list")
@FILE
def list_rooms(repository: Repository) -> None:
    """List the rooms: name, number of messages, subject."""
    with repository.reading() as db:
        found = registry.all_rooms(db) if registry.are_any(db) else []
    for room in found:
        click.echo(f"{room.name}\t{room.posts}\t{room.rules.subject}")


@rooms_commands.command("create")
@FILE
@click.argument("name")
@click.option("--subject", default="", help="The title of the room (default: NAME).")
@click.option("--listed", is_flag=True, help="Put it on the list at /chatrooms.")
def create(repository: Repository, name: str, subject: str, listed: bool) -> None:
    """Make a room that whoever has the link may read and write, for ever.

    Its other rules are changed at /Admin/Chat/Rooms.
    """
    if not is_name(name):
        message = f"{name} is no name for a room: small letters, digits and dashes"
        raise click.UsageError(message)
    rules = Rules(name, subject or name, listed=listed)
    with repository.writing() as db:
        registry.make_tables(db)
        registry.create(db, rules, COMMAND_LINE)
        log_change(db, PAGE, COMMAND_LINE, f"made room {name}")
    click.echo(f"made /chat/{name}")


@rooms_commands.command("import")
@FILE
@click.argument("room")
@click.argument(
    "directory", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def import_chaton(repository: Repository, room: str, directory: Path) -> None:
    """Read the data directory of a Chaton server into a room's archive."""
    counts = import_directory(repository, _find(repository, room), directory)
    click.echo(
        f"{counts.stored} messages imported, {counts.known} were there already,"
        f" {counts.unreadable} lines could not be read"
    )


def _find(repository: Repository, name: str) -> Room:
    with repository.reading() as db:
        room = registry.find(db, name) if registry.are_any(db) else None
    if room is None:
        raise NoSuchRoom(name)
    return room

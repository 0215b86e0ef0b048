"""`repoweb chat`: send, pull, purge, reindex, url."""

import os
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

import click

from repoweb.accounts import store as accounts
from repoweb.accounts.logs import log_change
from repoweb.chat import backup, schema, store
from repoweb.chat import purge as purging
from repoweb.chat.files import clean_name, kind_of
from repoweb.chat.message import NewMessage, Upload
from repoweb.chat.remote import Remote, RemoteError
from repoweb.commands import FILE
from repoweb.repository.repository import Repository
from repoweb.settings import read_text

_HEAD = 512


@click.group("chat")
def chat_commands() -> None:
    """Send and fetch messages of the chat, and look after them."""


@chat_commands.command("send")
@click.argument("target", metavar="FILE|URL")
@click.option("-m", "--message", "text", default="", help="The text to send.")
@click.option(
    "-f",
    "--file",
    "attachment",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file to attach.",
)
@click.option("--user", "login", help="Send as this user of FILE (default: you).")
def send(target: str, text: str, attachment: Path | None, login: str | None) -> None:
    """Send a message into a repository file, or to a server.

    URL is http://login:password@host/path, of a Fossil or repoweb server.
    """
    if not text and attachment is None:
        message = "nothing to send; give --message or --file"
        raise click.UsageError(message)
    now = datetime.now().astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    if "://" in target:
        Remote.parse(target).send(text, attachment, now)
        return
    repository = Repository(target)
    try:
        _append(repository, text, attachment, login, now)
    finally:
        repository.close()


@chat_commands.command("pull")
@FILE
@click.argument("url")
@click.option("--all", "everything", is_flag=True, help="Replace what FILE has.")
def pull(repository: Repository, url: str, everything: bool) -> None:
    """Copy the messages of a server into a repository file.

    The login in URL needs the capability Setup there.
    """
    with repository.writing() as db:
        schema.make_ready(db)
        behind = 0 if everything else store.last_id(db)
    content = Remote.parse(url).backup(behind)
    with tempfile.TemporaryDirectory(prefix="repoweb-") as folder:
        copy = Path(folder) / "chat.db"
        copy.write_bytes(content)
        with repository.writing() as db:
            if everything:
                db.execute("DELETE FROM chat")
                schema.forget_messages(db)
            count = backup.read_backup(db, copy)
            schema.rebuild_index(db)
    click.echo(f"{count} messages")


@chat_commands.command("purge")
@FILE
def purge(repository: Repository) -> None:
    """Delete the messages that are neither new nor young enough to be kept."""
    with repository.writing() as db:
        schema.make_ready(db)
        count = purging.purge(db, purging.Rule.read(db))
        log_change(db, "repoweb chat purge", "", f"deleted {count} messages")
    click.echo(f"{count} messages deleted")


@chat_commands.command("reindex")
@FILE
def reindex(repository: Repository) -> None:
    """Make the search index of the chat anew."""
    with repository.writing() as db:
        schema.make_ready(db)
        schema.rebuild_index(db)


@chat_commands.command("url")
@FILE
def url(repository: Repository) -> None:
    """Show the address of the chat on the server that FILE was last synced with."""
    with repository.reading() as db:
        synced = read_text(db, "last-sync-url")
    if not synced:
        message = f"{repository.path}: was never synced with a server"
        raise RemoteError(message)
    click.echo(Remote.parse(synced).chat_url)


def _append(
    repository: Repository,
    text: str,
    attachment: Path | None,
    login: str | None,
    now: str,
) -> None:
    with repository.writing() as db:
        poster = login or _who_am_i(db)
        upload = _upload(attachment) if attachment else None
        new = NewMessage(poster, text, local_time=now, upload=upload)
        try:
            store.append(db, new, purging.Rule.read(db))
        finally:
            if upload is not None:
                upload.file.close()


def _who_am_i(db: sqlite3.Connection) -> str:
    """Take the user of the system if the repository knows him, else its first admin."""
    system = os.environ.get("USER", "")
    if accounts.find(db, system):
        return system
    admins = accounts.administrators(db)
    if not admins:
        message = "the repository has no administrator; give --user"
        raise accounts.AccountError(message)
    return admins[0]


def _upload(path: Path) -> Upload:
    file = path.open("rb")
    kind = kind_of(path.name, file.read(_HEAD))
    file.seek(0)
    return Upload(clean_name(path.name), kind, path.stat().st_size, file)

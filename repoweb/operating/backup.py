"""`repoweb backup`: a copy of a repository that is in use, whole and at one moment."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import click

from repoweb.commands import FILE
from repoweb.errors import RepowebError
from repoweb.repository.errors import explain
from repoweb.repository.repository import Repository


class CannotBackUp(RepowebError):
    """The copy cannot be made there; says why."""


@click.command()
@FILE
@click.argument("target", type=click.Path(path_type=Path))
def backup(repository: Repository, target: Path) -> None:
    """Copy a repository that may be in use to TARGET, a file or a folder.

    The copy has all that was committed when it was begun. A file of that name is
    replaced at the end, at once.
    """
    if target.is_dir():
        target /= repository.path.name
    copy_repository(repository.path, target)
    click.echo(f"copied {repository.path} to {target}, {target.stat().st_size:,} bytes")


def copy_repository(source: Path, target: Path) -> None:
    """Copy a file by SQLite's backup, in one step, beside its place and then there.

    Raises:
        CannotBackUp: the target cannot be written.
        RepositoryError: the source cannot be read.
    """
    if target.exists() and target.samefile(source):
        message = f"{target}: is the repository itself"
        raise CannotBackUp(message)
    try:
        number, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=".backup-")
    except OSError as error:
        message = f"{target}: cannot be written: {error.strerror}"
        raise CannotBackUp(message) from error
    part = Path(name)
    try:
        _copy(source, part)
        os.fsync(number)
        part.chmod(source.stat().st_mode & 0o777)
        part.replace(target)
    except sqlite3.Error as error:
        raise explain(error, source) or error from error
    finally:
        os.close(number)
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy all pages at once: a copy in steps begins anew whenever somebody writes."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as reader,
        closing(sqlite3.connect(target)) as writer,
    ):
        reader.execute("PRAGMA busy_timeout=10000")
        reader.backup(writer)

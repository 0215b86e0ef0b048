"""What the command-line groups share: the FILE argument and its errors."""

from pathlib import Path

import click

from repoweb.repository.repository import Repository


class RepositoryFile(click.ParamType[Repository]):
    """A command's FILE: an open repository, or one clear line and exit status 1."""

    name = "file"

    def convert(
        self,
        value: str | Repository,
        _param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Repository:
        """Open the file; it is closed when the command ends."""
        if isinstance(value, Repository):
            return value
        repository = Repository(Path(value))
        if ctx is not None:
            ctx.call_on_close(repository.close)
        return repository


FILE = click.argument("repository", metavar="FILE", type=RepositoryFile())

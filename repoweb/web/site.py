"""The site: a repository and the plugins that serve it."""

from dataclasses import dataclass, field
from functools import cached_property

from repoweb.plugin import Place, Plugin, Tokens
from repoweb.repository.errors import RepositoryError
from repoweb.repository.pool import Identity
from repoweb.repository.repository import Repository
from repoweb.repository.script import statements

EXTENSION = "repoweb"
"""Where the application keeps its `Site`, in `app.extensions`."""


@dataclass
class Site:
    """One repository file with its plugins; the state of an application."""

    repository: Repository
    plugins: tuple[Plugin, ...]
    _prepared: Identity | None = field(default=None, repr=False)

    @cached_property
    def tokens(self) -> dict[str, Tokens | Place]:
        """What programs may show instead of a login, by the names of blueprints."""
        return {plugin.name: plugin.tokens for plugin in self.plugins if plugin.tokens}

    @property
    def is_prepared(self) -> bool:
        """Whether the tables are made in the file that was last looked at."""
        return self._prepared == self.repository.current_identity

    def prepare(self) -> None:
        """Make the plugins' own tables, once for each file that lies at the path.

        A file that cannot be written is served without them, read-only; whether
        it still is so is looked at anew with each request.
        """
        identity = self.repository.identity()
        if identity == self._prepared:
            return
        try:
            with self.repository.writing() as db:
                for plugin in self.plugins:
                    for statement in statements(plugin.schema):
                        db.execute(statement)
        except RepositoryError:
            if self.repository.is_writable():
                raise
            return
        self._prepared = identity

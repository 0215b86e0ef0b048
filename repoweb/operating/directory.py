"""A folder of repositories, each a site below its name, as Fossil has it."""

import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from repoweb.operating.entrance import make_entrance
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository
from repoweb.settings import read_text

log = logging.getLogger(__name__)

SUFFIX = ".fossil"
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""What a part of a path may look like: no hidden file, no way upwards."""

_LAST_EVENT = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(mtime)) FROM event"
_DEEPEST = 8

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True)
class Listed:
    """A repository in the list of a folder; `changed` is in UTC, or empty."""

    name: str
    project: str
    description: str
    changed: str


class Directory:
    """The WSGI application of a folder: the first words of a path name the file.

    A repository is opened when it is first asked for, and closed when its file has
    gone.

    Args:
        folder: where the files lie, also in folders below it.
        make_app: makes the application of one repository.
        lists: whether the bare folder is a list of the repositories.
        not_found: the address to go to for what does not exist, or "".
    """

    def __init__(
        self,
        folder: Path,
        make_app: Callable[[Repository], Flask],
        *,
        lists: bool = False,
        not_found: str = "",
    ) -> None:
        self.folder = folder.absolute()
        self._make_app = make_app
        self._lock = threading.Lock()
        self._open: dict[Path, tuple[Repository, Flask]] = {}
        self._entrance = make_entrance(self.listed if lists else None, not_found)

    def __call__(
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Serve a request from the repository that its path names."""
        path = environ.get("PATH_INFO", "")
        found = find(self.folder, path)
        if found is None:
            return self._entrance(environ, start_response)
        file, length = found
        try:
            app = self._app(file)
        except RepositoryError as error:
            environ["repoweb.error"] = error
            return self._entrance(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + path[:length]
        environ["PATH_INFO"] = path[length:]
        return app(environ, start_response)

    def listed(self) -> list[Listed]:
        """Look at all repositories of the folder; what is none is left out."""
        found = []
        for file in _files(self.folder):
            try:
                self._app(file)
                found.append(self._describe(file))
            except (RepositoryError, sqlite3.Error) as error:
                log.warning("%s", error)
        return found

    def close(self) -> None:
        """Close all repositories."""
        with self._lock:
            for repository, _ in self._open.values():
                repository.close()
            self._open.clear()

    def _app(self, file: Path) -> Flask:
        with self._lock:
            if file not in self._open:
                self._forget_what_has_gone()
                repository = Repository(file)
                self._open[file] = (repository, self._make_app(repository))
            return self._open[file][1]

    def _forget_what_has_gone(self) -> None:
        for file in [file for file in self._open if not file.exists()]:
            repository, _ = self._open.pop(file)
            repository.close()

    def _describe(self, file: Path) -> Listed:
        with self._lock:
            repository, _ = self._open[file]
        with repository.reading() as db:
            changed = db.execute(_LAST_EVENT).fetchone()[0]
            return Listed(
                name=str(file.relative_to(self.folder)).removesuffix(SUFFIX),
                project=read_text(db, "project-name") or "",
                description=read_text(db, "project-description") or "",
                changed=changed or "",
            )


def find(folder: Path, path: str) -> tuple[Path, int] | None:
    """Find the repository that a path begins with.

    Returns:
        The file, and how much of the path names it; None if there is none.
    """
    place, length = folder, 0
    for word in path.split("/")[1 : _DEEPEST + 1]:
        if not _NAME.fullmatch(word):
            return None
        length += 1 + len(word)
        file = place / (word + SUFFIX)
        if file.is_file():
            return file, length
        place /= word
        if not place.is_dir():
            return None
    return None


def _files(folder: Path, depth: int = 1) -> Iterator[Path]:
    """List the repositories that `find` would find, by name."""
    for entry in sorted(folder.iterdir()):
        name = entry.name.removesuffix(SUFFIX)
        if not _NAME.fullmatch(name):
            continue
        if entry.name.endswith(SUFFIX) and entry.is_file():
            yield entry
        elif entry.is_dir() and depth < _DEEPEST:
            yield from _files(entry, depth + 1)

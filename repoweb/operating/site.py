"""What is served: one repository, or a folder of them, as one WSGI application."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask

from repoweb.app import create_app
from repoweb.operating.directory import Directory
from repoweb.operating.options import SiteOptions
from repoweb.repository.repository import Repository

LARGEST_BODY = 100 * 1024 * 1024
"""Bytes of the largest request body."""


@dataclass(frozen=True)
class OpenSite:
    """An application, and how to end it."""

    path: Path
    application: Callable[..., Iterable[bytes]]
    close: Callable[[], None]
    is_writable: Callable[[], bool] = lambda: True


def open_site(path: Path, options: SiteOptions) -> OpenSite:
    """Open a repository, or a folder of repositories.

    Raises:
        RepositoryError: the file cannot be used; the subclass says why.
    """
    make_app = partial(_make_app, options)
    if path.is_dir():
        folder = Directory(
            path, make_app, lists=options.lists, not_found=options.not_found
        )
        return OpenSite(folder.folder, folder, folder.close)
    repository = Repository(path)
    return OpenSite(
        repository.path, make_app(repository), repository.close, repository.is_writable
    )


def _make_app(options: SiteOptions, repository: Repository) -> Flask:
    app = create_app(repository)
    app.config["HSTS"] = options.hsts
    app.config["POLL_SECONDS"] = options.poll_seconds
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    return app

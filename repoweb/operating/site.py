"""What is served: one repository, or a folder of them, as one WSGI application."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.chat.publishing import Publisher
from repoweb.chat.subscribing import PUBLISHER, SUBSCRIBE_URL
from repoweb.errors import RepowebError
from repoweb.operating.compiled import keep_compiled
from repoweb.operating.directory import Directory
from repoweb.operating.options import SiteOptions
from repoweb.repository.repository import Repository
from repoweb.web.warmup import warm_up

LARGEST_BODY = 100 * 1024 * 1024
"""Bytes of the largest request body."""


class CannotPublish(RepowebError):
    """What is served has no one chat that could be published."""


@dataclass(frozen=True)
class OpenSite:
    """An application, and how to end it.

    Args:
        warm_up: does at the start what the first visitors would wait for.
    """

    path: Path
    application: Callable[..., Iterable[bytes]]
    close: Callable[[], None]
    is_writable: Callable[[], bool] = lambda: True
    warm_up: Callable[[], object] = lambda: None


def open_site(path: Path, options: SiteOptions) -> OpenSite:
    """Open a repository, or a folder of repositories.

    Raises:
        RepositoryError: the file cannot be used; the subclass says why.
        CannotPublish, BadAddress: it cannot be published as asked.
    """
    make_app = partial(_make_app, options)
    if path.is_dir():
        if options.publish:
            message = "a folder of repositories cannot be published to Nchan"
            raise CannotPublish(message)
        folder = Directory(
            path, make_app, lists=options.lists, not_found=options.not_found
        )
        return OpenSite(folder.folder, folder, folder.close)
    repository = Repository(path)
    app = make_app(repository)
    close = repository.close
    if options.publish:
        close = _publish(app, repository, options)
    warm = partial(warm_up, app)
    return OpenSite(repository.path, app, close, repository.is_writable, warm)


def _publish(
    app: Flask, repository: Repository, options: SiteOptions
) -> Callable[[], None]:
    """Begin to publish the chat; returns what ends that, and closes the file."""
    chat = chat_of(app)
    publisher = Publisher(
        repository, chat.hub, chat.renderer, options.publish, options.prefix
    )
    app.extensions[PUBLISHER] = publisher
    app.config[SUBSCRIBE_URL] = options.subscribe

    def close() -> None:
        publisher.close()
        repository.close()

    return close


def _make_app(options: SiteOptions, repository: Repository) -> Flask:
    app = create_app(repository)
    keep_compiled(app)
    app.config["HSTS"] = options.hsts
    app.config["POLL_SECONDS"] = options.poll_seconds
    app.config["STREAMS"] = options.streams
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    return app

"""What is served: one repository, or a folder of them, as one WSGI application.

A CGI script opens it for one request, and loads no more than that needs.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask

from repoweb.app import create_app
from repoweb.errors import RepowebError
from repoweb.operating.compiled import keep_compiled
from repoweb.operating.options import SiteOptions
from repoweb.plugins import all_plugins
from repoweb.repository.repository import Repository
from repoweb.web.families import load_all

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


def open_site(path: Path, options: SiteOptions, wanted: str | None = None) -> OpenSite:
    """Open a repository, or a folder of repositories.

    Args:
        wanted: the only path that will be asked for; None if all may be.

    Raises:
        RepositoryError: the file cannot be used; the subclass says why.
        CannotPublish, BadAddress: it cannot be published as asked.
    """
    if path.is_dir():
        return _open_folder(path, options, wanted)
    repository = Repository(path)
    app = _make_app(options, wanted, repository)
    close = repository.close
    if options.publish:
        close = _publish(app, repository, options)
    return OpenSite(
        repository.path, app, close, repository.is_writable, partial(_warm_up, app)
    )


def _open_folder(path: Path, options: SiteOptions, wanted: str | None) -> OpenSite:
    from repoweb.operating.directory import Directory, find

    if options.publish:
        message = "a folder of repositories cannot be published to Nchan"
        raise CannotPublish(message)
    if wanted is None:
        load_all(all_plugins())
    else:
        found = find(path, wanted)
        wanted = wanted[found[1] :] if found else ""
    make_app = partial(_make_app, options, wanted)
    folder = Directory(path, make_app, lists=options.lists, not_found=options.not_found)
    return OpenSite(folder.folder, folder, folder.close, warm_up=_warm_up)


def _publish(
    app: Flask, repository: Repository, options: SiteOptions
) -> Callable[[], None]:
    """Begin to publish the chat; returns what ends that, and closes the file."""
    from repoweb.chat.blueprint import chat_of
    from repoweb.chat.publishing import Publisher
    from repoweb.chat.subscribing import PUBLISHER, SUBSCRIBE_URL

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


def _warm_up(app: Flask | None = None) -> threading.Thread:
    from repoweb.web.warmup import warm_up, warm_up_markup

    return warm_up(app) if app else warm_up_markup()


def _make_app(
    options: SiteOptions, wanted: str | None, repository: Repository
) -> Flask:
    app = create_app(repository, path=wanted)
    keep_compiled(app)
    app.config["HSTS"] = options.hsts
    app.config["POLL_SECONDS"] = options.poll_seconds
    app.config["STREAMS"] = options.streams
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    return app

"""What a server does before somebody asks, so that nobody waits for it later."""

import logging
import mimetypes
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from flask import Flask

from repoweb.errors import RepowebError
from repoweb.repository import names
from repoweb.repository.ages import MOST_DATED, last_changes
from repoweb.repository.files import files_of
from repoweb.repository.repository import Repository
from repoweb.web.markup import MIMETYPES, render
from repoweb.web.markup.links import Links
from repoweb.web.site import EXTENSION
from repoweb.web.source import can_colour

log = logging.getLogger(__name__)

_ENDINGS = 12
"""Kinds of files, the commonest ones, whose languages are learned."""

_SAMPLE = "See [this](there), https://example.org and\n\n```sh\nls\n```\n"
"""Markup whose rendering makes ready what most texts need."""

_TURN = 0.0005
"""Seconds after which requests get their turn; Python's own are ten times as many."""


def warm_up(app: Flask) -> threading.Thread:
    """Compile the templates in a thread of its own, while the server serves already.

    Then read the newest check-in, and learn the languages of its files.
    """
    return _start(_prepare, app)


def warm_up_markup() -> threading.Thread:
    """Do the part of it that needs no application."""
    return _start(_prepare_markup)


def _start(work: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name="warm-up", daemon=True)
    thread.start()
    return thread


def _prepare_markup() -> None:
    for mimetype in MIMETYPES:
        render(_SAMPLE, mimetype, Links())


def _prepare(app: Flask) -> None:
    with _short_turns():
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        try:
            learn_tip(app.extensions[EXTENSION].repository)
        except RepowebError as error:
            log.info("%s", error)  # whoever asks for its pages is told
        mimetypes.init()
        _prepare_markup()  # last, for languages drive patterns out of `re`


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let those who wait for Python wait less; each call of SQLite waits again."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def learn_tip(repository: Repository) -> list[str]:
    """Read the files of the newest check-in, and who changed them last.

    Returns:
        The commonest endings of the files, whose languages are learned.
    """
    with repository.reading() as db:
        tip = names.find(db, "tip", "ci")
        if not tip:
            return []
        files = files_of(db, tip)
        if len(files) <= MOST_DATED:
            last_changes(db, tip, files)
    found = Counter(PurePosixPath(card.name).suffix for card in files)
    endings = [ending for ending, _ in found.most_common(_ENDINGS) if ending]
    return [ending for ending in endings if can_colour(f"x{ending}")]

"""The site and the database connection of the request that is being served."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import cast

from flask import Flask, current_app, g, request

from repoweb.repository.repository import Repository
from repoweb.web.site import EXTENSION, Site


def site() -> Site:
    """Return the site of the current application."""
    return cast("Site", current_app.extensions[EXTENSION])


def repository() -> Repository:
    """Return the repository of the current application."""
    return site().repository


def database() -> sqlite3.Connection:
    """Return this request's read-only connection; it goes back at the end.

    What it recalls is as of now, or of the request's own last commit.
    """
    if "reading" not in g:
        with ExitStack() as stack:
            db = stack.enter_context(repository().reading())
            db.remember()
            g.database, g.reading = db, stack.pop_all()
    return cast("sqlite3.Connection", g.database)


@contextmanager
def snapshot() -> Iterator[sqlite3.Connection]:
    """Read several things as of one moment. Briefly: it holds up who would write."""
    db = database()
    db.execute("BEGIN")
    try:
        yield db
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def init_app(app: Flask) -> None:
    """Prepare the tables before a request, and end its reading after it."""

    @app.before_request
    def prepare() -> None:
        if request.endpoint != "static":
            database()  # which sees whether another file lies at the path
            if not site().is_prepared:
                _end_reading()
                site().prepare()

    @app.teardown_request
    def end_reading(_error: BaseException | None) -> None:
        _end_reading()


def _end_reading() -> None:
    reading = g.pop("reading", None)
    if reading is not None:
        reading.close()

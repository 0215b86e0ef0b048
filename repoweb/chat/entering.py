"""What is due before messages are read: tables, purge, and the robot's news."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from repoweb.chat import attachments, robot, schema, tokens
from repoweb.chat.blueprint import chat
from repoweb.chat.purge import Rule, count_old, purge
from repoweb.chat.tables import INSIDERS, Tables
from repoweb.errors import RepowebError
from repoweb.repository.errors import RepositoryError, RepositoryReadOnly
from repoweb.web.current import database, repository, snapshot

log = logging.getLogger(__name__)


class NotIndexed(RepowebError):
    """The file cannot be written, and its search index does not fit its messages."""

    def __init__(self) -> None:
        super().__init__("The repository is read-only, and its index cannot be mended.")


def make_ready() -> None:
    """Make or migrate the tables, if that is needed."""
    if not schema.is_ready(database()):
        with repository().writing() as db:
            schema.make_ready(db)


def readable() -> Tables:
    """Make the tables ready, and tell which to read.

    The messages of a file that cannot be written are read as they are.
    """
    try:
        make_ready()
    except RepositoryReadOnly:
        return schema.as_they_are(database())
    return INSIDERS


@contextmanager
def indexed() -> Iterator[sqlite3.Connection]:
    """Lend a connection on which the search index is whole until the end.

    Fossil 2.21 does not keep the index, and `fossil rebuild` drops it.

    Raises:
        NotIndexed: it cannot be made whole.
    """
    with snapshot() as db:
        if schema.index_is_in_step(db):
            yield db
            return
    if not repository().is_writable():
        raise NotIndexed
    with repository().writing() as db:
        schema.make_ready(db)
        yield db


def enter() -> Tables:
    """Do what is due when somebody comes in; who cannot write, can still read."""
    of = readable()
    if of is INSIDERS:
        try:
            _keep_house()
        except RepositoryError as error:
            log.warning("the chat cannot be looked after: %s", error)
    return of


def _keep_house() -> None:
    rule = Rule.read(database())
    if _is_something_due(rule):
        with repository().writing() as db:
            schema.make_ready(db)
            purge(db, rule)
            tokens.revoke_lost(db)
            attachments.measure_new(db)
    if robot.catch_up(repository()):
        chat().hub.announce()


def _is_something_due(rule: Rule) -> bool:
    db = database()
    in_step = schema.index_is_in_step(db)
    return bool(
        not in_step
        or count_old(db, rule)
        or attachments.unmeasured(db)
        or tokens.have_lost_users(db)
    )

"""What is due before messages are read: tables, purge, and the robot's news."""

import logging

from repoweb.chat import robot, schema
from repoweb.chat.blueprint import chat
from repoweb.chat.purge import Rule, count_old, purge
from repoweb.repository.errors import RepositoryError
from repoweb.web.current import database, repository

log = logging.getLogger(__name__)


def make_ready() -> None:
    """Make or migrate the tables, if that is needed."""
    if not schema.is_ready(database()):
        with repository().writing() as db:
            schema.make_ready(db)


def make_searchable() -> None:
    """Mend the search index, which fossil 2.21 does not keep."""
    make_ready()
    if schema.index_is_in_step(database()):
        return
    try:
        with repository().writing() as db:
            schema.make_ready(db)
    except RepositoryError as error:
        log.warning("the index of the chat cannot be mended: %s", error)


def enter() -> None:
    """Do what is due when somebody comes in; who cannot write, can still read."""
    make_ready()
    try:
        _keep_house()
    except RepositoryError as error:
        log.warning("the chat cannot be looked after: %s", error)


def _keep_house() -> None:
    rule = Rule.read(database())
    if count_old(database(), rule) or not schema.index_is_in_step(database()):
        with repository().writing() as db:
            schema.make_ready(db)
            purge(db, rule)
    if robot.catch_up(repository()):
        chat().hub.announce()

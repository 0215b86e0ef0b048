"""What is due before messages are read: tables, purge, and the robot's news."""

from repoweb.chat import robot, schema
from repoweb.chat.blueprint import chat
from repoweb.chat.purge import Rule, count_old, purge
from repoweb.web.current import database, repository


def make_ready() -> None:
    """Make or migrate the tables, if that is needed."""
    if not schema.is_ready(database()):
        with repository().writing() as db:
            schema.make_ready(db)


def enter() -> None:
    """Do what is due when somebody comes in."""
    make_ready()
    rule = Rule.read(database())
    if count_old(database(), rule) or not schema.index_is_in_step(database()):
        with repository().writing() as db:
            schema.make_ready(db)
            purge(db, rule)
    if robot.catch_up(repository()):
        chat().hub.announce()

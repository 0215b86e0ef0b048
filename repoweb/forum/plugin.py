"""What the forum adds to the site."""

from repoweb.forum import errors, feed, views, writing
from repoweb.forum.blueprint import pages
from repoweb.forum.reading import SCHEMA
from repoweb.forum.settings import SETTINGS
from repoweb.plugin import MenuEntry, Plugin

plugin = Plugin(
    name="forum",
    blueprint=pages,
    menu=(MenuEntry("Forum", "/forum", "2"),),
    settings=SETTINGS,
    schema=SCHEMA,
)

VIEWS = (views, writing, feed, errors)
"""Importing these modules has put their views on the blueprint."""

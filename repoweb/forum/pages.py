"""The forum's blueprint, with all its pages."""

from repoweb.forum import errors, feed, views, writing
from repoweb.forum.blueprint import pages

__all__ = ["pages"]

VIEWS = (errors, feed, views, writing)
"""Importing these modules has put their views on the blueprint."""

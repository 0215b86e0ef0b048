"""The wiki's blueprint, with all its pages."""

from repoweb.wiki import editing, views
from repoweb.wiki.blueprint import pages

__all__ = ["pages"]

VIEWS = (editing, views)
"""Importing these modules has put their views on the blueprint."""

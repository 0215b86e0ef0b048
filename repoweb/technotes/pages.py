"""The blueprint of technotes, with all its pages."""

from repoweb.technotes import editing, views
from repoweb.technotes.blueprint import pages

__all__ = ["pages"]

VIEWS = (editing, views)
"""Importing these modules has put their views on the blueprint."""

"""The blueprint of the search, with all its pages."""

from repoweb.search import admin
from repoweb.search.views import pages

__all__ = ["pages"]

VIEWS = (admin,)
"""Importing these modules has put their views on the blueprint."""

"""The blueprint of the administration, with all its pages."""

from repoweb.admin import users
from repoweb.admin.views import pages

__all__ = ["pages"]

VIEWS = (users,)
"""Importing these modules has put their views on the blueprint."""

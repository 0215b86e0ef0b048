"""The blueprint of tickets, with all its pages."""

from repoweb.tickets import editing, formats, reports, views
from repoweb.tickets.blueprint import pages

__all__ = ["pages"]

VIEWS = (editing, formats, reports, views)
"""Importing these modules has put their views on the blueprint."""

"""The blueprint of the timeline, with all its pages."""

from repoweb.timeline import branches, reports, views
from repoweb.timeline.blueprint import pages

__all__ = ["pages"]

VIEWS = (branches, reports, views)
"""Importing these modules has put their views on the blueprint."""

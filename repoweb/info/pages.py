"""The blueprint of the pages about one artifact, with all of them."""

from repoweb.info import checkin, chunks, differences, views
from repoweb.info.blueprint import pages

__all__ = ["pages"]

VIEWS = (checkin, chunks, differences, views)
"""Importing these modules has put their views on the blueprint."""

"""The blueprint of the pages of files, with all of them."""

from repoweb.files import (
    archives,
    attachments,
    contents,
    documents,
    downloads,
    folders,
    histories,
    raw,
)
from repoweb.files.blueprint import pages

__all__ = ["pages"]

VIEWS = (
    *(archives, attachments, contents, documents, downloads, folders, histories),
    raw,
)
"""Importing these modules has put their views on the blueprint."""

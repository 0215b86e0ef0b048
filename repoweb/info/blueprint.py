"""The blueprint of the pages about one artifact, check-in or difference."""

from flask import Blueprint

pages = Blueprint("info", __name__)

"""The blueprint of the timeline and the pages around it."""

from flask import Blueprint

pages = Blueprint("timeline", __name__)

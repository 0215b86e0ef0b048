"""The forum's blueprint."""

from flask import Blueprint

pages = Blueprint("forum", __name__)

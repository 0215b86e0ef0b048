"""The technotes' blueprint."""

from flask import Blueprint

pages = Blueprint("technotes", __name__)

"""The wiki's blueprint."""

from flask import Blueprint

pages = Blueprint("wiki", __name__)

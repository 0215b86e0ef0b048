"""The tickets' blueprint."""

from flask import Blueprint

pages = Blueprint("tickets", __name__)

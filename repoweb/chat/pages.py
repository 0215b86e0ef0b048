"""The chat's blueprint, with all its pages and those of the rooms."""

from repoweb.chat import admin, downloads, errors, streams, subscribing, views
from repoweb.chat.blueprint import pages
from repoweb.chat.rooms import admin as room_admin
from repoweb.chat.rooms import archive_views, chaton, hchatd, status
from repoweb.chat.rooms import errors as room_errors
from repoweb.chat.rooms import views as room_views
from repoweb.chat.rooms.blueprint import pages as room_pages

__all__ = ["pages"]

VIEWS = (views, streams, downloads, errors, subscribing, admin)
ROOM_VIEWS = (
    room_views,
    hchatd,
    chaton,
    archive_views,
    status,
    room_errors,
    room_admin,
)
"""Importing these modules has put their views on the blueprints."""

pages.register_blueprint(room_pages)

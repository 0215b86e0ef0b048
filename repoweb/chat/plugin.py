"""What the chat adds to the site."""

from repoweb.chat import admin, downloads, errors, streams, subscribing, views
from repoweb.chat.blueprint import pages
from repoweb.chat.commands import chat_commands
from repoweb.chat.reading import unread_mark
from repoweb.chat.rooms import admin as room_admin
from repoweb.chat.rooms import archive_views, chaton, hchatd, status
from repoweb.chat.rooms import errors as room_errors
from repoweb.chat.rooms import views as room_views
from repoweb.chat.rooms.blueprint import pages as room_pages
from repoweb.chat.rooms.commands import rooms_commands
from repoweb.chat.rooms.schema import ROOMS
from repoweb.chat.rooms.settings import SETTINGS as ROOM_SETTINGS
from repoweb.chat.settings import SETTINGS
from repoweb.chat.tokens import TOKENS
from repoweb.plugin import MenuEntry, Plugin

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

plugin = Plugin(
    name="chat",
    blueprint=pages,
    menu=(
        MenuEntry("Chat", "/chat", "C", "Talk with the other insiders", unread_mark),
    ),
    sitemap=(
        MenuEntry("Today in the chat", "/chat?d=today", "C", "To be read and printed"),
    ),
    admin=(
        MenuEntry(
            "Chat",
            "/Admin/Chat",
            "s",
            "How long messages are kept, who may chat, and who is there.",
        ),
        MenuEntry(
            "Chat rooms",
            "/Admin/Chat/Rooms",
            "s",
            "Further rooms, for guests or with an archive for everybody.",
        ),
    ),
    settings=(*SETTINGS, *ROOM_SETTINGS),
    schema=ROOMS,
    commands=(chat_commands, rooms_commands),
    tokens=TOKENS,
)

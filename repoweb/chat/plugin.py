"""What the chat adds to the site."""

from repoweb.chat import admin, downloads, errors, streams, views
from repoweb.chat.blueprint import pages
from repoweb.chat.commands import chat_commands
from repoweb.chat.reading import unread_mark
from repoweb.chat.settings import SETTINGS
from repoweb.chat.tokens import TOKENS
from repoweb.plugin import MenuEntry, Plugin

VIEWS = (views, streams, downloads, errors, admin)
"""Importing these modules has put their views on the blueprint."""

plugin = Plugin(
    name="chat",
    blueprint=pages,
    menu=(
        MenuEntry("Chat", "/chat", "C", "Talk with the other insiders", unread_mark),
    ),
    admin=(
        MenuEntry(
            "Chat",
            "/Admin/Chat",
            "s",
            "How long messages are kept, who may chat, and who is there.",
        ),
    ),
    settings=SETTINGS,
    commands=(chat_commands,),
    tokens=TOKENS,
)

"""What the chat adds to the site."""

from repoweb.chat import admin, downloads, errors, subscribing, views
from repoweb.chat.blueprint import pages
from repoweb.chat.commands import chat_commands
from repoweb.chat.settings import SETTINGS
from repoweb.plugin import MenuEntry, Plugin

VIEWS = (views, downloads, errors, subscribing, admin)
"""Importing these modules has put their views on the blueprint."""

plugin = Plugin(
    name="chat",
    blueprint=pages,
    menu=(MenuEntry("Chat", "/chat", "C", "Talk with the other insiders"),),
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
)

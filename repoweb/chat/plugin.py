"""What the chat adds to the site."""

from repoweb.chat.rooms.schema import ROOMS
from repoweb.chat.rooms.settings import SETTINGS as ROOM_SETTINGS
from repoweb.chat.settings import SETTINGS
from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="chat",
    blueprint=LateBlueprint(
        "repoweb.chat.pages:pages",
        "/chat /chat-poll /chat-poll/<name> /chat-stream /chat-stream/<name>"
        " /chat-query /chat-fetch-one /chat-fetch-one/<name> /chat-download"
        " /chat-download/<path:name> /chat-delete /chat-delete/<name> /chat-backup"
        " /chat-subscribe-auth /Admin/Chat /Admin/Chat/effect /setup_chat /chatrooms"
        " /chat_create /chat/<room> /chat/<room>/ /chat/<room>/chat-poll"
        " /chat/<room>/chat-poll/<name> /chat/<room>/chat-query"
        " /chat/<room>/chat-fetch-one/<name> /chat/<room>/a /chat/<room>/a/<path:name>"
        " /chat/<room>/search /chat/<room>/b /chat/<room>/b.svg /chat/<room>/icon.svg"
        " /chat/<room>/var/<name> /chat/<room>/comet /msg/<room>/<number>"
        " /Admin/Chat/Rooms /Admin/Chat/Rooms/edit",
        takes="/chat-send /chat/<room>/chat-send /chat/<room>/chat-delete"
        " /chat/<room>/chat-delete/<name> /chat/<room>/apilogin /chat/<room>/post"
        " /send/<room>",
    ),
    menu=(
        MenuEntry(
            "Chat",
            "/chat",
            "C",
            "Talk with the other insiders",
            "repoweb.chat.reading:unread_mark",
        ),
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
    commands=(
        "repoweb.chat.commands:chat_commands",
        "repoweb.chat.rooms.commands:rooms_commands",
    ),
    tokens="repoweb.chat.tokens:TOKENS",
)

"""Settings of the rooms together, at /Admin/Chat/Rooms."""

from repoweb.plugin import Setting

PAGE = "Admin/Chat/Rooms"

EVERYBODY, LOGGED_IN, NOBODY_MAY = "*", "L", ""
"""Capability expressions: whoever has the link, whoever is logged in, and nobody."""

WHO_CREATES = Setting(
    "fx-chatroom-create",
    "Who may make rooms",
    "At /chatrooms, besides the administrators. Such a room has an address that"
    " nobody can guess.",
    NOBODY_MAY,
    PAGE,
    choices=(
        (NOBODY_MAY, "Nobody else"),
        ("C", "Users who may chat"),
        (LOGGED_IN, "Whoever is logged in"),
        (EVERYBODY, "Everybody, guests included"),
    ),
)
KEEP_DAYS = Setting(
    "fx-chatroom-keep-days",
    "Days to keep messages in rooms that others made",
    "As in the chat, 0 keeps them for ever. An administrator can change it for"
    " each room.",
    7.0,
    PAGE,
    minimum=0,
)
MOST_ROOMS = Setting(
    "fx-chatroom-max",
    "Most rooms",
    "So many rooms there may be, all together.",
    50,
    PAGE,
    minimum=1,
    maximum=500,
)
SETTINGS = (WHO_CREATES, KEEP_DAYS, MOST_ROOMS)

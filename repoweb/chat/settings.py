"""The settings of the chat, at /Admin/Chat. Those without `fx-` are Fossil's."""

from repoweb.plugin import Setting

PAGE = "Admin/Chat"
MIB = 1024 * 1024

INITIAL_HISTORY = Setting(
    "chat-initial-history",
    "Initial history",
    "How many messages the page shows at first. 0 shows all.",
    50,
    PAGE,
    minimum=0,
    maximum=10_000,
)
KEEP_COUNT = Setting(
    "chat-keep-count",
    "Messages always kept",
    "So many of the newest messages stay, however old they are."
    " (Fossil's own purge keeps one more.)",
    50,
    PAGE,
    minimum=0,
    maximum=1_000_000,
)
KEEP_DAYS = Setting(
    "chat-keep-days",
    "Days to keep messages",
    "Older messages are deleted for good when somebody writes or enters."
    " Fractions are allowed; 0 or less keeps all for ever. (Fossil's own purge,"
    " when a fossil server runs on the same file, takes 0 for “at once”.)",
    7.0,
    PAGE,
)
POLL_TIMEOUT = Setting(
    "chat-poll-timeout",
    "Poll timeout in seconds",
    "How long a browser waits for a message before it asks again. Less than the"
    " timeout of a proxy in between.",
    420,
    PAGE,
    minimum=1,
    maximum=3600,
)
INLINE_IMAGES = Setting(
    "chat-inline-images",
    "Show images",
    "Whether pictures are shown in the chat, or only linked.",
    True,
    PAGE,
)
ALERT_SOUND = Setting(
    "chat-alert-sound",
    "Alert sound",
    "The sound of Fossil's own chat page for a new message.",
    "alerts/plunk.wav",
    PAGE,
    choices=(
        ("alerts/plunk.wav", "Plunk"),
        ("alerts/bflat3.wav", "Tone 1"),
        ("alerts/bflat2.wav", "Tone 2"),
        ("alerts/bloop.wav", "Bloop"),
    ),
)
TIMELINE_USER = Setting(
    "chat-timeline-user",
    "Timeline robot",
    "Check-ins and other events are announced in the chat under this name, which"
    " should not be a user's. Suggested: chat-robot. Empty: none are.",
    "",
    PAGE,
)
MAX_FILE = Setting(
    "fx-chat-max-file",
    "Largest attachment, in MiB",
    "Larger files are refused before they are sent.",
    10.0,
    PAGE,
    minimum=0,
    maximum=99,
)
MAX_TEXT = Setting(
    "fx-chat-max-text",
    "Longest message, in characters",
    "Longer texts can be attached as a file.",
    40_000,
    PAGE,
    minimum=100,
    maximum=200_000,
)
PER_MINUTE = Setting(
    "fx-chat-per-minute",
    "Messages a minute",
    "How many messages one user, or his programs, may send within a minute; the page"
    " sends further ones as soon as there is room. 0 sets no limit, as Fossil does.",
    600,
    PAGE,
    minimum=0,
    maximum=1_000_000,
)
STREAMS = Setting(
    "fx-chat-streams",
    "Streams",
    "Whether the page listens to a stream, which costs the server less than asking"
    " again for each message. It finds out by itself where a proxy lets none through.",
    True,
    PAGE,
)

SETTINGS = (
    INITIAL_HISTORY,
    KEEP_COUNT,
    KEEP_DAYS,
    POLL_TIMEOUT,
    INLINE_IMAGES,
    ALERT_SOUND,
    TIMELINE_USER,
    MAX_FILE,
    MAX_TEXT,
    PER_MINUTE,
    STREAMS,
)

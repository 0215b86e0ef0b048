"""In what forms the guests' protocols want messages."""

from dataclasses import dataclass
from enum import Enum

from repoweb.chat.render import Form


class Style(Enum):
    """How Chaton's answers are written; the value is the content type."""

    SEXPR = "application/x-sexpr"
    JSON = "application/json"


@dataclass(frozen=True)
class ChatonForm(Form):
    """What a client of Chaton wants.

    Args:
        style: how the packet is written.
    """

    style: Style = Style.SEXPR


@dataclass(frozen=True)
class NumberForm(Form):
    """What a client of hchatd waits for: the post with a number."""

    seq: int = 0

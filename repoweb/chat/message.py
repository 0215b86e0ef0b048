"""A message, as it is stored and as it comes in."""

from typing import IO, NamedTuple


class Message(NamedTuple):
    """A row of the table `chat`, without the bytes of its attachment.

    Args:
        time: when it was stored, `YYYY-MM-DDTHH:MM:SSZ`.
        local_time: the sender's clock, `YYYY-MM-DDTHH:MM:SS`, if he told.
        poster: the login, or None in some old rows.
        size: of the attachment in bytes; 0 without one.
        deletes: the number of the message whose deletion this row tells.
        key: what the sender's page made up to recognise it, for a day.
        width, height: of a picture in pixels, or None.
        lines: of an attached text, or None.
    """

    msgid: int
    time: str
    local_time: str | None
    poster: str | None
    text: str
    size: int
    file_name: str | None
    file_type: str | None
    deletes: int | None
    key: str | None
    width: int | None = None
    height: int | None = None
    lines: int | None = None


class Upload(NamedTuple):
    """An attachment that comes in, as a file that lies on disk or in memory."""

    name: str
    mimetype: str
    size: int
    file: IO[bytes]


class NewMessage(NamedTuple):
    """A message that somebody sends."""

    poster: str
    text: str
    local_time: str | None = None
    key: str | None = None
    upload: Upload | None = None

"""The names of the tables in which a room's messages are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tables:
    """The tables of one room. Each function of the store takes them as `of`.

    Args:
        messages: rows as in Fossil's table `chat`.
        index: the full-text index over them.
        keys: what the senders' pages made up to recognise their messages.
        files: what attachments measure.
        numbered: SQLite remembers the highest number that a message had.
    """

    messages: str
    index: str
    keys: str
    files: str
    numbered: bool = True


INSIDERS = Tables("chat", "chatfts1", "fx_chatkey", "fx_chatfile")
"""Fossil's own chat room."""

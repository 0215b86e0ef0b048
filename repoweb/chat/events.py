"""Server-Sent Events, as the HTML standard (9.2) defines them."""

import random

PULSE = b":\n\n"
"""A comment, which keeps a quiet connection alive."""

TYPE = "text/event-stream"

_RETRY_MS = (1000, 3000)
"""Clients come back after so many milliseconds, not all in the same moment."""


def event(body: bytes, cursor: int | None = None) -> bytes:
    """Write an event.

    Args:
        body: JSON, whose line ends stand between its parts only.
        cursor: what a client that comes back sends as Last-Event-ID.
    """
    name = b"" if cursor is None else b"id: %d\n" % cursor
    return b"%bdata: %b\n\n" % (name, body.replace(b"\n", b""))


def first_event(body: bytes, cursor: int) -> bytes:
    """Write the first event of a stream, which tells when to come back."""
    return b"retry: %d\n" % random.randint(*_RETRY_MS) + event(body, cursor)  # noqa: S311

"""How a thread tells that it waits, so that another one may work meanwhile.

Python runs one thread at a time. A server does best with one busy thread, and more
only while that one waits for a disk or a lock. Any layer may say so with `idle`;
whoever runs threads and wants to know gives them an `Employer`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Employer(Protocol):
    """Who runs a thread, and has others."""

    def rest(self) -> None:
        """The calling thread waits from now on."""

    def resume(self) -> None:
        """The calling thread goes on."""


class _Thread(threading.local):
    employer: Employer | None = None


_thread = _Thread()


def employ(employer: Employer) -> None:
    """Let the calling thread tell an employer when it waits."""
    _thread.employer = employer


@contextmanager
def idle() -> Iterator[None]:
    """Wait within; without an employer that is nobody's business."""
    employer = _thread.employer
    if employer is None:
        yield
        return
    employer.rest()
    try:
        yield
    finally:
        employer.resume()

"""Where the logs go: standard error, or files that may be rotated."""

import logging
from pathlib import Path

_ACCESS = "repoweb.access"
_EVENTS = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to_stderr(*, quiet: bool) -> None:
    """Write both logs to standard error; no access log if quiet."""
    _set_up(logging.StreamHandler(), logging.StreamHandler(), quiet=quiet)


def log_to(access: Path | None, errors: Path | None, *, quiet: bool) -> None:
    """Write the logs to files, or to standard error where there is none.

    A file that was renamed or removed is opened anew with the next line.
    """
    _set_up(_handler(access), _handler(errors), quiet=quiet and access is None)


def _handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.StreamHandler()
    from logging.handlers import WatchedFileHandler

    return WatchedFileHandler(path, encoding="utf-8", errors="backslashreplace")


def _set_up(visits: logging.Handler, events: logging.Handler, *, quiet: bool) -> None:
    visits.setFormatter(logging.Formatter("%(message)s"))
    access = logging.getLogger(_ACCESS)
    access.addHandler(visits)
    access.propagate = False
    access.setLevel(logging.WARNING if quiet else logging.INFO)
    events.setFormatter(logging.Formatter(_EVENTS))
    logging.basicConfig(handlers=[events])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)

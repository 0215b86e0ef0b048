"""The control file of a CGI script, as Fossil has it: `key: value` in each line."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from repoweb.errors import RepowebError
from repoweb.operating.options import SiteOptions

TIMEOUT_SECONDS = 600
IDLE_SECONDS = 600
"""How long a resident server stays when nobody asks for anything."""


class BadControlFile(RepowebError):
    """A control file cannot be used; names it and says why."""


@dataclass
class Control:
    """What a control file says.

    Args:
        site: the repository, or the folder of repositories.
        not_found: the address to go to for what is not in the folder, or "".
        lists: whether the bare folder is a list of its repositories.
        environment: variables to set, or with None to remove.
        error_log: the file for warnings and errors.
        timeout: seconds after which a request is given up.
        is_resident: whether a server may stay and wait for the next request.
        idle_seconds: how long it stays without one.
        poll_seconds: how long a poll of the chat may wait.
    """

    site: Path = field(default_factory=Path)
    not_found: str = ""
    lists: bool = False
    environment: dict[str, str | None] = field(default_factory=dict)
    error_log: Path | None = None
    timeout: int = TIMEOUT_SECONDS
    is_resident: bool = True
    idle_seconds: int = IDLE_SECONDS
    poll_seconds: int = 20


def read_control(path: Path) -> Control:
    """Read a control file; as in Fossil, keys that mean nothing here are skipped.

    Raises:
        BadControlFile: it cannot be read, or names nothing to serve.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise BadControlFile(message) from error
    control, has_site = Control(), False
    for number, line in enumerate(text.splitlines(), 1):
        key, _, value = (part.strip() for part in line.partition(":"))
        if key.startswith("#") or key not in _KEYS:
            continue
        try:
            _KEYS[key](control, value)
        except ValueError as error:
            message = f"{path}, line {number}: {key}: {error}"
            raise BadControlFile(message) from error
        has_site = has_site or key in _SITES
    if not has_site:
        message = f"{path}: has neither a line repository: nor directory:"
        raise BadControlFile(message)
    return control


def write_control(path: Path, program: Path, site: Path) -> None:
    """Write a control file that a web server can start as a CGI script.

    Raises:
        BadControlFile: something lies there already, or it cannot be written.
    """
    key = "directory" if site.is_dir() else "repository"
    text = f"#!{program}\n{key}: {site.absolute()}\n"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        path.chmod(0o755)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise BadControlFile(message) from error


def options_of(control: Control) -> SiteOptions:
    """Return what a control file decides for its repositories."""
    return SiteOptions(
        poll_seconds=control.poll_seconds,
        streams=False,
        lists=control.lists,
        not_found=control.not_found,
    )


def set_environment(control: Control) -> None:
    """Set and remove variables as the control file says."""
    for name, value in control.environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _set_site(control: Control, value: str) -> None:
    if not value:
        message = "a path is missing"
        raise ValueError(message)
    control.site = Path(value)


def _set_variable(control: Control, value: str) -> None:
    name, _, text = value.partition(" ")
    if name:
        control.environment[name] = text.strip() or None


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value)):
        message = f"{value!r} is not a number of seconds"
        raise ValueError(message)
    return int(value)


def _yes_or_no(value: str) -> bool:
    if value not in {"yes", "no"}:
        message = f"{value!r} is neither yes nor no"
        raise ValueError(message)
    return value == "yes"


_SITES = ("repository", "directory")
_KEYS: dict[str, Callable[[Control, str], None]] = {
    "repository": _set_site,
    "directory": _set_site,
    "notfound": lambda c, v: setattr(c, "not_found", v),
    "repolist": lambda c, _: setattr(c, "lists", True),
    "setenv": _set_variable,
    "HOME": lambda c, v: c.environment.update(HOME=v),
    "errorlog": lambda c, v: setattr(c, "error_log", Path(v)),
    "timeout": lambda c, v: setattr(c, "timeout", _number(v)),
    "resident": lambda c, v: setattr(c, "is_resident", _yes_or_no(v)),
    "idle": lambda c, v: setattr(c, "idle_seconds", _number(v)),
    "poll": lambda c, v: setattr(c, "poll_seconds", _number(v)),
}

"""The access log, in the combined format that web servers write."""

import logging
import re
import time
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("repoweb.access")

LOGIN_KEY = "repoweb.login"
"""Key of the WSGI environment in which the application tells who is logged in."""

_SECRETS = re.compile(r"([?&](?:token|p|n1|n2)=)[^& ]*")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f"\\]')


@dataclass(frozen=True, slots=True)
class Visit:
    """What the log says of a request; kept while the request waits."""

    address: str
    login: str
    request: str
    referer: str
    agent: str

    @classmethod
    def of(cls, task: Any) -> "Visit":  # noqa: ANN401 - waitress has no types
        """Note what a task's request was."""
        request = task.request
        environ = getattr(task, "environ", None) or {}
        uri = getattr(request, "request_uri", "-")
        line = f"{getattr(request, 'command', '-')} {uri} HTTP/{request.version}"
        return cls(
            str(environ.get("REMOTE_ADDR") or task.channel.addr[0]),
            _clean(str(environ.get(LOGIN_KEY) or "-").replace(" ", "_")),
            _clean(line),
            _clean(request.headers.get("REFERER", "-")),
            _clean(request.headers.get("USER_AGENT", "-")),
        )

    def log(self, status: str, size: int) -> None:
        """Write the line: status as in "200 OK", size of the body in bytes."""
        log.info(
            '%s - %s [%s] "%s" %s %d "%s" "%s"',
            self.address,
            self.login,
            time.strftime("%d/%b/%Y:%H:%M:%S %z"),
            self.request,
            status[:3],
            size,
            self.referer,
            self.agent,
        )


def is_on() -> bool:
    """Whether anybody reads the log."""
    return log.isEnabledFor(logging.INFO)


def _clean(text: str) -> str:
    """Take out secrets, and what could pass for another line or command a terminal."""
    public = _SECRETS.sub(r"\1***", text)
    return _UNSAFE.sub(lambda found: f"\\x{ord(found[0]):02x}", public)

"""SCGI on the same server: another parser, another status line, one request each.

A web server connects, sends one request and reads the answer until we close. All
that HTTP has, SCGI has too: parking, threads, limits, bodies in temporary files.
"""

from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.utilities import (
    BadRequest,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
)

from repoweb.serving.cgi_path import NoSuchPlace, Place, locate
from repoweb.serving.channel import Channel
from repoweb.serving.scgi_head import BadScgi, HeadTooLarge, body_length, split_head
from repoweb.serving.task import FailedTask, Task

_PASSED_ON = (
    *("AUTH_TYPE", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTPS", "QUERY_STRING"),
    *("REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER", "REQUEST_METHOD"),
    *("REQUEST_URI", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL"),
)
_REFUSED = frozenset({"PROXY", "TRANSFER_ENCODING", "CONNECTION"})
"""Headers that mean nothing here; Proxy would become a setting of programs."""

_CLOSE = b"\r\nConnection: close"


class ScgiParser(HTTPRequestParser):  # type: ignore[misc]
    """One SCGI request, with the attributes of waitress's parser of HTTP."""

    completed: bool
    command = "GET"
    path = "/"
    query = ""
    request_uri = "-"
    url_scheme = "http"
    script = ""

    def __init__(self, adj: Any) -> None:  # noqa: ANN401 - waitress has no types
        super().__init__(adj)
        self.variables: dict[str, str] = {}
        self._head = b""

    def received(self, data: bytes) -> int:
        """Take input; what follows the body belongs to nobody and is dropped."""
        if self.completed:
            return len(data)
        if self.body_rcv is not None:
            self.body_rcv.received(data)
            self.completed = bool(self.body_rcv.completed)
            return len(data)
        self._head += data
        try:
            self._begin()
        except HeadTooLarge as error:
            self._fail(RequestHeaderFieldsTooLarge(str(error)))
        except (BadScgi, NoSuchPlace) as error:
            self._fail(BadRequest(str(error)))
        return len(data)

    def _begin(self) -> None:
        split = split_head(self._head, self.adj.max_request_header_size)
        if split is None:
            return
        self.variables, end = split
        body, self._head = self._head[end:], b""
        self.headers_finished = True
        self._understand()
        self.content_length = body_length(self.variables)
        if self.content_length >= self.adj.max_request_body_size:
            message = f"exceeds max_body of {self.adj.max_request_body_size}"
            self._fail(RequestEntityTooLarge(message))
        elif self.content_length:
            buffer = OverflowableBuffer(self.adj.inbuf_overflow)
            self.body_rcv = FixedStreamReceiver(self.content_length, buffer)
            self.received(body)
        else:
            self.completed = True

    def _understand(self) -> None:
        """Set what waitress, the log and the application ask for."""
        variables = self.variables
        self.headers = _headers(variables)
        self.command = variables.get("REQUEST_METHOD", "GET")
        self.query = variables.get("QUERY_STRING", "")
        self.request_uri = variables.get("REQUEST_URI", "-")
        self.version = variables.get("SERVER_PROTOCOL", "HTTP/1.0")[5:]
        secure = variables.get("HTTPS", "").lower() in {"on", "1"}
        self.url_scheme = "https" if secure else "http"
        place: Place = locate(variables, self.adj.url_prefix)
        self.script, self.path = place

    def _fail(self, error: Any) -> None:  # noqa: ANN401 - waitress has no types
        self.error = error
        self.completed = True


def _headers(variables: dict[str, str]) -> dict[str, str]:
    """Collect the client's headers, by waitress's names for them."""
    headers = {
        name.removeprefix("HTTP_"): value
        for name, value in variables.items()
        if name.startswith("HTTP_")
    }
    return {name: value for name, value in headers.items() if name not in _REFUSED}


class _Scgi:
    """What tasks of SCGI share; mixed into those of HTTP."""

    channel: Any
    request: Any
    version: str

    def __init__(self, channel: Any, request: Any) -> None:  # noqa: ANN401
        super().__init__(channel, request)  # type: ignore[call-arg]
        self.version = "1.0"  # so that nothing is chunked and the end is the end

    def build_response_header(self) -> bytes:
        """Build it as CGI has it: a status in place of the first line."""
        header: bytes = super().build_response_header()  # type: ignore[misc]
        first, _, rest = header.replace(_CLOSE, b"", 1).partition(b"\r\n")
        return b"Status: " + first.split(b" ", 1)[1] + b"\r\n" + rest


class ScgiTask(_Scgi, Task):
    """A request for the application."""

    def get_environment(self) -> dict[str, Any]:
        """Take the variables for what they say, and no others."""
        environ = super().get_environment()
        variables = self.request.variables
        environ |= {name: variables[name] for name in _PASSED_ON if name in variables}
        environ["SCRIPT_NAME"] = self.request.script
        environ["PATH_INFO"] = self.request.path
        return environ


class ScgiFailedTask(_Scgi, FailedTask):
    """The answer to a request that could not be understood."""


class ScgiChannel(Channel):
    """A connection of a web server."""

    task_class = ScgiTask
    error_task_class = ScgiFailedTask
    parser_class = ScgiParser

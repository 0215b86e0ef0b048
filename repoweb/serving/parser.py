"""waitress's parser of HTTP, made strict where requests could be smuggled."""

import re

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest

_ONCE = (b"host", b"content-length", b"transfer-encoding", b"content-type")
_VERSIONS = ("1.0", "1.1")
_UNSEEN = re.compile(rb"[\x00-\x1f\x7f]")
_FOLDED = re.compile(rb"[ \t]")
_CODINGS = re.compile(rb"(?i)transfer-encoding:([ \t]*$|.*,)")


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what two programs could read differently (RFC 9112, 3.2 and 6.1)."""

    path = "/"  # for the log, when a request was never parsed

    def received(self, data: bytes) -> int:
        """Take input; a line between chunks may be no longer than a head."""
        consumed = int(super().received(data))
        if self._has_endless_line():
            self.error = BadRequest("a line between chunks is too long")
            self.completed = True
        if self.completed:  # no body is expected, or it is not wanted
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Check the header block as a whole before waitress takes it apart.

        Raises:
            ParsingError: answered with status 400.
        """
        first, *lines = header_plus.split(b"\r\n")
        names = [line.partition(b":")[0].lower() for line in lines]
        _refuse(_UNSEEN.search(first), "control characters in the request line")
        _refuse(any(map(_FOLDED.match, lines)), "folded header lines are obsolete")
        _refuse(any(map(_CODINGS.match, lines)), "one Transfer-Encoding at most")
        for name in _ONCE:
            _refuse(names.count(name) > 1, f"{name.decode()} stands more than once")
        _refuse(
            b"content-length" in names and b"transfer-encoding" in names,
            "Content-Length and Transfer-Encoding exclude each other",
        )
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address or a number that Python refuses
            message = "the address or the length is invalid"
            raise ParsingError(message) from error
        self._check_version(names)

    def _check_version(self, names: list[bytes]) -> None:
        _refuse(
            self.version not in _VERSIONS, "only HTTP/1.0 and HTTP/1.1 are spoken here"
        )
        if self.version == "1.1":
            _refuse(b"host" not in names, "HTTP/1.1 needs a Host")
        else:
            _refuse(b"transfer-encoding" in names, "HTTP/1.0 has no Transfer-Encoding")

    def _has_endless_line(self) -> bool:
        body = self.body_rcv
        if not isinstance(body, ChunkedReceiver):
            return False
        length = len(body.control_line) + len(body.trailer)
        return length > int(self.adj.max_request_header_size)


def _refuse(condition: object, message: str) -> None:
    if condition:
        raise ParsingError(message)

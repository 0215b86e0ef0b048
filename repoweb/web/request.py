"""The request, with the multipart bodies that `fossil chat send` makes."""

import re
from io import BytesIO
from typing import IO, Any, cast

from flask import Request

_LONGEST_LINE = 200  # a boundary has at most 70 characters; Fossil's have 65
_RAW = re.compile(rb"[\x80-\xff]")
"""Bytes that a query string should not have, and that werkzeug would fail on."""


class FossilRequest(Request):
    """A request whose multipart body may lack its boundary in the Content-Type.

    Fossil's command line leaves the boundary out; it then is the first line of
    the body without its first two dashes, as Fossil's own server reads it.
    """

    def __init__(
        self, environ: dict[str, Any], populate_request: bool = True, **kwargs: bool
    ) -> None:
        super().__init__(environ, populate_request, **kwargs)
        self.query_string = _RAW.sub(_percent_encode, self.query_string)

    def _get_stream_for_parsing(self) -> IO[bytes]:
        if self.mimetype == "application/x-www-form-urlencoded":
            self.max_content_length = self.max_form_memory_size  # it is read whole
        stream = super()._get_stream_for_parsing()
        if self.mimetype != "multipart/form-data" or self.mimetype_params.get(
            "boundary"
        ):
            return stream
        line = stream.readline(_LONGEST_LINE)
        boundary = line.strip().removeprefix(b"--").decode("latin-1")
        self.mimetype_params["boundary"] = boundary
        return cast("IO[bytes]", _Unread(line, stream))


def _percent_encode(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % byte[0][0]


class _Unread:
    """A stream, with the line that was already read from it put back."""

    def __init__(self, line: bytes, rest: IO[bytes]) -> None:
        self._line = BytesIO(line)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        return self._line.read(size) or self._rest.read(size)

"""The head of an answer that is prepared now and completed when there is a body."""

from typing import Any, NamedTuple

from waitress.utilities import build_http_date

_LENGTH = 9876543210
_DATE = "@date@"


class PreparedHead(NamedTuple):
    """waitress's own head, cut where the length and the date belong.

    waitress decides about version, keep-alive and the order of the headers.
    """

    before: bytes
    between: bytes
    after: bytes

    @classmethod
    def of(cls, task: Any) -> "PreparedHead":  # noqa: ANN401 - waitress has no types
        """Prepare the head of a task that has called `start_response`."""
        task.content_length = _LENGTH
        task.response_headers.append(("Date", _DATE))
        raw = task.build_response_header()
        before, _, rest = raw.partition(str(_LENGTH).encode())
        between, _, after = rest.partition(_DATE.encode())
        return cls(before, between, after)

    def complete(self, length: int, now: float, *, close: bool) -> bytes:
        """Fill in the length of the body and the time, in Unix seconds."""
        date = build_http_date(now).encode()
        more = b"\r\nConnection: close" if close else b""
        return b"".join(
            (self.before, b"%d" % length, self.between, date, more, self.after)
        )

"""The head of an answer that is prepared now and completed when there is a body."""

from typing import Any, NamedTuple

from waitress.utilities import build_http_date

_OURS = frozenset({"content-length", "date"})
_LENGTH = b"\r\nContent-Length: "
_DATE = b"\r\nDate: "
_KEEP_ALIVE = b"\r\nConnection: Keep-Alive"
_CLOSE = b"\r\nConnection: close"


class PreparedHead(NamedTuple):
    """waitress's own head, cut where the length and the date belong.

    waitress decides about version, keep-alive and the order of the headers.
    """

    before: bytes
    between: bytes
    after: bytes

    @classmethod
    def of(cls, task: Any) -> "PreparedHead":  # noqa: ANN401 - waitress has no types
        """Prepare the head of a task that has called `start_response`.

        Raises:
            ValueError: an answer of this status has no body to wait for.
        """
        if not task.has_body:
            message = f"a request that waits cannot be answered {task.status}"
            raise ValueError(message)
        headers = [
            item for item in task.response_headers if item[0].lower() not in _OURS
        ]
        task.response_headers = [*headers, ("Date", "-")]
        task.content_length = 0
        raw = task.build_response_header()
        before, _, rest = raw.partition(_LENGTH + b"0")
        between, _, after = rest.partition(_DATE + b"-")
        return cls(before, between, after)

    def complete(self, length: int, now: float, *, close: bool) -> bytes:
        """Fill in the length of the body and the time, in Unix seconds.

        `close` is for what waitress did not know yet: the connection will end.
        """
        before, more = self.before, b""
        if close:
            before, more = before.replace(_KEEP_ALIVE, b""), _CLOSE
        date = build_http_date(now).encode()
        ours = (_LENGTH, b"%d" % length, self.between, _DATE, date, more)
        return b"".join((before, *ours, self.after))

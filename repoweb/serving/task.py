"""waitress's tasks, with a way to wait and a line in the access log."""

from typing import Any, cast

from waitress.task import ErrorTask, WSGITask

from repoweb.serving import accesslog
from repoweb.serving.waiting import PARK_KEY, Parked


class Task(WSGITask):  # type: ignore[misc]
    """A request for the application, which may park it."""

    _body_size = 0

    def get_environment(self) -> dict[str, Any]:
        """Offer the application to wait without a thread; HEAD has no body for it."""
        environ = cast("dict[str, Any]", super().get_environment())
        if self.request.command != "HEAD":
            environ[PARK_KEY] = self.channel.server.lot.offer
        return environ

    def start(self) -> None:
        """Begin; while the server drains, each answer ends its connection."""
        super().start()
        if self.channel.server.lot.draining:
            self.request.headers["CONNECTION"] = "close"

    def execute(self) -> None:
        """Run the application.

        Raises:
            Parked: it waits; the lot has been told and the thread is free.
        """
        try:
            super().execute()
        except Parked as parked:
            if self.wrote_header or not self.complete:
                message = "only a whole body, after start_response, can wait"
                raise RuntimeError(message) from None
            self.channel.server.lot.enter(self, parked.waiter)
            raise

    def build_response_header(self) -> bytes:
        """Build it; nothing follows the answer to HEAD, not even the end of chunks."""
        header = cast("bytes", super().build_response_header())
        if self.request.command == "HEAD":
            self.chunked_response = False
        return header

    def write(self, data: bytes) -> None:
        """Write, and count for the log."""
        super().write(data)
        self._body_size += len(data)

    def finish(self) -> None:
        """End the answer and note it in the log."""
        super().finish()
        bodiless = self.request.command == "HEAD" or not self.has_body
        of_file = self.content_length or 0  # which waitress sends without `write`
        _note(self, 0 if bodiless else self._body_size or of_file)


class FailedTask(ErrorTask):  # type: ignore[misc]
    """The answer to a request that could not be understood."""

    request: Any

    def finish(self) -> None:
        """End the answer and note it in the log.

        For a page that failed, waitress makes a request without a path up; the real
        one is still the channel's first.
        """
        super().finish()
        self.request = next(iter(self.channel.requests), self.request)
        _note(self, self.content_bytes_written)


def _note(task: Any, size: int) -> None:  # noqa: ANN401 - waitress has no types
    if accesslog.is_on():
        accesslog.Visit.of(task).log(task.status, size)

"""waitress's tasks, with a way to wait and a line in the access log."""

from typing import Any, cast

from waitress.task import ErrorTask, WSGITask

from repoweb.serving import accesslog
from repoweb.serving.waiting import PARK_KEY, ParkedBody, Waiter


class Task(WSGITask):  # type: ignore[misc]
    """A request for the application, which may park it."""

    def get_environment(self) -> dict[str, Any]:
        """Offer the application to wait without a thread."""
        environ = cast("dict[str, Any]", super().get_environment())
        environ[PARK_KEY] = self._park
        return environ

    def start(self) -> None:
        """Begin; while the server drains, each answer ends its connection."""
        super().start()
        if self.channel.server.lot.draining:
            self.set_close_on_finish()

    def finish(self) -> None:
        """End the answer and note it in the log."""
        super().finish()
        _note(self)

    def _park(self, waiter: Waiter) -> ParkedBody | None:
        lot = self.channel.server.lot
        return ParkedBody(self, waiter) if lot.has_room else None


class FailedTask(ErrorTask):  # type: ignore[misc]
    """The answer to a request that could not be understood."""

    def finish(self) -> None:
        """End the answer and note it in the log."""
        super().finish()
        _note(self)


def _note(task: Any) -> None:  # noqa: ANN401 - waitress has no types
    if accesslog.is_on():
        accesslog.Visit.of(task).log(task.status, task.content_bytes_written)

"""One request that waits for messages behind its cursor: a poll or a stream."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from repoweb.accounts.capabilities import ANONYMOUS
from repoweb.accounts.user import User
from repoweb.chat import events
from repoweb.chat.answers import BUSY, error, listing
from repoweb.chat.render import Form
from repoweb.web.hanging import TooManyWaiting

if TYPE_CHECKING:
    from repoweb.chat.hub import Hub

MOST_PER_USER = 12
MOST_PER_ADDRESS = 6

STREAM_SECONDS = 3600.0
"""How long a stream lasts; its client then opens another one."""

Answer = Callable[[bytes], None]


class Waiter:
    """A waiter of the chat; see `repoweb.web.hanging.Waiter`.

    Args:
        cursor: the number of the last message that the client knows at first.
        form: in what form it wants messages.
        user: who waits; looked at again before he gets anything.
        address: whence, which counts in place of a login of his own.
        seconds: how long at the most.
    """

    is_stream = False

    def __init__(  # noqa: PLR0913 - each is one of its properties
        self,
        hub: "Hub",
        cursor: int,
        form: Form,
        user: User,
        *,
        address: str,
        seconds: float,
    ) -> None:
        self.cursor = cursor
        self.form = form
        self.user = user
        is_known = user.login not in {"", ANONYMOUS}  # many people share those
        self.owner = user.login if is_known else f"/{address}"  # no login has a slash
        self.limit = MOST_PER_USER if is_known else MOST_PER_ADDRESS
        self.seconds = seconds
        self.answer: Answer | None = None
        self._hub = hub

    def start(self, answer: Answer) -> None:
        """Wait for `answer` to be called."""
        self.answer = answer
        try:
            self._hub.add(self)
        except TooManyWaiting as refusal:
            self.end(error(str(refusal), BUSY, in_list=True))

    def end(self, body: bytes) -> None:
        """Answer, as poll or stream, that there is no more to wait for."""
        raise NotImplementedError

    def own(self, body: bytes) -> bytes:
        """Make this one's answer of what is the same for all."""
        return body

    def leave(self) -> None:
        """Stop waiting, for the client has gone."""
        self._hub.discard(self)


class PollWaiter(Waiter):
    """A /chat-poll, which is answered once."""

    def end(self, body: bytes) -> None:
        """Answer."""
        if self.answer is not None:
            self.answer(body)

    def expire(self) -> bytes:
        """Give up; clients ask again after an empty answer."""
        self._hub.discard(self)
        return listing("", self._hub.about())


class StreamWaiter(Waiter):
    """A /chat-stream: the first event at once, and one for each release.

    Args:
        first: the event that tells what lies behind the client's cursor.
    """

    is_stream = True
    pulse = events.PULSE

    def __init__(  # noqa: PLR0913 - as above
        self,
        hub: "Hub",
        cursor: int,
        form: Form,
        user: User,
        *,
        address: str,
        first: bytes,
    ) -> None:
        super().__init__(
            hub, cursor, form, user, address=address, seconds=STREAM_SECONDS
        )
        self._first = first

    def start(self, answer: Answer) -> None:
        """Send the first event, and wait for more."""
        first, self._first = self._first, b""
        answer(first)
        super().start(answer)

    def end(self, body: bytes) -> None:
        """Send a last event, and the end."""
        if self.answer is not None:
            self.answer(events.event(body))
            self.answer(b"")

    def expire(self) -> bytes:
        """End without an event; clients come back by themselves."""
        self._hub.discard(self)
        return b""

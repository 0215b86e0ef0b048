"""One /chat-poll that waits for a message behind its cursor."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from repoweb.accounts.capabilities import ANONYMOUS
from repoweb.accounts.user import User
from repoweb.chat.answers import listing
from repoweb.chat.render import Form

if TYPE_CHECKING:
    from repoweb.chat.hub import Hub

MOST_PER_USER = 12
MOST_PER_ADDRESS = 6


class PollWaiter:
    """A waiter of the chat; see `repoweb.web.hanging.Waiter`.

    Args:
        cursor: the number of the last message that the client knows.
        form: in what form it wants messages.
        user: who waits; looked at again before he gets anything.
        address: whence, which counts in place of a login of his own.
        seconds: how long at the most.
    """

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
        self.answer: Callable[[bytes], None] | None = None
        self._hub = hub

    def start(self, answer: Callable[[bytes], None]) -> None:
        """Wait for `answer` to be called."""
        self.answer = answer
        self._hub.add(self)

    def expire(self) -> bytes:
        """Give up; clients ask again after an empty answer."""
        self._hub.discard(self)
        return listing("", self._hub.about())

    def leave(self) -> None:
        """Stop waiting, for the client has gone."""
        self._hub.discard(self)

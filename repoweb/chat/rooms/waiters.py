"""Requests of a room that wait."""

import time
from typing import TYPE_CHECKING

from repoweb.accounts.user import User
from repoweb.chat.render import Form
from repoweb.chat.rooms.clients import Clients, Name, Place
from repoweb.chat.rooms.forms import ChatonForm
from repoweb.chat.rooms.packets import addressed
from repoweb.chat.rooms.room import Room
from repoweb.chat.waiter import Answer, PollWaiter

if TYPE_CHECKING:
    from repoweb.chat.rooms.hub import RoomHub


class RoomPoll(PollWaiter):
    """A request of a browser, or of hchatd's client, in a room.

    Args:
        name: what its cookie says who it is, or "".
        place: whence it comes.
    """

    def __init__(  # noqa: PLR0913 - each is one of its properties
        self,
        hub: "RoomHub",
        cursor: int,
        form: Form,
        user: User,
        *,
        name: str,
        place: Place,
        seconds: float,
    ) -> None:
        super().__init__(
            hub, cursor, form, user, address=place.address, seconds=seconds
        )
        self._presence = _Presence(hub.clients, place, name or self.owner)
        self.limit = _limit(self, hub.room)

    def start(self, answer: Answer) -> None:
        """Wait, and be seen in the room."""
        self._presence.begin()
        super().start(answer)

    def own(self, body: bytes) -> bytes:
        """Wait no more, for here is the answer."""
        self._presence.end()
        return body

    def expire(self) -> bytes:
        """Give up."""
        self._presence.end()
        return super().expire()

    def leave(self) -> None:
        """Stop waiting, for the client has gone."""
        self._presence.end()
        super().leave()


class NumberWaiter(RoomPoll):
    """A request of hchatd's client for a post that is not there yet."""

    def expire(self) -> bytes:
        """End with an empty text, which no message is."""
        super().expire()
        return b""


class ChatonWaiter(PollWaiter):
    """A request of Chaton's client.

    Args:
        cid: the number of the client, which counts as waiting already.
        nc: how many were in the room when it came.
    """

    def __init__(  # noqa: PLR0913 - each is one of its properties
        self,
        hub: "RoomHub",
        cursor: int,
        form: ChatonForm,
        user: User,
        *,
        place: Place,
        cid: int,
        nc: int,
        seconds: float,
    ) -> None:
        super().__init__(
            hub, cursor, form, user, address=place.address, seconds=seconds
        )
        self.nc = nc
        self._room_hub = hub
        self._style = form
        self._cid = cid
        self._since = time.monotonic()
        self.limit = _limit(self, hub.room)

    def has_waited(self, seconds: float) -> bool:
        """Whether it waits for so long."""
        return time.monotonic() - self._since >= seconds

    def own(self, body: bytes) -> bytes:
        """Put the number of the client into the packet."""
        self._go()
        return addressed(body, self._cid)

    def end(self, body: bytes) -> None:
        """Answer with a packet that was made for nobody."""
        if self.answer is not None:
            self.answer(self.own(body))

    def expire(self) -> bytes:
        """Tell that nothing has happened."""
        super().expire()
        return self.own(self._room_hub.ping(self.cursor, self._style))

    def leave(self) -> None:
        """Stop waiting, for the client has gone."""
        self._go()
        super().leave()

    def _go(self) -> None:
        self._room_hub.clients.go(self._room_hub.room.id, self._cid)


def _limit(waiter: PollWaiter, room: Room) -> int:
    """Tell how many requests may wait: a guest's address has what the room allows."""
    is_guest = waiter.owner.startswith("/")
    allowed = room.rules.waiting
    return allowed if is_guest else max(waiter.limit, allowed)


class _Presence:
    """That a request counts in a room, from its beginning to its end."""

    def __init__(self, clients: Clients, place: Place, name: Name) -> None:
        self._clients = clients
        self._place = place
        self._name = str(name)
        self._is_counted = False

    def begin(self) -> None:
        self._is_counted = True
        self._clients.see(self._place, self._name, waiting=1)

    def end(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._clients.go(self._place.room, self._name)

"""The hub of a room: the chat's, with the room's rules and the guests' protocols."""

import sqlite3

from repoweb.accounts.user import User
from repoweb.chat.crowd import Group
from repoweb.chat.fossil_json import string
from repoweb.chat.hub import Hub
from repoweb.chat.releases import Release, Releases
from repoweb.chat.render import Form, Renderer
from repoweb.chat.rooms import packets, registry, store
from repoweb.chat.rooms.clients import Clients
from repoweb.chat.rooms.forms import ChatonForm, NumberForm
from repoweb.chat.rooms.packets import Packet
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.waiters import ChatonWaiter
from repoweb.chat.watcher import Watcher

MOST_ENTRIES = 500
"""A client that missed more asks again, from where the packet ends."""

REST_SECONDS = 10.0
"""How long a client waits at least until it is told who came or went."""


class RoomHub(Hub):
    """All who wait in one room."""

    def __init__(
        self,
        watcher: Watcher,
        renderer: Renderer,
        version: str,
        room: Room,
        clients: Clients,
    ) -> None:
        self.room = room
        self.tables = room.tables
        self.clients = clients
        self._ver = version
        super().__init__(watcher, renderer, version)

    def about(self) -> str:
        """Write what each answer says: how many are here, but not who they are."""
        nc = self.clients.count(self.room.id)
        return f'"nc":{nc},"who":[],"ver":{string(self._ver)}'

    def ping(self, pos: int, form: ChatonForm) -> bytes:
        """Write a packet without content, for the client whose number is put in."""
        return packets.shared(self._packet(pos, ()), form.style)

    def packet(
        self, db: sqlite3.Connection, cursor: int, form: ChatonForm
    ) -> tuple[bytes, int]:
        """Write the packet with what lies behind a cursor, and tell the new cursor."""
        posts = tuple(store.after(db, self.room, cursor, MOST_ENTRIES))
        is_all = len(posts) < MOST_ENTRIES
        pos = store.last_msgid(db, self.room) if is_all else posts[-1].msgid
        return packets.shared(self._packet(pos, posts), form.style), pos

    def dissolve(self) -> None:
        """Release all, for the room is no more."""
        self._watcher.detach(self)
        self._refuse_all()

    # -- the watcher's thread --------------------------------------------

    def look(self, db: sqlite3.Connection) -> None:
        """Release whoever has something to get; nobody is left in a deleted room."""
        if not len(self):
            return
        room = registry.by_id(db, self.room.id)
        if room is None:
            self._refuse_all()
            return
        self.room = room
        super().look(db)
        self._tell_who_came()

    def _last(self, db: sqlite3.Connection) -> int:
        return store.last_msgid(db, self.room)

    def _may_listen(self, user: User) -> bool:
        return self.room.may_read(user)

    def _releases(self, db: sqlite3.Connection, latest: int) -> Releases:
        return _RoomReleases(self, db, self._renderer, latest)

    def _refuse_all(self) -> None:
        for group in self._crowd.groups():
            self._refuse(group, group.user)

    def _refuse(self, group: Group, user: User) -> None:
        form = group.form
        if isinstance(form, ChatonForm):
            self._end(group, packets.expired(form.style, self._ver))
        elif isinstance(form, NumberForm):
            self._end(group, b"")
        else:
            super()._refuse(group, user)

    def _end(self, group: Group, body: bytes) -> None:
        for waiter in self._crowd.take(group):
            waiter.end(body)

    def _tell_who_came(self) -> None:
        """Answer clients of Chaton that know another number of people."""
        nc = self.clients.count(self.room.id)
        for group in self._crowd.groups():
            if not isinstance(group.form, ChatonForm):
                continue
            body = self.ping(group.cursor, group.form)
            for waiter in list(group.waiters):
                if (
                    isinstance(waiter, ChatonWaiter)
                    and waiter.nc != nc
                    and waiter.has_waited(REST_SECONDS)
                ):
                    self.discard(waiter)
                    waiter.end(body)

    def _packet(self, pos: int, posts: tuple[store.Post, ...]) -> Packet:
        return Packet(pos, self.clients.count(self.room.id), self._ver, posts)


class _RoomReleases(Releases):
    """The answers of one look, in all forms."""

    def __init__(
        self, hub: RoomHub, db: sqlite3.Connection, renderer: Renderer, latest: int
    ) -> None:
        super().__init__(db, renderer, latest, hub.about(), hub.tables)
        self._hub = hub

    def _make(self, cursor: int, form: Form, is_stream: bool) -> Release | None:
        if isinstance(form, ChatonForm):
            return Release(*self._hub.packet(self._db, cursor, form))
        if isinstance(form, NumberForm):
            post = store.one(self._db, self._hub.room, form.seq)
            return Release(post.text.encode(), cursor) if post else None
        return super()._make(cursor, form, is_stream)

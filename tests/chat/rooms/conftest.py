"""What the tests of rooms share: rooms, posts, and clients of both protocols."""

from dataclasses import replace

import pytest

from repoweb.chat.message import NewMessage
from repoweb.chat.rooms import registry, store
from repoweb.chat.rooms.room import Rules
from repoweb.chat.rooms.store import Author

from .chaton import ChatonClient
from .hchatd import HchatdClient

GUEST = Author("", "192.0.2.1")


@pytest.fixture
def make_room(repository, nobody):
    """Make a room: `make_room("lobby", nicknames=False)`."""
    nobody.get("/home")  # the application makes the tables

    def make(name="lobby", subject="The Lobby", **rules):
        with repository.writing() as db:
            return registry.create(db, Rules(name, subject, **rules), "drh")

    return make


@pytest.fixture
def room(make_room):
    """A room that whoever has the link may read and write."""
    return make_room()


@pytest.fixture
def change_room(repository):
    """Give a room other rules: `change_room(room, is_open=False)`."""

    def change(room, **rules):
        with repository.writing() as db:
            registry.change(db, room.id, replace(room.rules, **rules))

    return change


@pytest.fixture
def make_old(sql, change_room):
    """Let all messages of a room be too old for it."""

    def make(room):
        sql(f"UPDATE {room.tables.messages} SET mtime=mtime-10")
        change_room(room, keep_days=1.0, keep_count=0)

    return make


@pytest.fixture
def post(repository, room):
    """Store a message in the room; returns the post."""

    def post(text="hello", *, by="bob", author=GUEST, into=room):
        with repository.writing() as db:
            now = registry.by_id(db, into.id)  # its rules may have changed
            stored = store.append(db, now, NewMessage(by, text), author)
            return store.by_msgid(db, now, stored.msgid)

    return post


@pytest.fixture
def chaton(live):
    """Make clients of Chaton: `chaton("lobby", style="json")`."""

    def client(room="lobby", **options):
        return ChatonClient(f"http://127.0.0.1:{live.port}/chat/{room}/", **options)

    return client


@pytest.fixture
def hchatd(live):
    """Make clients of hchatd: `hchatd("lobby")`."""

    def client(room="lobby"):
        return HchatdClient(f"http://127.0.0.1:{live.port}", room)

    return client

"""What the chat's tests share: messages, another program, a real server."""

import gc
import sqlite3

import pytest
from queries import counted

from repoweb.chat import schema, store, watcher
from repoweb.chat.blueprint import chat_of
from repoweb.chat.message import NewMessage
from repoweb.chat.purge import Rule

from .live import Live, until


@pytest.fixture(scope="session", autouse=True)
def _quick_garbage_collection():
    """Collecting garbage after each test looks at what tests made, not at modules."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def chat(app):
    """The chat of the application: its hub and its renderer."""
    return chat_of(app)


@pytest.fixture
def hub(chat):
    return chat.hub


@pytest.fixture
def say(repository):
    """Store a message as the application does: `say("text", by="bob")`."""

    def say(text="hello", *, by="bob", key=None, upload=None):
        new = NewMessage(by, text, key=key, upload=upload)
        with repository.writing() as db:
            return store.append(db, new, Rule.read(db)).msgid

    return say


@pytest.fixture
def tables(repository):
    """Make the chat's tables, for tests that need no message."""
    with repository.writing() as db:
        schema.make_ready(db)


@pytest.fixture
def age(sql):
    """Let a message be so many days old."""

    def age(msgid, days):
        sql("UPDATE chat SET mtime=julianday('now')-? WHERE msgid=?", days, msgid)

    return age


@pytest.fixture
def foreign(path):
    """A connection of another program, which knows nothing of the search index."""
    db = sqlite3.connect(path, isolation_level=None, timeout=10)
    yield db
    db.close()


@pytest.fixture
def foreign_say(foreign):
    """Store a message as fossil 2.21 does, without the index."""

    def say(text="from outside", by="bob"):
        cursor = foreign.execute(
            "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(julianday('now'), ?, ?)",
            (by, text),
        )
        return cursor.lastrowid

    return say


@pytest.fixture
def check_index(foreign):
    """Let FTS5 compare its index with the messages."""

    def check():
        foreign.execute(
            "INSERT INTO chatfts1(chatfts1, rank) VALUES('integrity-check', 1)"
        )

    return check


@pytest.fixture
def queries_of(monkeypatch):
    """Count the queries that readers ask: `queries_of(lambda: alice.get("/chat"))`."""
    return counted(monkeypatch)


@pytest.fixture
def ids(rows):
    """The numbers of the rows that the table has."""

    def ask():
        return [row[0] for row in rows("SELECT msgid FROM chat ORDER BY msgid")]

    return ask


@pytest.fixture
def live(app):
    """The application behind the real server."""
    server = Live(app)
    yield server
    server.close()


@pytest.fixture
def brief_hub(monkeypatch):
    """Let the hub's thread end soon when nobody waits."""
    monkeypatch.setattr(watcher, "LINGER_SECONDS", 0.05)


@pytest.fixture
def captured(repository, sql):
    """The messages of the captured answers in FOSSIL.md 7.4; returns `sql`."""
    with repository.writing() as db:
        schema.make_ready(db)
    columns = "msgid, mtime, lmtime, xfrom, xmsg, fname, fmime, file"
    insert = f"INSERT INTO chat({columns}) VALUES(?,julianday(?),?,?,?,?,?,?)"
    at = "2026-11-20 20:41:00"
    sent = "2026-11-20T12:00:00"
    sql(insert, 1, at, sent, "alice", "Hello *world* & <b>", None, None, None)
    sql(insert, 2, at, None, "bob", "a file", "my file.txt", "text/plain", b"file body")
    sql("INSERT INTO chatfts1(chatfts1) VALUES('rebuild')")
    return sql


@pytest.fixture
def captured_deletion(captured):
    """Message 2 is deleted."""
    captured("DELETE FROM chat WHERE msgid=2")
    captured(
        "INSERT INTO chat(msgid, mtime, xfrom, mdel)"
        " VALUES(3, julianday('2026-11-20 20:41:00'), 'bob', 2)"
    )
    captured("INSERT INTO chatfts1(chatfts1) VALUES('rebuild')")


class History:
    """Artifacts and their events, as another program would write them."""

    def __init__(self, db):
        self._db = db

    def artifact(self, uuid):
        """Add one without content; returns its number."""
        cursor = self._db.execute(
            "INSERT INTO blob(rcvid, size, uuid, content) VALUES(1, 1, ?, x'00')",
            (uuid.ljust(64, "0"),),
        )
        return cursor.lastrowid

    def event(self, uuid, kind, comment, user="drh", branch="trunk"):
        """Add an artifact of the timeline; returns its number."""
        rid = self.artifact(uuid)
        self._db.execute(
            "INSERT INTO event(type, mtime, objid, user, comment)"
            " VALUES(?, julianday('2026-11-20 12:34:56'), ?, ?, ?)",
            (kind, rid, user, comment),
        )
        if kind == "ci":
            self.tag(rid, "branch", value=branch)
        return rid

    def tag(self, rid, name, *, kind=2, value=None):
        """Put a tag on an artifact."""
        self._db.execute("INSERT OR IGNORE INTO tag(tagname) VALUES(?)", (name,))
        self._db.execute(
            "INSERT INTO tagxref(tagid, tagtype, value, mtime, rid)"
            " SELECT tagid, ?, ?, julianday('2026-11-20 12:34:56'), ?"
            " FROM tag WHERE tagname=?",
            (kind, value, rid, name),
        )

    def private(self, rid):
        self._db.execute("INSERT INTO private VALUES(?)", (rid,))

    def ticket(self, uuid, title, status="Open"):
        """Add a ticket and the artifact that made it."""
        full = uuid.ljust(40, "0")
        self._db.execute(
            "INSERT INTO ticket(tkt_uuid, title, status) VALUES(?, ?, ?)",
            (full, title, status),
        )
        change = self.event(f"c0ffee{uuid}", "t", f"New ticket [{full}|{uuid[:10]}].")
        self.tag(change, f"tkt-{full}", kind=1)


@pytest.fixture
def history(foreign):
    """What the timeline has, written by another program."""
    return History(foreign)


@pytest.fixture
def parked(hub, live):
    """Wait until so many requests are parked."""

    def wait(count):
        until(lambda: len(hub) == len(live.lot) == count, f"{count} parked requests")

    return wait

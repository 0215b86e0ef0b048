"""Publishing the chat to Nchan, which holds the listeners of several machines.

One thread follows the file by its own cursor, so that messages go out in the order of
their numbers, whoever has written them, and a failure is tried again without holding
up a sender. Nchan knows nothing of capabilities: there is a channel for each set of
those on which it depends what a link may tell.
"""

import hashlib
import http.client
import logging
import sqlite3
import threading
import time
from urllib.parse import urlsplit

from repoweb.accounts import store as accounts
from repoweb.accounts.capabilities import NOBODY, Letters, effective
from repoweb.accounts.user import User
from repoweb.chat import schema, store
from repoweb.chat.answers import listing
from repoweb.chat.hub import Hub
from repoweb.chat.message import Message
from repoweb.chat.render import SEEING, Form, Renderer
from repoweb.errors import RepowebError
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository

log = logging.getLogger(__name__)

TICK_SECONDS = 0.04
PRESENCE_SECONDS = 2.0
"""How soon it is told that others are here now, if nobody says anything."""

PULSE_SECONDS = 20.0
"""How soon who has missed the last message finds that out."""

REQUEST_SECONDS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_GONE = 404
_ERROR = 300
_NOTHING = "none"


class BadAddress(RepowebError):
    """What is to be published to is no address."""


def channel_of(letters: Letters) -> str:
    """Name the channel of those who may see what these capabilities open."""
    return "".join(sorted(letters & SEEING)) or _NOTHING


class Publisher:
    """Publishes what is said in one repository; `close` ends its thread.

    Each body is the JSON of /chat-poll, with `prev`, the number before the first
    message, and `last`: whoever knows less than `prev` has to ask for what he missed.
    Bodies without messages tell who is here, and now and then how far the chat is.

    Args:
        url: the publisher location of Nchan, before the name of a channel.
        base: the path under which visitors see the site.
    """

    def __init__(
        self, repository: Repository, hub: Hub, renderer: Renderer, url: str, base: str
    ) -> None:
        self._repository = repository
        self._hub = hub
        self._renderer = renderer
        self._told = ""
        self._told_at = 0.0
        self._nchan = _Nchan(url)
        self._base = base
        self._lock = threading.Lock()
        self._channels: set[str] = set()
        self._stop = threading.Event()
        self._cursor = -1
        self._users = b""
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; what was not published is when there is one again."""
        self._stop.set()
        self._thread.join(REQUEST_SECONDS + 1)

    def use(self, channel: str) -> None:
        """Publish to a channel too, for somebody listens to it."""
        with self._lock:
            self._channels.add(channel)

    # -- the thread --------------------------------------------------------

    def _run(self) -> None:
        complaint = ""
        while not self._stop.is_set():
            try:
                self._watch()
                complaint = ""
            except Exception as error:  # without this thread nobody hears anything
                if str(error) != complaint:
                    known = isinstance(error, RepositoryError)
                    log.warning("cannot publish: %s", error, exc_info=not known)
                complaint = str(error)
                self._stop.wait(_LONGEST_PAUSE)
        self._nchan.close()

    def _watch(self) -> None:
        """Publish what is new in one file, for as long as it lies at the path.

        `data_version` is only good for one connection, which is kept meanwhile.
        """
        identity, seen = self._repository.identity(), None
        self._cursor = -1
        with self._repository.reading() as db:
            while self._repository.identity() == identity:
                version = db.execute("PRAGMA data_version").fetchone()[0]
                if version != seen:
                    seen = version
                    bodies, users = self._read(db)
                    self._close_if_others_may_listen(users)
                    self._post(bodies)
                elif self._has_to_tell():
                    self._post(self._bodies(db, [], self._cursor))
                if self._stop.wait(TICK_SECONDS):
                    return

    def _read(self, db: sqlite3.Connection) -> tuple[list[tuple[str, bytes]], bytes]:
        """Render what is new for each channel, and look who may listen.

        At first it only says how far the chat has come.
        """
        self._learn_channels(db)
        users = _fingerprint(db)
        if not schema.is_ready(db):
            return [], users
        is_first, messages = self._cursor < 0, []
        if is_first:
            self._cursor = store.last_id(db)
        else:
            messages = store.after(db, self._cursor)
        if not (messages or is_first):
            return [], users
        before = self._cursor
        self._cursor = messages[-1].msgid if messages else before
        return self._bodies(db, messages, before), users

    def _bodies(
        self, db: sqlite3.Connection, messages: list[Message], before: int
    ) -> list[tuple[str, bytes]]:
        """Write what each channel gets."""
        self._told, self._told_at = self._hub.about(), time.monotonic()
        about = f'{self._told},"prev":{before},"last":{self._cursor}'
        with self._lock:
            channels = sorted(self._channels)
        bodies = []
        for channel in channels:
            seeing = frozenset(channel) & SEEING if channel != _NOTHING else frozenset()
            form = Form(rows=True, base=self._base, seeing=seeing)
            records = self._renderer.messages(db, messages, form)
            bodies.append((channel, listing(records, about)))
        return bodies

    def _has_to_tell(self) -> bool:
        """Whether who is here has changed, or nothing was told for long."""
        silence = time.monotonic() - self._told_at
        if self._cursor < 0 or silence < PRESENCE_SECONDS:
            return False
        return silence > PULSE_SECONDS or self._hub.about() != self._told

    def _post(self, bodies: list[tuple[str, bytes]]) -> None:
        for channel, body in bodies:
            self._ask_until_done("POST", channel, body)

    def _learn_channels(self, db: sqlite3.Connection) -> None:
        """Know the channels of all who may chat; some may be listening already."""
        every = accounts.every(db)
        special = {a.login: a.cap for a in every if a.is_special}
        for account in every:
            letters = effective(account.cap, special, logged_in=account.login != NOBODY)
            if User(account.login, letters).may("C"):
                self.use(channel_of(letters))

    def _close_if_others_may_listen(self, users: bytes) -> None:
        """Close all channels when users have changed: who still may comes back."""
        if self._users and users != self._users:
            with self._lock:
                channels = sorted(self._channels)
            for channel in channels:
                self._ask_until_done("DELETE", channel, b"")
        self._users = users

    def _ask_until_done(self, method: str, channel: str, body: bytes) -> None:
        """Ask Nchan until it does it, less and less often."""
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                self._nchan.ask(method, channel, body)
            except (OSError, http.client.HTTPException) as error:
                if pause == _FIRST_PAUSE:
                    log.warning("cannot publish, trying again: %s", error)
                self._stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return


class _Nchan:
    """Nchan's publisher location, on one connection that is kept."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            message = f"{url}: not an address that begins with http://"
            raise BadAddress(message)
        self._path = parts.path.rstrip("/")
        self._connection = http.client.HTTPConnection(
            parts.hostname, parts.port or 80, timeout=REQUEST_SECONDS
        )

    def ask(self, method: str, channel: str, body: bytes) -> None:
        """Publish to a channel, or delete it.

        Raises:
            OSError, HTTPException: it was not done.
        """
        try:
            self._connection.request(
                method,
                f"{self._path}/{channel}",
                body,
                {"Content-Type": "application/json"},
            )
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        missing = method == "DELETE" and answer.status == _GONE
        if answer.status >= _ERROR and not missing:
            message = f"Nchan answers {answer.status} {answer.reason}"
            raise http.client.HTTPException(message)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def _fingerprint(db: sqlite3.Connection) -> bytes:
    """Tell one state of users and capabilities from another; logins do not count."""
    digest = hashlib.sha256()
    for row in db.execute("SELECT login, cap, pw FROM user ORDER BY login").fetchall():
        digest.update(repr(tuple(row)).encode("utf-8", "surrogateescape"))
    return digest.digest()

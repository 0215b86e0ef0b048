"""A client of Chaton, written from the documentation of its client library."""

import http.client
import json
import threading
from urllib.parse import urlencode, urlsplit

from repoweb.chat.rooms.sexpr import Pair, Symbol, read

DEADLINE = 10
TYPES = {"json": "application/json", "sexpr": "application/x-sexpr"}


class ChatonError(Exception):
    """The server answered otherwise than with 200."""


class ChatonClient:
    """Connects to a room; `observe` asks for what is new, `talk` posts."""

    def __init__(self, url, *, who="a test", style="sexpr"):
        self.style = style
        found = self._ask("POST", f"{url}apilogin", who=who)
        self.room_name, self.icon_url = found["room-name"], found["icon-uri"]
        self.post_url, self.comet_url = found["post-uri"], found["comet-uri"]
        self.cid, self.pos = found["cid"], found["pos"]

    def observe(self):
        """Ask once; returns the packet, whose place and number count from now on."""
        packet = self._ask("GET", self.comet_url, p=self.pos, c=self.cid, t=1)
        self.pos, self.cid = packet["pos"], packet["cid"]
        return packet

    def observe_later(self):
        """Ask in a thread; the result of `join` is the packet."""
        return _Later(self.observe)

    def talk(self, nick, text):
        return self._ask("POST", self.post_url, nick=nick, text=text, cid=self.cid)

    def _ask(self, method, url, **parameters):
        parts = urlsplit(url)
        query = urlencode({**parameters, "s": 1 if self.style == "sexpr" else 0})
        connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=DEADLINE
        )
        try:
            if method == "POST":
                kind = "application/x-www-form-urlencoded"
                connection.request("POST", parts.path, query, {"Content-Type": kind})
            else:
                connection.request("GET", f"{parts.path}?{query}")
            response = connection.getresponse()
            body = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            raise ChatonError(response.status, body)
        expected = f"{TYPES[self.style]}; charset=utf-8"
        assert response.headers["Content-Type"] == expected
        return json.loads(body) if self.style == "json" else fields(body)


class _Later(threading.Thread):
    def __init__(self, call):
        super().__init__()
        self._call = call
        self.start()

    def run(self):
        self.result = self._call()

    def packet(self):
        self.join(DEADLINE)
        return self.result


def fields(text):
    """Read an association list into a dictionary."""
    found = {}
    for item in read(text):
        if isinstance(item, Pair):
            found[item.first.name] = item.rest
        else:
            assert isinstance(item[0], Symbol)
            found[item[0].name] = item[1:]
    return found


def said(packet):
    """List who said what in a packet, in either style."""
    return [(nick, text) for nick, _, text in packet["content"]]

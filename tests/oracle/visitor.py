"""A browser without scripts, at home with repoweb and with a fossil server."""

import html
import http.client
import json
import re
import secrets
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from .programs import DEADLINE


class Page(NamedTuple):
    """An answer; names of headers are in lower case."""

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def in_fossils_words(self):
        """The body of a poll without what repoweb says beside the messages."""
        fossils, ours, _ = self.body.rpartition(b',"nc":')
        return fossils + b"}" if ours else self.body


class Visitor:
    """Keeps its connection, where the server does, and its cookies."""

    def __init__(self, url, cookies=()):
        parts = urlsplit(url)
        self.url = url
        self.cookies = dict(cookies)
        self.patience = DEADLINE
        self._connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=DEADLINE
        )

    def get(self, path, **parameters):
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._ask("GET", f"/{path}{query}")

    def post(self, path, file=None, **form):
        """Send a form; with a file, (name, type, content), as multipart."""
        body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        if file is not None:
            body, kind = _multipart(form, file)
        return self._ask("POST", f"/{path}", body, {"Content-Type": kind})

    def insist(self, path, **form):
        """Send a form to fossil, again where its own server was just writing."""
        while "database is locked" in (page := self.post(path, **form)).text:
            pass
        return page

    def log_in(self, login, password):
        """Log in; returns whether that succeeded."""
        page = self.post("login", u=login, p=password, **{"in": "Login"})
        assert page.status in {302, 401}, page
        return page.status == 302

    def log_out(self):
        page = self.post("login", out="Logout", csrf=self.form_token("logout"))
        assert page.status == 302, page

    def form_token(self, path):
        """The proof of origin in a page's form; fossil 2.21 has none in some."""
        form = self.get(path).text
        found = re.search(r"""name=["']csrf["'] value=["']([^"']*)""", form)
        return html.unescape(found[1]) if found else ""

    def may_chat(self):
        """Whether the server lets him into the chat."""
        return "isError" not in self.get("chat-poll", before=1).text

    def poll(self, cursor=0, **parameters):
        """The messages behind a number; waits if there are none."""
        page = self.get("chat-poll", name=cursor, **parameters)
        assert page.status == 200, page
        return page.json["msgs"]

    def send(self, text, file=None, **form):
        page = self.post("chat-send", file, msg=text, **form)
        assert (page.status, page.body) == (200, b""), page

    def delete(self, msgid):
        page = self.get(f"chat-delete/{msgid}")
        assert (page.status, page.body) == (200, b""), page

    def find(self, words):
        """The numbers of the messages that a search finds."""
        page = self.get("chat-query", q=words)
        assert page.status == 200, page
        return [message["msgid"] for message in page.json["msgs"]]

    def close(self):
        self._connection.close()

    def _ask(self, method, path, body=None, headers=None):
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(
            method,
            path,
            body,
            # Fossil takes the Referer as the proof of origin
            {"Referer": self.url, "Cookie": pairs, **(headers or {})},
        )
        answer = self._connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Page(answer.status, names, answer.read())


def _multipart(form, file):
    boundary = secrets.token_hex(16)
    heads = [(f'name="{name}"', value.encode()) for name, value in form.items()]
    name, kind, content = file
    heads.append((f'name="file"; filename="{name}"\r\nContent-Type: {kind}', content))
    parts = [
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
        + data
        + b"\r\n"
        for head, data in heads
    ]
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"

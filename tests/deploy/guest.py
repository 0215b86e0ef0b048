"""A browser without scripts that finds its way below a prefix, and through TLS."""

import http.client
import ssl
from urllib.parse import urlsplit

from oracle.visitor import Visitor

from .fronts import DEADLINE


class Guest(Visitor):
    def __init__(self, url, certificate=None):
        super().__init__(url)
        parts = urlsplit(url)
        self._base = parts.path.rstrip("/")
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                parts.hostname,
                parts.port,
                timeout=DEADLINE,
                context=ssl.create_default_context(cafile=certificate),
            )

    def _ask(self, method, path, body=None, headers=None):
        return super()._ask(method, self._base + path, body, headers)


class Patient(Guest):
    """A browser, which opens a new connection for each request."""

    def _ask(self, *arguments):
        self._connection.close()
        return super()._ask(*arguments)

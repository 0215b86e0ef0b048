"""Programs of repoweb that serve, as processes of their own."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

DEADLINE = 20


class Started:
    """A `repoweb serve` or `repoweb ui`; `address` is what it printed."""

    def __init__(self, *arguments, before=(), pass_fds=(), **environment):
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "repoweb", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=pass_fds,
            env={**os.environ, **environment},
        )
        self.line = self.process.stdout.readline()
        self.address = self.line.rpartition(" at ")[2].strip()
        self._own_sockets = self._sockets() if self.line else 0

    def get(self, path="", *, url=None, **options):
        """Ask for a page; gives the response with its body in `text`."""
        return fetch(url or self.address.rstrip("/") + path, **options)

    def end(self, number=signal.SIGTERM):
        """Send a signal; returns the exit status and the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(DEADLINE)
        return status, time.monotonic() - begun

    def connections(self):
        """Count those that clients have made."""
        return self._sockets() - self._own_sockets

    def _sockets(self):
        return sum(
            _target(file).startswith("socket:")
            for file in Path(f"/proc/{self.process.pid}/fd").iterdir()
        )

    def errors(self):
        """What it wrote to stderr, once it has ended."""
        return self.process.stderr.read()

    def clear(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()


def _target(descriptor):
    """What a descriptor is; it may have been closed since it was listed."""
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:
        return ""


def fetch(url, method="GET", headers=None, body=None):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname, parts.port, timeout=DEADLINE
    )
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    response.text = response.read().decode()
    connection.close()
    return response

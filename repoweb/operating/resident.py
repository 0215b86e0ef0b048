"""The server behind a CGI script: it stays for a while after it was needed."""

import fcntl
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import repoweb
from repoweb.operating.control import options_of, read_control, set_environment
from repoweb.operating.listening import inherited
from repoweb.operating.logs import log_to
from repoweb.operating.ready import tell_starter
from repoweb.operating.signals import end_by_signal
from repoweb.operating.site import LARGEST_BODY, open_site
from repoweb.operating.starting import LOCK
from repoweb.serving.server import Options, Server

_LOOK_SECONDS = 1.0
_THREADS = 8

Application = Callable[..., Iterable[bytes]]


class Busy:
    """WSGI middleware that knows when there was something to do last."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.last = time.monotonic()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve a request."""
        self.last = time.monotonic()
        return self._application(environ, start_response)


def serve_for_doors(path: Path) -> None:
    """Serve what a control file says, on the socket that a door has bound.

    The working directory is the folder of that socket.
    """
    control = read_control(path)
    set_environment(control)
    log_to(None, control.error_log, quiet=True)
    site = open_site(control.site, options_of(control))
    busy = Busy(site.application)
    sockets = inherited(os.environ, os.getpid(), scgi=True)
    if sockets is None:
        message = "this is started by repoweb-cgi only"
        raise SystemExit(message)
    options = Options(threads=_THREADS, most_body=LARGEST_BODY)
    server = Server(busy, [], options, sockets.scgi)
    end_by_signal(server)
    Leaving(server, busy, control.idle_seconds, path)
    tell_starter()
    server.run()
    site.close()


class Leaving:
    """Looks every second whether to go: idle, or out of date."""

    def __init__(
        self, server: Server, busy: Busy, idle_seconds: float, path: Path
    ) -> None:
        self._server = server
        self._busy = busy
        self._idle_seconds = idle_seconds
        self._watched = [path, Path(repoweb.__file__)]
        self._seen = [_look_at(file) for file in self._watched]
        self._later()

    def _later(self) -> None:
        self._server.loop.timers.later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        is_over = self._is_outdated() or self._is_idle()
        if is_over and self._may_leave():
            self._server.stop()
        else:
            self._later()

    def _is_outdated(self) -> bool:
        return [_look_at(file) for file in self._watched] != self._seen

    def _is_idle(self) -> bool:
        waiting = len(self._server.lot)
        return not waiting and time.monotonic() - self._busy.last > self._idle_seconds

    def _may_leave(self) -> bool:
        """Leave the path, unless a door is just starting another one."""
        try:
            return self._leave_path()
        except OSError:  # the folder has gone, and no door can come there
            return True

    def _leave_path(self) -> bool:
        with Path(LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._server.leave_path()
        return True


def _look_at(file: Path) -> tuple[int, ...]:
    """Tell a file from another one, or a changed one; of one that has gone nothing."""
    try:
        state = file.stat()
    except OSError:
        return ()
    return (state.st_dev, state.st_ino, state.st_mtime_ns)

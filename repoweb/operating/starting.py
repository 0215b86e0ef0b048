"""Starting the server behind a CGI script, when its door has found none.

It is on the way of a first request, so it imports little.
"""

import contextlib
import fcntl
import gc
import os
import socket
import sys
from pathlib import Path

LOCK = "lock"
"""The file that is locked while a server starts or leaves."""

STARTED = "REPOWEB_STARTED"
"""Variable that keeps a door from having a server started twice."""

LISTENING, READY = 3, 4
"""The server's descriptors."""

BACKLOG = 512
FAILED = ".failed"
"""Behind the name of a socket: the file that tells the door to serve without it."""

INHERITED = ("HOME", "LANG", "PATH", "TZ")


def main() -> None:
    """Start a server, then enter by the door again, or serve without one.

    The command line has the control file, the name of the socket, and the door. The
    working directory is the folder of the socket.
    """
    control, name, door = sys.argv[1:]
    try:
        is_there = _start(name, control)
    except OSError:
        is_there = False
    if is_there:
        os.environ[STARTED] = "1"
        os.execv(sys.executable, [sys.executable, "-PS", door, control])  # noqa: S606
    gc.disable()  # as the door does where it serves without a server
    from repoweb.operating import one_request

    one_request.main(control)


def _start(name: str, control: str) -> bool:
    """Start the server under a lock, for one of all who want to.

    This binds and listens, so that requests can come before the server is up.
    """
    with open(LOCK, "a") as lock, contextlib.ExitStack() as stack:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_served(name):
            return True
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(name)
        os.chmod(name, 0o600)  # noqa: PTH101
        listening.listen(BACKLOG)
        ready, told = os.pipe()
        if os.fork() == 0:
            _become_server(listening.fileno(), told, control)
        os.close(told)
        with open(ready, "rb") as answer:  # noqa: PTH123 - of a descriptor
            if answer.read(1) == b"1":
                return True
        Path(name).unlink()
        Path(name + FAILED).touch()
        return False


def _is_served(name: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(name)
        except FileNotFoundError:
            return False
        except ConnectionRefusedError:
            Path(name).unlink()
            return False
    return True


def _become_server(listening: int, told: int, control: str) -> None:
    """Turn this process into the server; it must hold nothing of the request's."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        wanted = (null, null, null, listening, told)
        high = [fcntl.fcntl(number, fcntl.F_DUPFD, 10) for number in wanted]
        for number, copy in enumerate(high):
            os.dup2(copy, number)
        os.closerange(READY + 1, 256)
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        kept |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
        words = [sys.executable, "-m", "repoweb", "cgi", "--resident", control]
        os.execve(words[0], words, kept)  # noqa: S606 - what is installed beside
    finally:
        os._exit(1)

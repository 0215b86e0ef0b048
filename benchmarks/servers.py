"""Starting what is measured: repoweb, fossil and the floor, on copies of one file."""

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from repoweb.accounts import cookie, store
from repoweb.chat import schema
from repoweb.chat.message import NewMessage
from repoweb.chat.purge import Rule
from repoweb.chat.store import append
from repoweb.repository.create import create_repository
from repoweb.repository.repository import Repository

USERS = 500
"""A user may wait with 12 requests at once, so that thousands need hundreds."""

TEXT = "How long does it take until this is read by everybody who waits for it?"


@dataclass(frozen=True)
class Running:
    """A server that listens, with the process that was started for it."""

    name: str
    port: int
    pid: int
    keeps_alive: bool
    page: str = "/home"
    """Where the page lies that is counted."""

    def family(self) -> list[int]:
        """List its process and all its children's."""
        found, pending = [], [self.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            children = Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists():
                pending += map(int, children.read_text().split())
        return found

    def memory_kb(self) -> int:
        """Sum up the memory of its processes, shared pages by their share."""
        return sum(_pss(pid) for pid in self.family())

    def cpu_seconds(self) -> float:
        """Sum up the processor time of its processes."""
        return sum(_cpu(pid) for pid in self.family())


def make_repository(folder: Path, messages: int = 200) -> tuple[Path, list[str]]:
    """Make a repository with users and messages; returns it and the users' cookies."""
    path = folder / "measured.fossil"
    create_repository(path, admin="admin", project_name="Measured")
    repository = Repository(path)
    with repository.writing() as db:
        db.execute("REPLACE INTO config(name, value) VALUES('chat-keep-count', 100000)")
        # One user sends for all of them.
        db.execute("REPLACE INTO config(name, value) VALUES('fx-chat-per-minute', 0)")
        code = store.project_code(db)
        name = cookie.cookie_name(db)
        cookies = []
        for number in range(USERS):
            login = f"user{number}"
            db.execute(
                "INSERT INTO user(login, pw, cap, info, cookie, cexpire)"
                " VALUES(?, ?, 'C', '', ?, julianday('now')+1)",
                (login, f"{number:040x}", f"{number:050X}"),
            )
            cookies.append(f"{name}={f'{number:050X}'}%2F{code[:16]}%2F{login}")
    repository.close()
    _fill_chat(path, messages)
    return path, cookies


def _fill_chat(path: Path, messages: int) -> None:
    repository = Repository(path)
    with repository.writing() as db:
        schema.make_ready(db)
        for number in range(messages):
            append(db, NewMessage(f"user{number % 7}", f"{TEXT} {number}"), Rule(0, 0))
    repository.close()


def copy_of(path: Path, name: str, journal_mode: str = "delete") -> Path:
    """Copy a repository, so that each server has its own, with its own journal."""
    target = path.parent / name / "project.fossil"
    shutil.rmtree(target.parent, ignore_errors=True)  # also what a journal left
    target.parent.mkdir()
    shutil.copyfile(path, target)
    db = sqlite3.connect(target)
    db.execute(f"PRAGMA journal_mode={journal_mode}")
    db.close()
    return target


@contextmanager
def repoweb_server(path: Path) -> Iterator[Running]:
    """Serve with repoweb."""
    port = free_port()
    command = [sys.executable, "-m", "repoweb", "serve", str(path), "--quiet"]
    with started([*command, "--port", str(port)], port) as pid:
        yield Running("repoweb", port, pid, keeps_alive=True)


@contextmanager
def fossil_server(path: Path) -> Iterator[Running]:
    """Serve with fossil's own server, which starts a process for each request."""
    port = free_port()
    command = ["fossil", "server", "--nojail", "--port", str(port), str(path)]
    with started(command, port) as pid:
        yield Running("fossil", port, pid, keeps_alive=False)


@contextmanager
def floor_server(program: Path) -> Iterator[Running]:
    """Serve with the floor."""
    port = free_port()
    with started([str(program), str(port)], port) as pid:
        yield Running("floor", port, pid, keeps_alive=True)


@contextmanager
def started(command: list[str], port: int) -> Iterator[int]:
    """Start a program and wait until it listens; end all its processes at last."""
    log = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdout=log, stderr=log, start_new_session=True, env=_environment()
    )
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "HOME": os.environ.get("HOME", "/"), "USER": "admin"}


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    message = f"{process.args!r} does not listen"
    raise RuntimeError(message)


def free_port() -> int:
    """Find a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_message(path: Path) -> int:
    """Return the cursor behind which nothing is yet."""
    repository = Repository(path)
    try:
        with repository.reading() as db:
            return int(db.execute("SELECT max(msgid) FROM chat").fetchone()[0])
    finally:
        repository.close()


def poll_request(port: int, cursor: int, cookie_header: str) -> bytes:
    """Write a /chat-poll that waits."""
    return (
        f"GET /chat-poll?name={cursor} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Cookie: {cookie_header}\r\nReferer: http://127.0.0.1:{port}/chat\r\n\r\n"
    ).encode()


def send_request(port: int, cookie_header: str, mark: str = "") -> bytes:
    """Write a /chat-send, with a mark at the beginning of its text."""
    body = "msg=" + f"{mark} {TEXT}".strip().replace(" ", "+")
    return (
        f"POST /chat-send HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Cookie: {cookie_header}\r\nReferer: http://127.0.0.1:{port}/chat\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def newest_message(running: Running, cookie_header: str) -> int:
    """Ask a server for the number of the newest message."""
    answer = json.loads(get(running, "/chat-poll?name=-1", cookie_header))
    return int(answer["msgs"][-1]["msgid"])


def get(running: Running, path: str, cookie_header: str) -> bytes:
    """Fetch a page, to see that the server does what is measured."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    try:
        headers = {
            "Cookie": cookie_header,
            "Referer": f"http://127.0.0.1:{running.port}/chat",
        }
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        message = f"{running.name} {path}: {answer.status}"
        raise RuntimeError(message)
    return body


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

"""What a service manager and an operator do to a server that people use."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from repoweb.serving.sockets import bind_unix

from .fronts import DEADLINE, until
from .talk import Talk, is_running, login, successor_of

DEPLOY = Path(__file__).parent.parent.parent / "deploy"

LAUNCHER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


class Systemd:
    """The part of systemd that listens and is told when a service is ready."""

    def __init__(self, folder, kind="http"):
        self.listening = bind_unix(folder / "service.sock")
        self.path = folder / "service.sock"
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(str(folder / "notify"))
        self.notified.settimeout(DEADLINE)
        number = self.listening.fileno()
        self.options = {
            "before": [sys.executable, "-c", LAUNCHER, str(number)],
            "pass_fds": [number],
            "LISTEN_FDS": "1",
            "LISTEN_FDNAMES": kind,
            "NOTIFY_SOCKET": str(folder / "notify"),
        }

    def heard(self):
        return self.notified.recv(1000).decode()

    def close(self):
        self.listening.close()
        self.notified.close()


@pytest.fixture
def systemd(tmp_path):
    systemd = Systemd(tmp_path)
    yield systemd
    systemd.close()


def ask(path, request=b"GET /home HTTP/1.0\r\n\r\n"):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(DEADLINE)
        sock.connect(str(path))
        sock.sendall(request)
        return b"".join(iter(lambda: sock.recv(1 << 16), b""))


def test_systemd_listens_and_is_told_when_the_service_is_ready(systemd, start):
    server = start(**systemd.options)

    assert systemd.heard() == "READY=1"
    assert str(systemd.path) in server.line
    assert ask(systemd.path).startswith(b"HTTP/1.0 200 ")


def test_the_socket_of_systemd_stays_and_nobody_is_refused(systemd, start):
    start(**systemd.options).end()
    assert systemd.path.exists()
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(ask(systemd.path)))

    waiting.start()
    start(**systemd.options)
    waiting.join(DEADLINE)

    assert answers[0].startswith(b"HTTP/1.0 200 ")


def test_a_socket_of_systemd_with_the_name_scgi_speaks_it(tmp_path, start):
    systemd = Systemd(tmp_path, kind="scgi")
    start(**systemd.options)
    head = b"CONTENT_LENGTH\x000\0SCGI\x001\0REQUEST_URI\0/home\0"

    answer = ask(systemd.path, b"%d:%s," % (len(head), head))

    assert answer.startswith(b"Status: 200 ")
    systemd.close()


@pytest.fixture
def replace():
    """Send SIGHUP; returns the process id of the successor, which ends at last."""
    successors = []

    def call(server, pid=None):
        os.kill(pid or server.process.pid, signal.SIGHUP)
        successors.append(successor_of(server))
        return successors[-1]

    yield call
    for pid in successors:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            continue
        until(lambda pid=pid: not is_running(pid), "the end of a successor")


def test_nobody_loses_a_message_while_servers_replace_each_other(start, replace):
    server = start("--port", "0", "--quiet")
    talk = Talk(server.address.rstrip("/"), login)
    talk.go_on()

    second = replace(server)
    assert server.process.wait(DEADLINE) == 0
    talk.go_on()
    third = replace(server, second)
    until(lambda: not is_running(second), "the end of the second")
    talk.go_on()
    talk.end()

    assert talk.heard == talk.said
    assert is_running(third)


def test_a_request_that_has_begun_is_finished_by_the_old_server(start, replace):
    server = start("--port", "0")
    port = int(server.address.rpartition(":")[2].rstrip("/"))
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as sock:
        sock.sendall(b"POST /login HTTP/1.0\r\nContent-Length: 5\r\n\r\nu=")
        until(lambda: server.connections() == 1, "the connection")

        replace(server)
        sock.sendall(b"x&p")

        assert sock.recv(100).startswith(b"HTTP/1.0 ")
    assert server.process.wait(DEADLINE) == 0


def test_the_socket_of_the_successor_lies_where_it_was(start, replace, tmp_path):
    place = tmp_path / "repoweb.sock"
    server = start("--unix-socket", place)

    second = replace(server)
    server.process.wait(DEADLINE)

    assert ask(place).startswith(b"HTTP/1.0 200 ")
    os.kill(second, signal.SIGTERM)
    until(lambda: not place.exists(), "the removal of the socket")


def test_without_a_successor_the_server_goes_on(start, path):
    server = start("--port", "0")
    hidden = path.rename(path.with_suffix(".gone"))

    server.process.send_signal(signal.SIGHUP)
    while "did not start" not in (line := server.process.stderr.readline()):
        assert line
    hidden.rename(path)

    assert server.get("/home").status == 200


def test_systemd_is_told_the_successor(systemd, start, replace):
    server = start(**systemd.options)
    assert systemd.heard() == "READY=1"

    second = replace(server)

    assert {systemd.heard(), systemd.heard()} == {"READY=1", f"MAINPID={second}"}


def test_a_log_that_was_renamed_is_opened_anew(start, tmp_path):
    log = tmp_path / "access.log"
    server = start("--port", "0", "--access-log", log)
    server.get("/home")
    until(lambda: "/home" in log.read_text(), "the first line")

    log.rename(tmp_path / "access.log.1")
    server.get("/stat")

    until(lambda: log.exists() and "/stat" in log.read_text(), "the second line")
    assert "/stat" not in (tmp_path / "access.log.1").read_text()


@pytest.mark.parametrize("name", ["repoweb@.service", "repoweb@.socket"])
def test_systemd_understands_the_units(name, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    for unit in DEPLOY.glob("repoweb@.*"):
        text = unit.read_text().replace("/opt/repoweb/bin/repoweb", "/bin/true")
        (tmp_path / unit.name.replace("@", "@x")).write_text(text)

    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / name.replace("@", "@x")],
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )

    assert [line for line in done.stderr.splitlines() if "repoweb" in line] == []

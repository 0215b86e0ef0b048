"""`repoweb serve` started a second time, where one serves the same file already."""

import os
import shutil
import signal
import socket

import pytest

from .fronts import DEADLINE, SOMEBODY, free_port, until
from .talk import Talk, is_running, login, successor_of

IN_USE = "it is in use by another program"


def taken_over(server):
    """Wait until a server has ended because of another one; returns which."""
    successor = successor_of(server)
    assert server.process.wait(DEADLINE) == 0
    return successor


def asks(server):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(DEADLINE)
        sock.connect(server.address)
        sock.sendall(b"GET /home HTTP/1.0\r\n\r\n")
        return sock.recv(100).startswith(b"HTTP/1.0 200 ")


def test_nobody_loses_a_message_on_a_port(start):
    first = start("--port", "0", "--quiet")
    port = str(port_of(first))
    talk = Talk(first.address.rstrip("/"), login)
    talk.go_on()

    second = start("--port", port, "--quiet")
    assert taken_over(first) == second.process.pid
    talk.go_on()
    third = start("--port", port, "--quiet")
    assert taken_over(second) == third.process.pid
    talk.go_on()
    talk.end()

    assert talk.heard == talk.said


def test_nobody_loses_a_message_on_a_unix_socket(open_site, start):
    site = open_site("nginx-http", "--quiet")
    place = site.repoweb.address
    talk = Talk(site.url, login)
    talk.go_on()

    options = ("--unix-socket", place, *site.way.arguments, "--quiet")
    second = start(*options)
    assert taken_over(site.repoweb) == second.process.pid
    talk.go_on()
    talk.end()

    assert talk.heard == talk.said


def test_the_last_one_removes_the_unix_socket(start, tmp_path):
    place = tmp_path / "repoweb.sock"
    first = start("--unix-socket", place)

    second = start("--unix-socket", place)
    taken_over(first)

    assert asks(second)
    second.end()
    assert not place.exists()


def test_a_server_by_scgi_is_followed_by_one(start, tmp_path):
    place = tmp_path / "scgi.sock"
    first = start("--scgi", "--unix-socket", place)

    assert start("--scgi", "--unix-socket", place).line == first.line
    taken_over(first)


def test_what_a_signal_has_started_can_be_taken_over_as_well(start):
    first = start("--port", "0")
    first.process.send_signal(signal.SIGHUP)
    successor = taken_over(first)

    second = start("--port", str(port_of(first)))
    until(lambda: not is_running(successor), "the end of the successor")

    assert second.get("/home").status == 200


def refused(first, second):
    assert second.process.wait(DEADLINE) == 1
    assert IN_USE in second.errors()
    assert first.get("/home").status == 200


def port_of(server):
    return int(server.address.rpartition(":")[2].rstrip("/"))


def test_of_another_file_the_address_stays_in_use(start, path, tmp_path):
    other = shutil.copy(path, tmp_path / "other.fossil")
    first = start("--port", "0")

    refused(first, start("--port", str(port_of(first)), file=other))


def test_what_speaks_another_protocol_does_not_take_over(start):
    first = start("--port", "0")

    refused(first, start("--port", str(port_of(first)), "--scgi"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_user_does_not_take_over(start):
    first = start("--port", "0")

    refused(first, start("--port", str(port_of(first)), before=SOMEBODY))


def test_what_systemd_watches_over_is_not_taken_over(start, tmp_path):
    port = free_port()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(str(tmp_path / "notify"))
        first = start("--port", str(port), NOTIFY_SOCKET=str(tmp_path / "notify"))

        refused(first, start("--port", str(port)))


def test_who_does_not_start_after_all_leaves_the_first_one_serving(start):
    options = ("--scgi", "--host", "0.0.0.0")
    first = start(*options, "--allow-remote-scgi", "--port", "0")

    second = start(*options, "--port", str(port_of(first)))

    assert second.process.wait(DEADLINE) == 1
    assert "--allow-remote-scgi" in second.errors()
    while "did not start" not in (line := first.process.stderr.readline()):
        assert line
    third = start(*options, "--allow-remote-scgi", "--port", str(port_of(first)))
    assert third.line == first.line
    first.process.wait(DEADLINE)

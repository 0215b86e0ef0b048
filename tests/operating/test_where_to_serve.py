"""On which sockets `repoweb serve` serves."""

import pytest
from started import Started

from repoweb.operating import listening
from repoweb.operating.listening import Sockets
from repoweb.serving.sockets import CannotListen, bind_tcp


@pytest.fixture
def start(path):
    running = []

    def begin(*arguments, **environment):
        running.append(Started("serve", path, *arguments, **environment))
        return running[-1]

    yield begin
    for one in running:
        one.clear()


def test_scgi_is_refused_where_other_machines_can_connect(start):
    server = start("--scgi", "--host", "0.0.0.0", "--port", "0")

    assert server.process.wait(20) == 1
    assert "0.0.0.0" in (errors := server.errors())
    assert "--allow-remote-scgi" in errors


def test_scgi_can_be_allowed_where_other_machines_can_connect(start):
    options = ("--scgi", "--host", "0.0.0.0", "--port", "0", "--allow-remote-scgi")

    assert "at scgi 0.0.0.0:" in start(*options).line


def test_scgi_and_a_trusted_proxy_exclude_each_other(start):
    server = start("--scgi", "--port", "0", "--trusted-proxy", "127.0.0.1")

    assert server.process.wait(20) == 1
    assert "--trusted-proxy is for HTTP" in server.errors()


def test_the_address_of_scgi_is_printed(start, tmp_path):
    where = tmp_path / "scgi.sock"

    assert start("--scgi", "--unix-socket", where).line.endswith(f" at scgi {where}\n")
    assert " at scgi 127.0.0.1:" in start("--scgi", "--port", "0").line


def test_remote_sockets_are_closed_when_they_are_refused():
    (sock,) = bind_tcp("0.0.0.0", 0)

    with pytest.raises(CannotListen):
        listening.check_scgi(Sockets(scgi=[sock]), allow_remote=False)

    assert sock.fileno() == -1


@pytest.mark.parametrize(
    "environ", [{}, {"LISTEN_PID": "1", "LISTEN_FDS": "2"}, {"LISTEN_FDS": "1"}]
)
def test_sockets_of_others_are_not_taken(environ):
    assert listening.inherited(environ, 4711, scgi=False) is None

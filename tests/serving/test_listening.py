"""Sockets to listen on: TCP and Unix, one server for both."""

import os
import socket
import stat

import pytest
from raw import request as raw_request
from raw import tcp_socket, until

from repoweb.serving.sockets import CannotListen, bind_tcp, bind_unix


@pytest.fixture
def bound():
    """Sockets to close when the test ends."""
    sockets = []
    yield sockets
    for sock in sockets:
        sock.close()


def test_one_server_serves_tcp_and_unix_sockets(serve, tmp_path):
    path = tmp_path / "socket"
    running = serve(sockets=[tcp_socket(), bind_unix(path)])
    tcp, unix = running.connect(), running.connect(str(path))

    assert tcp.get("/").body == b"hello"
    assert unix.get("/").body == b"hello"


def test_one_event_answers_those_who_wait_on_either(serve, house, tmp_path):
    path = tmp_path / "socket"
    running = serve(sockets=[tcp_socket(), bind_unix(path)])
    clients = [running.connect(), running.connect(str(path))]
    for client in clients:
        client.ask("/wait")
    house.wait_for(2)

    for guest in house.guests:
        guest.answer(b"news")

    assert [client.answer().body for client in clients] == [b"news", b"news"]


@pytest.mark.parametrize("leave", ["close", "finish_sending"])
def test_leaving_is_noticed_on_a_unix_socket(serve, house, tmp_path, leave):
    running = serve(sockets=[bind_unix(tmp_path / "socket")])
    client = running.connect()
    client.ask("/wait")
    guest = house.wait_for(1)

    getattr(client, leave)()

    until(lambda: guest.ends)
    assert guest.ends == ["left"]


def test_a_long_answer_arrives_whole_on_a_unix_socket(serve, house, tmp_path):
    running = serve(sockets=[bind_unix(tmp_path / "socket")])
    client = running.connect()
    client.ask("/wait")
    house.wait_for(1).answer(b"x" * 8_000_000)
    until(lambda: running.channels()[0].total_outbufs_len)

    assert client.answer().body == b"x" * 8_000_000


def test_a_client_that_finished_sending_still_gets_an_ordinary_answer(client):
    client.send(raw_request("/"))
    client.finish_sending()

    assert client.rest().endswith(b"hello")


def test_two_tcp_sockets_share_one_server(serve):
    running = serve(sockets=[tcp_socket(), tcp_socket()])

    for address in running.addresses:
        assert running.connect(address).get("/").body == b"hello"


# -- binding -------------------------------------------------------------


def test_a_port_is_bound_on_the_address_that_is_named(bound):
    bound += bind_tcp("127.0.0.1", 0)

    assert [sock.getsockname()[0] for sock in bound] == ["127.0.0.1"]


def test_a_bound_port_is_served(serve):
    running = serve(sockets=bind_tcp("127.0.0.1", 0))

    assert running.get("/").body == b"hello"


def test_a_port_in_use_is_reported(bound):
    bound += bind_tcp("127.0.0.1", 0)
    port = bound[0].getsockname()[1]

    with pytest.raises(CannotListen, match=f"127.0.0.1 port {port}: .* in use"):
        bind_tcp("127.0.0.1", port)


def test_connections_queue_up_before_there_is_a_server(serve):
    sockets = bind_tcp("127.0.0.1", 0)
    with socket.socket() as early:
        early.connect(sockets[0].getsockname())
        serve(sockets=sockets)
        early.sendall(raw_request("/", "Connection: close"))
        answer = b"".join(iter(lambda: early.recv(4096), b""))

    assert answer.endswith(b"hello")


def test_an_address_of_another_machine_is_reported():
    with pytest.raises(CannotListen, match="not an address of this machine"):
        bind_tcp("192.0.2.1", 0)


def test_an_unknown_host_is_reported():
    with pytest.raises(CannotListen, match=r"cannot listen on no such host"):
        bind_tcp("no such host", 0)


def test_an_ipv6_address_is_bound_for_itself(bound):
    try:
        bound += bind_tcp("::1", 0)
    except CannotListen:
        pytest.skip("this machine has no IPv6")

    assert bound[0].getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1


def test_all_addresses_of_a_host_are_bound_or_none(bound, monkeypatch):
    with tcp_socket() as sock:
        here = sock.getsockname()
    there = ("192.0.2.1", here[1])
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in (here, there)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(CannotListen, match="not an address of this machine"):
        bind_tcp("a host of two addresses", here[1])

    monkeypatch.undo()
    bound += bind_tcp(*here)


def test_a_unix_socket_is_for_its_user_and_group(bound, tmp_path):
    before = os.umask(0)
    os.umask(before)
    bound.append(bind_unix(tmp_path / "socket"))

    mode = (tmp_path / "socket").stat().st_mode

    assert stat.S_IMODE(mode) == 0o660
    assert os.umask(before) == before


def test_a_socket_that_nobody_serves_is_replaced(bound, tmp_path):
    path = tmp_path / "socket"
    bind_unix(path).close()
    assert path.is_socket()

    bound.append(bind_unix(path))

    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_socket_that_is_served_stays(bound, tmp_path):
    path = tmp_path / "socket"
    bound.append(bind_unix(path))

    with pytest.raises(CannotListen, match="in use"):
        bind_unix(path)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_socket_of_a_server_that_is_too_busy_stays(bound, tmp_path):
    path = tmp_path / "socket"
    bound.append(bind_unix(path))
    bound[0].listen(0)
    first = socket.socket(socket.AF_UNIX)
    bound.append(first)
    first.connect(str(path))

    with pytest.raises(CannotListen):
        bind_unix(path)
    assert path.is_socket()


def test_a_file_that_is_no_socket_stays(tmp_path):
    path = tmp_path / "socket"
    path.write_text("precious")

    with pytest.raises(CannotListen, match="something else lies there"):
        bind_unix(path)
    assert path.read_text() == "precious"


def test_a_missing_folder_is_reported(tmp_path):
    with pytest.raises(CannotListen, match="No such file"):
        bind_unix(tmp_path / "missing" / "socket")

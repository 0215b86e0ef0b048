"""SCGI on the server of HTTP: one request for each connection, parked like others."""

import random
import socket

import pytest
from house import NOTHING
from raw import Client, tcp_socket, until
from test_scgi_head import head, netstring

from repoweb.serving.scgi import ScgiParser


@pytest.fixture
def running(serve):
    return serve(scgi=True)


def request(path="/", body=b"", **more):
    pairs = {"REQUEST_METHOD": "GET", "REQUEST_URI": path, **more}
    return head(*pairs.items(), length=str(len(body))) + body


def ask(running, data):
    """Send a request; returns status, headers and body of the answer."""
    client = running.connect()
    client.send(data)
    return parse(client.rest())


def parse(raw):
    top, _, body = raw.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in top.decode().split("\r\n"))
    headers = {name.lower(): value for name, value in lines.items()}
    return int(headers.pop("status").split()[0]), headers, body


def test_a_page_is_answered_as_cgi_has_it(running):
    status, headers, body = ask(running, request())

    assert (status, body) == (200, b"hello")
    assert headers["content-length"] == "5"
    assert "connection" not in headers
    assert "transfer-encoding" not in headers


def test_a_body_may_come_in_pieces(running, house):
    seen = []
    house.pages["/"] = lambda environ, start: (
        start("200 OK", []),
        [seen.append(environ["wsgi.input"].read()) or b"x"],
    )[1]
    client, data = running.connect(), request(body=b"a" * 3000, REQUEST_METHOD="POST")

    for byte in range(0, len(data), 701):
        client.send(data[byte : byte + 701])

    assert parse(client.rest())[0] == 200
    assert seen == [b"a" * 3000]


def test_the_application_sees_the_web_servers_variables(running, house):
    environs = []
    house.pages["/page"] = lambda environ, start: (
        environs.append(environ),
        house.hello(environ, start),
    )[1]

    ask(
        running,
        request(
            "/code/page?x=1",
            SCRIPT_NAME="/code",
            QUERY_STRING="x=1",
            REMOTE_ADDR="192.0.2.7",
            REMOTE_USER="ann",
            HTTPS="on",
            HTTP_HOST="example.org",
            HTTP_PROXY="evil",
            PATH="/bin",
        ),
    )

    (environ,) = environs
    wanted = {
        "SCRIPT_NAME": "/code",
        "PATH_INFO": "/page",
        "QUERY_STRING": "x=1",
        "REMOTE_ADDR": "192.0.2.7",
        "REMOTE_USER": "ann",
        "HTTP_HOST": "example.org",
        "wsgi.url_scheme": "https",
    }
    assert wanted.items() <= environ.items()
    assert {"HTTP_PROXY", "PATH"}.isdisjoint(environ)


def test_who_waits_is_answered_without_a_thread(running, house):
    client = running.connect()
    client.send(request("/wait"))

    house.wait_for(1).answer(b"news")

    assert parse(client.rest())[::2] == (200, b"news")


def test_who_leaves_is_forgotten(running, house):
    client = running.connect()
    client.send(request("/wait"))
    guest = house.wait_for(1)

    client.close()

    until(lambda: guest.ends == ["left"], "the end of the wait")


def test_all_that_wait_are_answered_at_the_end(running, house):
    client = running.connect()
    client.send(request("/wait"))
    house.wait_for(1)

    running.server.stop()

    status, headers, body = parse(client.rest())
    assert (status, body) == (200, NOTHING)
    assert "connection" not in headers


def test_what_follows_the_request_is_no_second_request(running, house):
    status, _, body = ask(running, request("/") + request("/wait"))

    assert (status, body) == (200, b"hello")
    assert house.guests == []


BAD = {
    "HTTP": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "no comma": (request()[:-1] + b";", 400),
    "a head too large": (b"99999:", 431),
    "a length that is no number": (head(length="x"), 400),
    "a body too large": (head(length=str(10**9)), 413),
    "a path outside of the prefix": (request("/x", SCRIPT_NAME="/y"), 400),
    "an odd head": (netstring(b"CONTENT_LENGTH\x000\0SCGI\x001\0A\0"), 400),
}


@pytest.mark.parametrize(("data", "status"), BAD.values(), ids=BAD)
def test_what_cannot_be_understood_is_answered(running, data, status):
    assert ask(running, data)[0] == status


def test_a_page_that_fails_is_answered(serve, house, caplog):
    def fail(_environ, _start):
        raise ValueError

    house.pages["/"] = fail

    assert ask(serve(scgi=True), request())[0] == 500
    assert "Exception while serving" in caplog.text
    caplog.clear()


def test_http_and_scgi_are_served_side_by_side(serve):
    sock = tcp_socket()
    address = sock.getsockname()
    running = serve(scgi_sockets=[sock])

    client = Client(address)
    client.send(request())

    assert parse(client.rest())[2] == b"hello"
    assert running.get("/").body == b"hello"
    client.close()


def test_thousands_of_damaged_requests_leave_the_server_whole(running, house):
    dice = random.Random(4)
    house.pages = AnyPath(house)
    whole = request("/code/x", b"body", SCRIPT_NAME="/code", HTTP_HOST="h")

    statuses = {damaged(running, dice, whole) for _ in range(2500)}

    assert statuses <= {None, 200, 400, 413, 431}
    assert ask(running, request())[0] == 200
    until(lambda: not running.channels(), "no connection left")


class AnyPath(dict):
    def __init__(self, house):
        super().__init__()
        self.house = house

    def __missing__(self, _path):
        return self.house.hello


def damaged(running, dice, whole):
    """Send a request with changed, missing or repeated bytes; returns the status."""
    data = bytearray(whole)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(data))
        kind = dice.randrange(3)
        if kind == 0:
            data[place] = dice.randrange(256)
        elif kind == 1:
            del data[place : place + dice.randint(1, 9)]
        else:
            data[place:place] = data[place : place + dice.randint(1, 9)]
    client = Client(running.addresses[0])
    client.send(bytes(data))
    client.socket.shutdown(socket.SHUT_WR)
    raw = client.rest()
    client.close()
    return parse(raw)[0] if raw else None


def test_the_parser_has_what_the_log_asks_for_even_of_nonsense():
    class Adjustments:
        max_request_header_size = 100
        url_prefix = ""

    parser = ScgiParser(Adjustments)
    parser.received(b"nonsense")

    assert parser.error.code == 400
    assert (parser.command, parser.request_uri, parser.version) == ("GET", "-", "1.0")

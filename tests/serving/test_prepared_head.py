"""The head of a parked answer is the one that waitress itself would send."""

import re

import pytest

from repoweb.serving.head import PreparedHead

REQUESTS = {
    "HTTP/1.1": ("1.1", []),
    "HTTP/1.1 that closes": ("1.1", ["Connection: close"]),
    "HTTP/1.0": ("1.0", []),
    "HTTP/1.0 that keeps alive": ("1.0", ["Connection: keep-alive"]),
}
HEADERS = {
    "none": [],
    "a type": [("Content-Type", "application/json")],
    "cookies": [
        ("Set-Cookie", "a=1"),
        ("X-Frame-Options", "DENY"),
        ("Set-Cookie", "b"),
    ],
    "before and after": [
        ("Cache-Control", "no-store"),
        ("Content-Disposition", "x; filename=0"),
        ("Content-Language", "en"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Vary", "Cookie"),
    ],
    "a server": [("server", "mine")],
    "odd capitals": [("x-ODD-name", "Content-Length: 0"), ("ETAG", "Date: -")],
}
BODY = b"the same body"


def without_date(head):
    return re.sub(rb"\r\nDate: [^\r]*GMT\r\n", b"\r\nDate: then\r\n", head)


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("asked", REQUESTS)
def test_both_heads_are_the_same_apart_from_the_date(running, house, asked, headers):
    def plain(_environ, start_response):
        start_response(house.status, list(house.headers))
        return [BODY]

    version, extra = REQUESTS[asked]
    house.status, house.headers = "202 Accepted", HEADERS[headers]
    house.pages["/plain"] = plain
    ordinary = running.connect().get("/plain", *extra, version=version)
    client = running.connect()
    client.ask("/wait", *extra, version=version)
    house.wait_for(1).answer(BODY)

    parked = client.answer()

    assert b"Date: then" in without_date(parked.head)
    assert without_date(parked.head) == without_date(ordinary.head)
    assert parked.body == ordinary.body == BODY


def test_a_length_and_a_date_of_the_application_are_replaced(client, house):
    house.headers = [("content-length", "3"), ("date", "yesterday")]
    client.ask("/wait")
    house.wait_for(1).answer(BODY)

    answer = client.answer()

    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["date"] != "yesterday"
    assert answer.head.lower().count(b"content-length") == 1
    assert answer.head.lower().count(b"date:") == 1


HEAD = PreparedHead(b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive", b"", b"\r\n\r\n")


def test_the_date_is_that_of_the_answer():
    head = HEAD.complete(5, 784111777, close=False)

    assert b"\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n" in head
    assert b"\r\nContent-Length: 5\r\n" in head


def test_an_unexpected_end_is_said_in_place_of_keeping_alive():
    head = HEAD.complete(5, 0, close=True)

    assert b"\r\nConnection: close\r\n" in head
    assert b"Keep-Alive" not in head

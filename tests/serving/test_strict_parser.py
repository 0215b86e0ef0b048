"""Requests that two programs could read differently are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw import request
from waitress.adjustments import Adjustments

from repoweb.serving.parser import StrictParser

CHUNKED = "Transfer-Encoding: chunked"
BAD_HEADS = {
    "a length and an encoding": request("/", "Content-Length: 5", CHUNKED),
    "an encoding and a length": request("/", CHUNKED, "Content-Length: 5"),
    "two encodings": request("/", CHUNKED, CHUNKED),
    "two encodings in a line": request("/", CHUNKED + ", chunked"),
    "an encoding with a comma": request("/", CHUNKED + ","),
    "an empty encoding": request("/", "Transfer-Encoding: "),
    "an encoding in HTTP/1.0": request("/", CHUNKED, version="1.0"),
    "two lengths": request("/", "Content-Length: 5", "Content-Length: 6"),
    "twice the same length": request("/", "Content-Length: 5", "Content-Length: 5"),
    "a list of lengths": request("/", "Content-Length: 5, 5"),
    "a length with a sign": request("/", "Content-Length: +1"),
    "a negative length": request("/", "Content-Length: -1"),
    "a length with an underscore": request("/", "Content-Length: 1_0"),
    "a hexadecimal length": request("/", "Content-Length: 0x5"),
    "an empty length": request("/", "Content-Length: "),
    "a length of 5,000 digits": request("/", "Content-Length: " + "9" * 5000),
    "two hosts": request("/", "Host: other"),
    "two hosts in other cases": request("/", "hOST: other"),
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "no host but a similar name": b"GET / HTTP/1.1\r\nHost-: x\r\n\r\n",
    "two content types": request("/", "Content-Type: a/b", "Content-Type: c/d"),
    "a folded line": request("/", "X-Long: a", " b"),
    "a line folded with a tab": request("/", "X-Long: a", "\tb"),
    "a folded first line": b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    "a bare CR in a header": request("/", "X-Bare: a\rb"),
    "a bare LF in a header": request("/", "X-Bare: a\nContent-Length: 5"),
    "a bare CR in the request line": b"GET /\r HTTP/1.1\r\nHost: x\r\n\r\n",
    "a bare LF in the request line": b"GET / HTTP/1.1\nHost: x\r\n\r\n",
    "a NUL in a header": request("/", "X-Nul: a\0b"),
    "a NUL in a name": request("/", "X-N\0ul: a"),
    "a NUL in the path": request("/a\0b"),
    "a tab in the path": request("/a\tb"),
    "a space in the path": request("/a b"),
    "a space before the colon": request("/", "Content-Length : 5"),
    "a line without a colon": request("/", "nonsense"),
    "a lower-case method": request("/", method="get"),
    "an unknown version": request("/", version="1.2"),
    "a version of two digits": request("/", version="1.10"),
    "HTTP/2": request("/", version="2.0"),
    "HTTP/0.9": b"GET /\r\n\r\n",
    "a bad IPv6 address": request("http://[::1/"),
    "nothing but words": b"what is this\r\n\r\n",
}
BAD_BODIES = {
    "garbage as an extension": b"5;\x01\r\nhello\r\n0\r\n\r\n",
    "an extension with a space": b"5 ;a\r\nhello\r\n0\r\n\r\n",
    "a size with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a size with a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "a negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "a size with an underscore": b"1_0\r\nhello\r\n0\r\n\r\n",
    "a size that is none": b"five\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than its size": b"5\r\nhello!\r\n0\r\n\r\n",
    "a chunk that ends in CR": b"5\r\nhello\r0\r\n\r\n",
}
GOOD = {
    "a length": (request("/", "Content-Length: 5", method="POST") + b"hello", b"hello"),
    "chunks": (
        request("/", CHUNKED, method="POST") + b"2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n",
        b"hello",
    ),
    "an encoding in capitals": (
        request("/", "Transfer-Encoding: CHUNKED", method="POST")
        + b"5\r\nhello\r\n0\r\n\r\n",
        b"hello",
    ),
    "trailers": (
        request("/", CHUNKED, method="POST") + b"1\r\nx\r\n0\r\nX-End: y\r\n\r\n",
        b"x",
    ),
    "HTTP/1.0 without a host": (b"GET / HTTP/1.0\r\n\r\n", b""),
    "the same header twice": (request("/", "Accept: a", "Accept: b"), b""),
    "letters beyond ASCII": (request("/", "X-Name: caf\xe9"), b""),
    "line ends before": (b"\r\n\r\n" + request("/"), b""),
}


@pytest.mark.parametrize("what", BAD_HEADS)
def test_it_is_refused_with_400_and_the_connection_ends(client, what):
    client.send(BAD_HEADS[what])

    assert client.answer().status == 400
    assert client.rest() == b""


@pytest.mark.parametrize("what", BAD_BODIES)
def test_chunks_are_refused_with_400_for(client, what):
    client.send(request("/", CHUNKED, method="POST") + BAD_BODIES[what])

    assert client.answer().status == 400
    assert client.rest() == b""


@pytest.mark.parametrize("what", GOOD)
def test_what_is_clear_is_accepted(client, house, what):
    seen = []

    def page(environ, start_response):
        seen.append(environ["wsgi.input"].read())
        return house.hello(environ, start_response)

    data, body = GOOD[what]
    house.pages = {"/": page}
    client.send(data)

    assert client.answer().body == b"hello"
    assert seen == [body]


def test_an_unknown_encoding_is_not_implemented(client):
    client.send(request("/", "Transfer-Encoding: gzip"))

    assert client.answer().status == 501


def test_nothing_behind_a_refused_request_is_answered(client):
    client.send(BAD_HEADS["a length and an encoding"] + request("/"))

    assert client.answer().status == 400
    assert client.rest() == b""


# -- anything ------------------------------------------------------------

ADJUSTMENTS = Adjustments(max_request_header_size=300, max_request_body_size=400)
PIECES = st.sampled_from(
    [
        b"GET ", b"POST ", b"/", b"http://[", b"*", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n",
        b"Host: x\r\n", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n",
        b"Expect: 100-continue\r\n", b"Connection: close\r\n", b"\r\n", b"\r\n\r\n",
        b"\r", b"\n", b"5", b"0\r\n\r\n", b"hello", b";", b":", b"\0", b"\xff", b" ",
    ]
)  # fmt: skip
INPUT = st.lists(st.one_of(PIECES, st.binary(max_size=5)), max_size=20).map(b"".join)


def read(pieces):
    """Parse as a channel does; tells what every request was."""
    requests, parser = [], StrictParser(ADJUSTMENTS)
    for piece in pieces:
        rest = piece
        while rest:
            rest = rest[parser.received(rest) :]
            if parser.completed:
                requests.append(describe(parser))
                if parser.error:
                    return requests
                parser = StrictParser(ADJUSTMENTS)
    return requests


def describe(parser):
    if parser.error:
        return parser.error.code
    if parser.empty:
        return None
    return parser.command, parser.path, parser.headers, parser.get_body_stream().read()


@settings(derandomize=True, deadline=None, max_examples=300)
@given(INPUT)
def test_no_input_breaks_the_parser(data):
    assert isinstance(read([data]), list)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(INPUT, st.data())
def test_input_in_pieces_means_the_same(data, drawing):
    cut = drawing.draw(st.integers(0, len(data)))
    whole = [one for one in read([data]) if one is not None]

    pieces = [one for one in read([data[:cut], data[cut:]]) if one is not None]

    assert pieces == whole

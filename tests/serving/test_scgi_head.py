"""Reading the head of an SCGI request: whole, in pieces, and when it is nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.serving.scgi_head import (
    BadScgi,
    HeadTooLarge,
    body_length,
    split_head,
)

LIMIT = 4096
NAMES = st.text("ABCDEFGH_", min_size=3, max_size=8)
VALUES = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)


def head(*pairs, length="0", scgi="1"):
    """Write a head as a web server does."""
    every = (("CONTENT_LENGTH", length), ("SCGI", scgi), *pairs)
    inner = "".join(f"{name}\0{value}\0" for name, value in every).encode("latin-1")
    return netstring(inner)


def netstring(inner):
    return b"%d:%s," % (len(inner), inner)


BAD = {
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no number": b":,",
    "a leading zero": b"03:a\0b,",
    "a sign": b"+3:a\0b,",
    "a space": b"3 :a\0b,",
    "a number without an end": b"1" * 40,
    "no comma": head()[:-1] + b";",
    "an empty head": b"0:,",
    "no length first": netstring(b"SCGI\x001\0CONTENT_LENGTH\x000\0"),
    "no length at all": netstring(b"SCGI\x001\0"),
    "another version": head(scgi="2"),
    "no version": netstring(b"CONTENT_LENGTH\x000\0"),
    "a name twice": head(("A", "1"), ("A", "1")),
    "the length twice": head(("CONTENT_LENGTH", "5")),
    "an empty name": head(("", "1")),
    "a name without a value": netstring(b"CONTENT_LENGTH\x000\0SCGI\x001\0A\0"),
    "an unfinished value": netstring(b"CONTENT_LENGTH\x000\0SCGI\x001\0A\0b"),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_not_scgi_is_refused(data):
    with pytest.raises(BadScgi):
        split_head(data, LIMIT)


def test_a_head_over_the_limit_is_refused_before_it_has_come_in():
    with pytest.raises(HeadTooLarge):
        split_head(b"4097:", LIMIT)


def test_a_head_at_the_limit_is_read():
    padding = LIMIT - len(head(("X", ""))) + len("34:,")

    data = head(("X", "y" * padding))

    assert data.startswith(b"4096:")
    assert split_head(data, LIMIT)[1] == len(data)


@given(st.dictionaries(NAMES, VALUES.filter(lambda v: "\0" not in v), max_size=8))
def test_each_variable_arrives_as_it_was_sent(variables):
    found, end = split_head(data := head(*variables.items()), LIMIT)

    assert end == len(data)
    assert found == {"CONTENT_LENGTH": "0", "SCGI": "1", **variables}


@given(st.binary(max_size=30))
def test_what_follows_the_head_is_left_alone(body):
    whole = head(("A", "1"))

    assert split_head(whole + body, LIMIT)[1] == len(whole)


def test_less_than_the_whole_is_waited_for():
    data = head(("A", "1"))

    assert [split_head(data[:n], LIMIT) for n in range(len(data))] == [None] * len(data)


def outcome(data):
    """Tell what becomes of bytes; what is none of these fails the test."""
    try:
        return "waited for" if split_head(data, LIMIT) is None else "read"
    except BadScgi:
        return "refused"


@given(st.binary(max_size=60))
def test_any_bytes_are_waited_for_or_refused(data):
    assert outcome(data) in {"waited for", "refused"}


@given(st.data())
def test_a_head_with_a_changed_byte_is_read_waited_for_or_refused(data):
    bad = bytearray(head(("PATH_INFO", "/x"), ("HTTP_HOST", "h")))
    bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))

    assert outcome(bytes(bad)) in {"read", "waited for", "refused"}


def test_of_two_hosts_the_last_one_counts():
    found, _ = split_head(head(("HTTP_HOST", "h"), ("HTTP_HOST", "h:81")), LIMIT)

    assert found["HTTP_HOST"] == "h:81"


@pytest.mark.parametrize("text", ["", "-1", "+1", "1_0", "0x5", "1 ", "٣", "9" * 30])
def test_a_length_that_is_no_number_is_refused(text):
    with pytest.raises(BadScgi):
        body_length({"CONTENT_LENGTH": text.encode().decode("latin-1")})


def test_a_length_is_a_number():
    assert body_length({"CONTENT_LENGTH": "5242880"}) == 5242880

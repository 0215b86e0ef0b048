r"""The head of an SCGI request: a netstring of names and values, and nothing else.

The format is https://python.ca/scgi/protocol.txt: `LENGTH:NAME\0VALUE\0…,` and
then the body, of as many bytes as CONTENT_LENGTH says, which stands first.
"""

import re

_DIGITS = re.compile(rb"0|[1-9][0-9]*")
_LONGEST_NUMBER = 19
"""Digits of the largest length that a signed 64-bit number can be."""

_LAST_COUNTS = "HTTP_HOST"
"""The one name that may stand twice: Debian's `scgi_params` for nginx sets it, and
who wants the port in it adds another line. The last one is the operator's."""


class BadScgi(Exception):
    """What came is not an SCGI request; says why."""


class HeadTooLarge(BadScgi):
    """The head says that it is longer than the limit."""


def split_head(data: bytes, limit: int) -> tuple[dict[str, str], int] | None:
    """Read the head that data begins with.

    Args:
        data: what has come in so far.
        limit: the most bytes that a head may have.

    Returns:
        The variables, in Latin-1 as WSGI has them, and the length of the head with
        its comma; None if it has not come in whole yet.

    Raises:
        BadScgi: more data cannot mend it.
    """
    digits, colon, _ = data[: _LONGEST_NUMBER + 1].partition(b":")
    if not _DIGITS.fullmatch(digits):
        if not digits and not colon:
            return None
        message = "the request does not begin with the length of its head"
        raise BadScgi(message)
    if not colon:
        if len(digits) > _LONGEST_NUMBER:
            message = "the length of the head has too many digits"
            raise BadScgi(message)
        return None
    begin, length = len(digits) + 1, int(digits)
    if length > limit:
        message = f"the head is longer than {limit} bytes"
        raise HeadTooLarge(message)
    end = begin + length
    if len(data) <= end:
        return None
    if data[end : end + 1] != b",":
        message = "the head does not end with a comma"
        raise BadScgi(message)
    return _variables(data[begin:end]), end + 1


def body_length(variables: dict[str, str]) -> int:
    """Return CONTENT_LENGTH, which every request has.

    Raises:
        BadScgi: it is not a number.
    """
    text = variables["CONTENT_LENGTH"].encode("latin-1")
    if not _DIGITS.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        message = "CONTENT_LENGTH is not a number"
        raise BadScgi(message)
    return int(text)


def _variables(head: bytes) -> dict[str, str]:
    if not head.endswith(b"\0"):
        message = "the head does not end with a value"
        raise BadScgi(message)
    words = head[:-1].decode("latin-1").split("\0")
    if len(words) % 2:
        message = "a name in the head has no value"
        raise BadScgi(message)
    variables: dict[str, str] = {}
    for name, value in zip(words[::2], words[1::2], strict=True):
        if not name or (name in variables and name != _LAST_COUNTS):
            message = f"{name} stands more than once" if name else "a name is empty"
            raise BadScgi(message)
        variables[name] = value
    if words[0] != "CONTENT_LENGTH":
        message = "CONTENT_LENGTH does not stand first"
        raise BadScgi(message)
    if variables.get("SCGI") != "1":
        message = "SCGI is not 1"
        raise BadScgi(message)
    return variables

"""S-expressions: the data that Chaton and its clients speak, as Scheme writes it.

Source: R7RS section 7.1 (external representations) for the grammar. Written are
only the escapes that all of Gauche, Guile and Chicken read alike: of a hexadecimal
one Guile would take two digits and leave the rest in the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Union

from repoweb.errors import RepowebError

DEEPEST = 200
"""How many parentheses may be open; data of a chat has three."""

_SPACE = re.compile(r"(?:\s|;[^\n]*)+")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ATOM = re.compile(r"[^\s()\[\]\";']+")
_NAME = re.compile(r"[A-Za-z!$%&*/:<=>?^_~][\w!$%&*/:<=>?^~+.@-]*", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,300}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.\d*|\.?\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,8});|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})"
    r"|U([0-9a-fA-F]{8})|([ \t]*\r?\n[ \t]*)|(.))",
    re.DOTALL,
)
_MEANING = dict(zip("0abtnvfr", "\0\a\b\t\n\v\f\r", strict=True))
_WRITTEN = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SPECIAL = re.compile(r'["\\\n\r\t]')
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOSING = {"(": ")", "[": "]"}


class BadSexpr(RepowebError):
    """A text is no S-expression, or a value cannot be written as one."""


@dataclass(frozen=True)
class Symbol:
    """A name, in contrast to a string."""

    name: str


Datum = Union[bool, int, float, str, Symbol, "Pair", Sequence["Datum"]]
"""A value. Lists are any sequences to the writer, and tuples from the reader."""


@dataclass(frozen=True)
class Pair:
    """A pair whose second part is no list: `(key . value)`.

    One that is written may have a list there, and reads as a longer list.
    """

    first: Datum
    rest: Datum


def record(**fields: Datum) -> list[Pair]:
    """Make an association list; an underscore in a name becomes a dash."""
    return [Pair(Symbol(k.replace("_", "-")), v) for k, v in fields.items()]


def write(datum: Datum) -> str:
    """Write a value as Scheme's `write` does.

    Raises:
        BadSexpr: a symbol that needs bars, a lone surrogate, an infinite number.
    """
    if isinstance(datum, (bool, int, float)):
        return _write_number(datum)
    if isinstance(datum, Symbol):
        return _write_symbol(datum)
    if isinstance(datum, str):
        return _write_string(datum)
    if isinstance(datum, Pair):
        return _write_pair(datum)
    return "(" + " ".join(map(write, datum)) + ")"


def read(text: str) -> Datum:
    """Read the one value that a text has.

    Raises:
        BadSexpr: none, several, or something that is not closed.
    """
    found = read_all(text)
    if len(found) != 1:
        message = f"{len(found)} values instead of one"
        raise BadSexpr(message)
    return found[0]


def read_all(text: str) -> list[Datum]:
    """Read all values of a text.

    Raises:
        BadSexpr: see `read`.
    """
    open_lists: list[tuple[str, list[Datum]]] = [("", [])]
    for token in _tokens(text):
        closes, into = open_lists[-1]
        if token in _CLOSING:
            if len(open_lists) > DEEPEST:
                message = "too many open parentheses"
                raise BadSexpr(message)
            open_lists.append((_CLOSING[token], []))
        elif token in {")", "]"}:
            if token != closes:
                message = f"{token} without its beginning"
                raise BadSexpr(message)
            open_lists.pop()
            open_lists[-1][1].append(_closed(into))
        else:
            into.append(_atom(token))
    if len(open_lists) > 1:
        message = "a list is not closed"
        raise BadSexpr(message)
    if _DOT in open_lists[0][1]:
        message = "a dot outside of a list"
        raise BadSexpr(message)
    return open_lists[0][1]


_DOT = Symbol(".")


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif text[at] in "()[]":
            yield text[at]
            at += 1
        elif found := _STRING.match(text, at) or _ATOM.match(text, at):
            yield found[0]
            at = found.end()
        else:
            message = f"{text[at]} is not expected"
            raise BadSexpr(message)


def _closed(items: list[Datum]) -> Datum:
    """Make a list of what stood in parentheses, or a pair if there was a dot."""
    if _DOT not in items:
        return tuple(items)
    before, after = items[: items.index(_DOT)], items[items.index(_DOT) + 1 :]
    if not before or len(after) != 1 or after[0] == _DOT:
        message = "a dot in the wrong place"
        raise BadSexpr(message)
    rest = after[0]
    if isinstance(rest, tuple):
        return (*before, *rest)
    for item in reversed(before):
        rest = Pair(item, rest)
    return rest


def _atom(token: str) -> Datum:
    if token.startswith('"'):
        return _ESCAPE.sub(_unescape, token[1:-1])
    if token in {"#t", "#true", "#f", "#false"}:
        return token.startswith("#t")
    if _INTEGER.fullmatch(token):
        return int(token)
    if _DECIMAL.fullmatch(token):
        return float(token)
    if token.startswith("#"):
        message = f"{token[:20]} is not supported"
        raise BadSexpr(message)
    return Symbol(token)


def _unescape(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3] or found[4]
    if digits:
        return _character(int(digits, 16))
    if found[5] is not None:
        return ""  # a line that goes on in the next one
    return _MEANING.get(found[6], found[6])


def _character(number: int) -> str:
    try:
        character = chr(number)
    except (ValueError, OverflowError) as error:
        message = f"there is no character {number:x}"
        raise BadSexpr(message) from error
    return "\ufffd" if _SURROGATE.match(character) else character


def _write_string(text: str) -> str:
    if _SURROGATE.search(text):
        message = "half a character cannot be written"
        raise BadSexpr(message)
    return '"' + _SPECIAL.sub(lambda found: _WRITTEN[found[0]], text) + '"'


def _write_symbol(symbol: Symbol) -> str:
    if not _NAME.fullmatch(symbol.name):
        message = f"{symbol.name!r} would need bars"
        raise BadSexpr(message)
    return symbol.name


def _write_number(number: float) -> str:
    if isinstance(number, bool):
        return "#t" if number else "#f"
    text = repr(number)
    if not _DECIMAL.fullmatch(text):
        message = f"{text} cannot be written"
        raise BadSexpr(message)
    return text


def _write_pair(pair: Pair) -> str:
    parts = [write(pair.first)]
    rest = pair.rest
    while isinstance(rest, Pair):
        parts.append(write(rest.first))
        rest = rest.rest
    if isinstance(rest, (bool, int, float, str, Symbol)):
        parts += [".", write(rest)]
    else:
        parts += map(write, rest)
    return "(" + " ".join(parts) + ")"

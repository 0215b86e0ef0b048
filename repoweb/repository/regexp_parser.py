r"""Reads Fossil's regular expressions, as its www/grep.md explains them.

* `X*`, `X+`, `X?`, `X{p,q}` are repetitions, `X|Y` is a choice, `(X)` a group
* `^`, `$`, `\b` are the beginning, the end, the border of a word
* `.`, `[a-z]`, `[^a-z]` are any character, one of some, none of some
* `\w`, `\d`, `\s` are a sign of a word, a digit, a blank; `\W`, `\D`, `\S` none
* `\n`, `\t`, `\xXX`, `\uXXXX` and the like are characters by their codes, and others
  stand for themselves behind a backslash
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from repoweb.errors import RepowebError

LONGEST = 1000
"""Characters of an expression."""

DEEPEST = 40
"""Groups within one another."""


class RegexpError(RepowebError):
    """A text is no regular expression, or one that would be too much work."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The regular expression {reason}.")


def refuse(reason: str) -> NoReturn:
    """Tell why an expression cannot be used."""
    raise RegexpError(reason)


@dataclass(frozen=True, eq=False)
class One:
    """One character for which something holds."""

    matches: Callable[[str], bool]


@dataclass(frozen=True)
class Start:
    """The beginning of the text."""


@dataclass(frozen=True)
class End:
    """The end of the text."""


@dataclass(frozen=True)
class Edge:
    """The border of a word."""


@dataclass(frozen=True)
class Repeat:
    """A part so many times; None for any number."""

    part: "Node"
    least: int
    most: int | None


Node = One | Start | End | Edge | Repeat | tuple["Node", ...] | list["Node"]
"""A part of an expression: a tuple is a sequence, a list is a choice."""

_REPEATED = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_PLACES: dict[str, Node] = {"^": Start(), "$": End()}
_COUNTS = re.compile(r"\{([0-9]{1,3})(,?)([0-9]{0,3})\}")
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")
_CONTROL = dict(zip("afnrtv", "\a\f\n\r\t\v", strict=True))
_THEMSELVES = frozenset("\\()*.+?[$^{|}]/-")
_SORTS: dict[str, Callable[[str], bool]] = {
    "w": lambda char: char == "_" or (char.isascii() and char.isalnum()),
    "d": lambda char: char in "0123456789",
    "s": lambda char: char in " \t\n\r\v\f",
}


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        RegexpError: it is none, or it is too long.
    """
    if len(text) > LONGEST:
        refuse("is too long")
    parser = _Parser(text)
    found = parser.choice()
    if parser.rest:
        refuse("has a “)” without a “(”")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    @property
    def rest(self) -> str:
        return self._text[self._at :]

    def _take(self) -> str:
        char = self._text[self._at : self._at + 1]
        if not char:
            refuse("ends too early")
        self._at += 1
        return char

    def _takes(self, char: str) -> bool:
        """Go on if that is the next character."""
        found = self._text.startswith(char, self._at)
        self._at += found
        return found

    def choice(self) -> Node:
        ways = [self._sequence()]
        while self._takes("|"):
            ways.append(self._sequence())
        return ways if len(ways) > 1 else ways[0]

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.rest and self.rest[0] not in "|)":
            parts.append(self._repeated(self._part()))
        return tuple(parts)

    def _repeated(self, part: Node) -> Node:
        while self.rest:
            counts = _COUNTS.match(self.rest)
            if self.rest[0] in _REPEATED:
                part = Repeat(part, *_REPEATED[self._take()])
            elif counts:
                self._at += counts.end()
                part = _counted(part, *counts.groups())
            else:
                break
        return part

    def _part(self) -> Node:
        char = self._take()
        if char == "(":
            return self._group()
        if char in _REPEATED or char == "{":
            refuse(f"has nothing that “{char}” could repeat")
        if char in _PLACES:
            return _PLACES[char]
        if char == "[":
            return self._one_of()
        if char == ".":
            return One(lambda _: True)
        return self._escaped() if char == "\\" else One(char.__eq__)

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            refuse("has too many groups within one another")
        found = self.choice()
        if not self._takes(")"):
            refuse("has a “(” without a “)”")
        self._depth -= 1
        return found

    def _escaped(self) -> Node:
        letter = self.rest[:1]
        if self._takes("b"):
            return Edge()
        if letter and letter.lower() in _SORTS:
            self._at += 1
            sort = _SORTS[letter.lower()]
            return One(sort) if letter.islower() else One(lambda char: not sort(char))
        return One(self._code().__eq__)

    def _code(self) -> str:
        """Read what is behind a backslash and stands for one character."""
        found = _CODE.match(self.rest)
        if found:
            self._at += found.end()
            return chr(int(found[1] or found[2], 16))
        char = self._take()
        if char not in _CONTROL and char not in _THEMSELVES:
            refuse(f"cannot have a “\\{char}”")
        return _CONTROL.get(char, char)

    def _one_of(self) -> Node:
        none_of = self._takes("^")
        ranges = [self._range()]
        while not self._takes("]"):
            ranges.append(self._range())
        return One(lambda c: none_of != any(low <= c <= high for low, high in ranges))

    def _range(self) -> tuple[str, str]:
        low = self._member()
        if self.rest.startswith("-") and not self.rest.startswith("-]"):
            self._at += 1
            return low, self._member()
        return low, low

    def _member(self) -> str:
        char = self._take()
        return self._code() if char == "\\" else char


def _counted(part: Node, least: str, comma: str, most: str) -> Repeat:
    if comma and not most:
        return Repeat(part, int(least), None)
    high = int(most or least)
    if high < int(least):
        refuse("has a number that ends before it begins")
    return Repeat(part, int(least), high)

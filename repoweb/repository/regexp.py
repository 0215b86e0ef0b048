r"""Fossil's regular expressions, which cannot keep a server busy (src/regexp.c).

Visitors write them. So nothing is tried and taken back as Python's `re` does: all ways
through an expression are followed at once, a character at a time, and what was found
out for a set of ways is kept. That takes time in proportion to the text; of the work
for new sets, of which there can be very many, an expression may cause only so much.
"""

from repoweb.repository.regexp_parser import (
    Edge,
    End,
    Node,
    One,
    RegexpError,
    Repeat,
    Start,
    parse,
    refuse,
)

__all__ = ["MOST_STEPS", "MOST_WORK", "Regexp", "RegexpError"]

MOST_STEPS = 500
"""So long the program of an expression may be; `x{40}` is forty steps."""

MOST_WORK = 200_000
"""So many steps an expression may take in all, those that are known already not."""

_EMPTY, _WORD, _OTHER = range(3)  # what is before, or behind, a place in the text

State = frozenset[int]
"""Where in the program one may be."""

_FOUND: State = frozenset((-1,))


class Regexp:
    """A regular expression that looks for itself anywhere in texts.

    Args:
        text: the expression.

    Raises:
        RegexpError: it is none, or it is too long.
    """

    def __init__(self, text: str) -> None:
        self._program = _Program(parse(text))
        self._known: dict[tuple[State, int, str], State] = {}
        self._work = 0

    def finds(self, text: str) -> bool:
        """Tell whether some part of a text matches.

        Raises:
            RegexpError: the expression has caused too much work.
        """
        state, before = frozenset((0,)), _EMPTY
        for char in (*text, ""):
            key = (state, before, char)
            following = self._known.get(key)
            if following is None:
                following = self._known[key] = self._follow(*key)
            if following is _FOUND:
                return True
            state, before = following, _kind(char)
        return False

    def _follow(self, state: State, before: int, char: str) -> State:
        """Find where one may be behind a character; "" stands for the end.

        One may always be at the first step, for a match may begin anywhere.
        """
        following = {0}
        seen: set[int] = set()
        waiting = [*state]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            node, to = self._program.steps[at]
            if node is None and not to:
                return _FOUND
            if node is None or _holds(node, before, char):
                waiting += to
            elif isinstance(node, One) and char and node.matches(char):
                following.update(to)
        self._work += len(seen)
        if self._work > MOST_WORK:
            refuse("is too costly")
        return frozenset(following)


def _kind(char: str) -> int:
    if not char:
        return _EMPTY
    return _WORD if char == "_" or (char.isascii() and char.isalnum()) else _OTHER


def _holds(node: Node, before: int, char: str) -> bool:
    """Whether a place in the text is what the expression says, without a character."""
    if isinstance(node, Start):
        return before == _EMPTY
    if isinstance(node, End):
        return not char
    return isinstance(node, Edge) and (before == _WORD) != (_kind(char) == _WORD)


class _Program:
    """An expression as steps: what must be there, and at which steps one is then.

    A step of nothing leads to others at once; one that leads nowhere is the end.
    """

    def __init__(self, node: Node) -> None:
        self.steps: list[tuple[Node | None, list[int]]] = []
        self._add(node)
        self._step(None, [])

    def _step(self, node: Node | None, to: list[int]) -> None:
        if len(self.steps) >= MOST_STEPS:
            refuse("is too long")
        self.steps.append((node, to))

    @property
    def _next(self) -> int:
        return len(self.steps)

    def _add(self, node: Node) -> None:
        if isinstance(node, list):
            self._choice(node)
        elif isinstance(node, tuple):
            for part in node:
                self._add(part)
        elif isinstance(node, Repeat):
            self._repeat(node)
        else:
            self._step(node, [self._next + 1])

    def _choice(self, ways: list[Node]) -> None:
        """Write the beginnings of all ways, each way, and a jump behind the last."""
        begin = self._next
        self._step(None, [])
        ends = []
        for way in ways:
            self.steps[begin][1].append(self._next)
            self._add(way)
            ends.append(self._next)
            self._step(None, [])
        for end in ends:
            self.steps[end][1].append(self._next)

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self._step(None, [self._next + 1])  # counts, also if the part is empty
            self._add(node.part)
        if node.most is None:
            begin = self._next
            self._optional(node.part, [begin])
        for _ in range((node.most or 0) - node.least):
            self._optional(node.part, [])

    def _optional(self, part: Node, back: list[int]) -> None:
        begin = self._next
        self._step(None, [begin + 1])
        self._add(part)
        self._step(None, [*back, self._next + 1])
        self.steps[begin][1].append(self._next)

"""Pygments' lexers, made faster: few rules of a state can begin with a character.

Pygments tries the patterns of a state one after the other, a dozen for each token,
which takes most of the time of a page with a file. Here those are left out that cannot
match where the next character is what it is. The tokens are the same.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from pygments.lexer import Lexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

from repoweb.web.beginnings import ASCII, beginnings

Token = tuple[int, Any, str]
"""Where it begins, its type, its text."""

Rule = tuple[Any, Any, Any]
"""What matches, the type of the token or what makes tokens, and the next states."""

_ROOT = ("root",)


def hasten(lexer: Lexer) -> None:
    """Make a lexer faster, if it is one that Pygments' own loop runs."""
    if type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed:
        tables = lexer._tokens  # noqa: SLF001 - nothing else tells the rules
        states = {name: _State(rules) for name, rules in tables.items()}
        lexer.get_tokens_unprocessed = partial(_tokens, lexer, states)


class _State(dict[str, list[Rule]]):
    """The rules of a state, in their order, by the character that comes next."""

    def __init__(self, rules: list[Rule]) -> None:
        super().__init__({"": rules})

    def __missing__(self, character: str) -> list[Rule]:
        rules = self[""]
        if character not in ASCII:
            return rules
        found = self[character] = [
            rule for rule in rules if character in beginnings(rule[0].__self__)
        ]
        return found


def _tokens(
    lexer: Lexer,
    states: dict[str, _State],
    text: str,
    stack: Iterable[str] = _ROOT,
) -> Iterator[Token]:
    """Do what `RegexLexer.get_tokens_unprocessed` does."""
    names, at = list(stack), 0
    state = states[names[-1]]
    while True:
        for rule in state[text[at : at + 1]]:
            if found := rule[0](text, at):
                break
        else:
            if at == len(text):
                return
            if text[at] == "\n":
                names, state = list(_ROOT), states[_ROOT[0]]
            yield at, Whitespace if text[at] == "\n" else Error, text[at]
            at += 1
            continue
        _, action, following = rule
        if type(action) is _TokenType:
            yield at, action, found.group()
        elif action is not None:
            yield from action(lexer, found)
        at = found.end()
        if following is not None:
            _follow(names, following)
            state = states[names[-1]]


def _follow(names: list[str], following: Any) -> None:  # noqa: ANN401 - Pygments'
    """Go on to the states that a rule names, or back; one stays at the least."""
    if isinstance(following, int):
        del names[max(len(names) - abs(following), 1) :]
        return
    for name in following if isinstance(following, tuple) else (following,):
        if name == "#pop":
            del names[max(len(names) - 1, 1) :]
        else:
            names.append(names[-1] if name == "#push" else name)

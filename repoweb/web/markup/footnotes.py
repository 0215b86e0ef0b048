"""Fossil's footnotes in Markdown: `(^note)`, `[span](^note)`, `[^label]` and so on.

The rules are those of Fossil's src/markdown.c (/md_rules tells them): labels are
without case and may have blanks, a note may begin with classes (`.warning: …`), a
label that is defined more than once has all its texts. A reference to nothing, and a
note that nothing refers to, are shown as what they are. Other than in Fossil, notes
may have several paragraphs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from repoweb.web.markup.footnote_list import MOST_DEEP, Note, Notes, listed

_DEFINITION = re.compile(r"\[\^([^\]\n]+)\]:[ \t]*(.*)")
_CLASSES = re.compile(r"\s*((?:\.[A-Za-z0-9-]+)+):(?=\s)")
_BRACKETS = re.compile(r"\\.|[\[\]()]", re.DOTALL)
_BLANKS = re.compile(r"[ \t\n]*")
_NOTES, _MARK = "footnotes", "footnote_mark"
_LEAST, _LATER = 2, 4
"""Blanks before the second line of a definition, and before a later paragraph."""


def footnotes(parser: MarkdownIt) -> None:
    """Teach a parser footnotes."""
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before(
        "reference", "footnote", _definition, {"alt": alternatives}
    )
    parser.inline.add_terminator_char("(")
    parser.inline.ruler.before("link", "footnote", _reference)
    parser.core.ruler.after("inline", "footnotes", _append)
    parser.add_render_rule(_MARK, _shown_mark)


@dataclass
class _State:
    """What is known of the notes of one text while it is parsed.

    Args:
        brackets: where the bracket at a place is closed, for each piece of text.
        depth: of the note that is being parsed, 0 outside of notes.
    """

    notes: Notes = field(default_factory=Notes)
    brackets: dict[str, dict[int, int]] = field(default_factory=dict)
    depth: int = 0


def _state(env: EnvType) -> _State:
    if _NOTES not in env:
        env[_NOTES] = _State()
    found: _State = env[_NOTES]
    return found


def _definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Read `[^label]: text` at the start of a line, and the indented lines below."""
    start = state.bMarks[line]
    if state.sCount[line] or (start and state.src[start - 1] != "\n"):
        return False
    found = _DEFINITION.match(state.src, start, state.eMarks[line])
    known = _state(state.env)
    if found is None or known.depth or (state.blkIndent and not silent):
        return False
    text, following = _text(state, found[2], line + 1, end)
    label = _normal(found[1])
    if not label or not text.strip():
        return False
    if not silent:
        known.notes.define(label, *_without_classes(text))
        state.line = following
    return True


def _text(state: StateBlock, first: str, line: int, end: int) -> tuple[str, int]:
    """Collect a definition; returns it, and the line after it."""
    lines, following, indent = [first], line, 0
    while line < end:
        blank = state.isEmpty(line)
        least = indent or (_LATER if line > following else _LEAST)
        if not blank and state.sCount[line] < least:
            break
        if not blank:
            indent = indent or state.sCount[line]
            lines += [""] * (line - following)
            lines.append(state.getLines(line, line + 1, indent, False))
            following = line + 1
        line += 1
    return "\n".join(lines), following


def _without_classes(text: str) -> tuple[str, str]:
    """Split what a note says from the classes that it begins with."""
    found = _CLASSES.match(text)
    if found is None or not text[found.end() :].strip():
        return text, ""
    return text[found.end() :], found[1].lower()


def _reference(state: StateInline, silent: bool) -> bool:
    """Read a footnote, or a reference to one, with or without a span before it."""
    if state.src[state.pos] not in "[(":
        return False
    close = _closing(state, state.pos)
    if close is None:
        return False
    if state.src.startswith("^", state.pos + 1):
        return _mark(state, silent, (state.pos, close), None)
    if state.src[state.pos] == "(":
        return False
    opening = _BLANKS.match(state.src, close + 1).end()  # type: ignore[union-attr]
    end = _closing(state, opening) if state.src.startswith(_SPANNED, opening) else None
    if end is None:
        return False
    return _mark(state, silent, (opening, end), (state.pos + 1, close))


_SPANNED = ("(^", "[^")


def _mark(
    state: StateInline,
    silent: bool,
    note: tuple[int, int],
    span: tuple[int, int] | None,
) -> bool:
    """Put the mark of a note, whose brackets are at two places, behind a span."""
    said = state.src[note[0] + 2 : note[1]]
    if span and not said.strip() and state.src[note[0]] == "[":
        said = state.src[slice(*span)]
    if not said.strip():
        return False
    if not silent:
        known = _state(state.env)
        if state.src[note[0]] == "(":
            mark = known.notes.add(*_without_classes(said), known.depth + 1)
        else:
            mark = known.notes.refer(_normal(said), known.depth + 1)
        if mark is None:
            return False
        _push(state, mark, span)
    state.pos = note[1] + 1
    return True


def _push(state: StateInline, mark: str, span: tuple[int, int] | None) -> None:
    if span is not None:
        most = state.posMax
        state.push("notescope_open", "span", 1).attrs = {"class": "notescope"}
        state.pos, state.posMax = span
        state.md.inline.tokenize(state)
        state.posMax = most
    state.push(_MARK, "", 0).content = mark
    if span is not None:
        state.push("notescope_close", "span", -1)


def _shown_mark(
    _self: RendererHTML, tokens: Sequence[Token], at: int, *_rest: object
) -> str:
    return tokens[at].content


def _closing(state: StateInline, opening: int) -> int | None:
    """Tell where a bracket is closed, within what is being parsed."""
    if not state.src.startswith(("[", "("), opening):
        return None
    tables = _state(state.env).brackets
    if state.src not in tables:
        tables[state.src] = _matched(state.src)
    close = tables[state.src].get(opening)
    return close if close is not None and close < state.posMax else None


def _matched(text: str) -> dict[int, int]:
    """Pair all brackets of a text; each kind by itself."""
    found: dict[int, int] = {}
    opened: dict[str, list[int]] = {"]": [], ")": []}
    for sign in _BRACKETS.finditer(text):
        if sign[0] in opened:
            if opened[sign[0]]:
                found[opened[sign[0]].pop()] = sign.start()
        elif len(sign[0]) == 1:
            opened["]" if sign[0] == "[" else ")"].append(sign.start())
    return found


def _normal(label: str) -> str:
    return " ".join(label.lower().split())


def _append(state: StateCore) -> None:
    """Put the list of all notes at the end of the text."""
    known = _state(state.env)
    for note in known.notes.used:  # which may grow meanwhile
        known.depth = note.depth
        if note.depth <= MOST_DEEP:
            note.tokens = _parsed(state, note)
    known.depth = 0
    state.tokens += listed(known.notes)


def _parsed(state: StateCore, note: Note) -> list[Token]:
    tokens: list[Token] = []
    state.md.block.parse(note.text, state.md, state.env, tokens)
    for token in tokens:
        if token.type == "inline":
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
    return tokens

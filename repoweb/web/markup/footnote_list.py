"""The notes of a text: their numbers, their marks, and the list at its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token
from markupsafe import Markup

MOST_MARKS = 2000
"""Of the notes of one text; what would be a further one stays as it was typed."""

MOST_DEEP = 5
"""How deep notes may stand within notes, as in Fossil; of deeper ones, the source
is shown."""

_MOST_LINKS = 26
"""Back to the places that refer to one note."""

_MISSING = "missing"  # as the number of what does not exist


@dataclass
class Note:
    """A note.

    Args:
        text: Markdown.
        classes: that it begins with, as ".one.two", or "".
        label: that it was defined with, or "".
        number: from 1, by the first reference; 0 as long as there is none.
        references: how many there are.
        depth: 1, or more for what stands within other notes.
    """

    text: str
    classes: str = ""
    label: str = ""
    number: int = 0
    references: int = 0
    depth: int = 0
    tokens: list[Token] = field(default_factory=list)


class Notes:
    """All notes of a text."""

    def __init__(self) -> None:
        self.used: list[Note] = []
        self.missing = Note("")
        self._defined: dict[str, Note] = {}
        self._marks = 0

    @property
    def strays(self) -> list[Note]:
        """Those that nothing refers to."""
        return [note for note in self._defined.values() if not note.number]

    def define(self, label: str, text: str, classes: str) -> None:
        """Remember the text of a label, after those that it already has."""
        if label in self._defined:
            self._defined[label].text += f"\n\n{text}"
        elif len(self._defined) < MOST_MARKS:
            self._defined[label] = Note(text, classes, label)

    def add(self, text: str, classes: str, depth: int) -> Markup | None:
        """Number a note where it stands; gives its mark."""
        return self._mark(Note(text.strip(), classes), depth)

    def refer(self, label: str, depth: int) -> Markup | None:
        """Refer to a label; gives the mark of its note, or of what is missing."""
        return self._mark(self._defined.get(label, self.missing), depth)

    def _mark(self, note: Note, depth: int) -> Markup | None:
        if self._marks >= MOST_MARKS:
            return None
        self._marks += 1
        note.references += 1
        if note is self.missing:
            return _reference(note, _MISSING, " misref")
        if not note.number:
            self.used.append(note)
            note.number, note.depth = len(self.used), depth
        return _reference(note, str(note.number), "")


def _place(name: str, at: int) -> str:
    return name if at == 1 else f"{name}:{at - 1}"


def _reference(note: Note, name: str, css: str) -> Markup:
    place = _place(name, note.references)
    return Markup(
        '<sup class="footnote-ref{}"><a href="#fn{}" id="fnref{}">[{}]</a></sup>'
    ).format(css, name, place, name)


def listed(notes: Notes) -> list[Token]:
    """Make the list of all notes: those with numbers, and what is wrong with others."""
    items = [*_numbered(notes.used), *_problems(notes)]
    if not items:
        return []
    start = _html('<section class="footnotes"><ol class="footnotes-list">')
    return [start, *items, _html("</ol></section>")]


def _numbered(used: list[Note]) -> Iterator[Token]:
    for note in used:
        start = Markup('<li class="footnote-item" id="fn{}">')
        yield _html(start.format(note.number))
        if note.depth > MOST_DEEP:
            yield _source(note, "Notes stand too deep within each other here:")
        tokens = _with_classes(note.tokens, _classes(note))
        yield from _with_links(tokens, _links(note, str(note.number)))
        yield _html("</li>")


def _with_classes(tokens: list[Token], classes: Markup) -> list[Token]:
    """Put the classes of a note before its first paragraph's text."""
    if tokens and tokens[0].type == "paragraph_open":
        first = tokens[1]
        first.children = [_html(classes, "html_inline"), *(first.children or [])]
        return tokens
    return [_html(classes), *tokens]


def _with_links(tokens: list[Token], links: Markup) -> list[Token]:
    """Put links back into the last paragraph."""
    if tokens and tokens[-1].type == "paragraph_close":
        last = tokens[-2]
        last.children = [*(last.children or []), _html(links, "html_inline")]
        return tokens
    return [*tokens, _html(links)]


def _problems(notes: Notes) -> Iterator[Token]:
    if notes.missing.references:
        yield _html(
            Markup(
                '<li class="footnote-item misref" id="fn{}">'
                "No note has the label that is referred to.{}</li>"
            ).format(_MISSING, _links(notes.missing, _MISSING))
        )
    for note in notes.strays:
        yield _html(Markup('<li class="footnote-item stray">'))
        yield _source(note, f"Nothing refers to the note “{note.label}”:")
        yield _html("</li>")


def _classes(note: Note) -> Markup:
    names = note.classes.split(".")[1:]
    one = Markup('<span class="note-class">{}</span> ')
    return Markup().join(one.format(name) for name in names)


def _links(note: Note, name: str) -> Markup:
    places = range(1, min(note.references, _MOST_LINKS) + 1)
    one = Markup(' <a href="#fnref{}" class="footnote-backref">↩︎</a>')
    return Markup().join(one.format(_place(name, at)) for at in places)


def _source(note: Note, what: str) -> Token:
    text = f"{note.classes}: {note.text.strip()}" if note.classes else note.text
    return _html(Markup("<p>{}</p><pre><code>{}</code></pre>").format(what, text))


def _html(content: str, kind: str = "html_block") -> Token:
    token = Token(kind, "", 0)
    token.content = str(content)
    return token

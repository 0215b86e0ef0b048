"""Control artifacts: tags on other artifacts, and what the timeline says of them."""

import sqlite3
from urllib.parse import quote_plus

from repoweb.repository.artifacts import Rid
from repoweb.repository.manifest import encode
from repoweb.repository.structure import Manifest, TagCard
from repoweb.repository.writing.htmlize import LINKED, htmlize, reference
from repoweb.repository.writing.tags import ACTIONS, Tag, insert_tag

_FIXED = {
    "*bgcolor": ' Change branch background color to "{}".',
    "+bgcolor": ' Change background color to "{}".',
    "+comment": " Edit check-in comment.",
    "+user": ' Change user to "{}".',
    "+date": " Timestamp {}.",
}
_NOTED = {
    "-bgcolor": " Cancel background color",
    "+closed": ' Mark "Closed"',
    "-closed": ' Remove the "Closed" mark',
}
_SYMBOL = {
    "-": ' Cancel tag "{}"',
    "*": ' Add propagating tag "{}"',
    "+": ' Add tag "{}"',
}
_OTHER = {"-": ' Cancel "{}"', "+": ' Add "{}"', "*": ' Add propagating "{}"'}


def cards(tags: list[TagCard]) -> list[str]:
    """Write the T cards of a control artifact, sorted as Fossil wants them."""
    return [_card(tag) for tag in sorted(tags, key=_by_name)]


def crosslink(db: sqlite3.Connection, rid: Rid, control: Manifest) -> None:
    """Write the rows of a control artifact."""
    for tag in control.tags:
        row = db.execute("SELECT rid FROM blob WHERE uuid=?", (tag.target,)).fetchone()
        if row:
            kind = ACTIONS[tag.action]
            found = Tag(tag.name, kind, tag.value, rid, control.time)
            insert_tag(db, found, row[0])
    db.execute(
        "REPLACE INTO event(type, mtime, objid, user, comment)"
        " VALUES('g', julianday(?), ?, ?, ?)",
        (control.time, rid, control.user, describe(control.tags)),
    )


def describe(tags: tuple[TagCard, ...]) -> str:
    """Say in Fossil's wiki markup what a control artifact does."""
    pieces: list[str] = []
    target, moved = "", False
    for tag in sorted(tags, key=lambda t: (t.target, t.action + t.name)):
        if tag.target != target:
            target, moved = tag.target, False
            pieces.append(f" Edit {reference(target)}:")
        if tag.action == "*" and tag.name == "branch":
            pieces.append(_move(tag))
            moved = True
        elif not (moved and tag.name.startswith("sym-") and tag.action != "+"):
            pieces.append(_piece(tag))
    return "".join(pieces)[1:]


def _move(tag: TagCard) -> str:
    value = tag.value or ""
    link = (
        f"/timeline?r={quote_plus(value, safe='$~')}&nd&dp={tag.target[:LINKED]}&unhide"
    )
    return f" Move to branch [{link} | {htmlize(value)}]."


def _piece(tag: TagCard) -> str:
    name, value = tag.action + tag.name, htmlize(tag.value or "")
    if name in _FIXED:
        return _FIXED[name].format(value)
    if name in _NOTED:
        text = _NOTED[name]
    elif tag.name.startswith("sym-"):
        text = _SYMBOL[tag.action].format(htmlize(tag.name.removeprefix("sym-")))
    else:
        text = _OTHER[tag.action].format(htmlize(tag.name))
        return text + (f' with value "{value}".' if value else ".")
    return text + (f' with note "{value}".' if value else ".")


def _card(tag: TagCard) -> str:
    name = f"T {tag.action}{encode(tag.name)} {tag.target}"
    return name if tag.value is None else f"{name} {encode(tag.value)}"


def _by_name(tag: TagCard) -> tuple[bytes, bytes]:
    return (tag.action + tag.name).encode(), tag.target.encode()

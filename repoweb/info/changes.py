"""The files that differ between two check-ins, with what differs in them."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from markupsafe import Markup

from repoweb.info import queries
from repoweb.info.queries import Change
from repoweb.repository.connection import Reader
from repoweb.repository.diff import is_binary, patch
from repoweb.repository.files import files_of
from repoweb.repository.loading import ArtifactError, load
from repoweb.repository.structure import FileCard
from repoweb.web.diffview import AT_ONCE, Page, View

_FILES_AT_ONCE = 40
"""Files after which the differences of others come after the page."""

_RULE = "=" * 66
_MODES = {"x": "executable", "l": "symbolic link"}


@dataclass(frozen=True)
class ShownChange:
    """A change, and how the page shows it; without a view it comes after the page."""

    change: Change
    view: View | None


def between(db: sqlite3.Connection, old: int, new: int) -> list[Change]:
    """Compare the files of two check-ins; a file that moved unchanged is renamed."""
    before, after = files_of(db, old), files_of(db, new)
    gone = [card for card in before if after.get(card.name) is None]
    come = [card for card in after if before.get(card.name) is None]
    both = [
        (was, card)
        for card in after
        if (was := before.get(card.name))
        and (was.hash != card.hash or _mode(was) != _mode(card))
    ]
    moved = _moved(gone, come)
    pairs: list[tuple[FileCard | None, FileCard | None]] = [*both]
    pairs += [(moved.get(card.name), card) for card in come]
    left = {card.name for card in moved.values()}
    pairs += [(card, None) for card in gone if card.name not in left]
    hashes = {card.hash for pair in pairs for card in pair if card}
    rids = queries.hashes(db, sorted(hashes))
    found = [_change(was, now, rids) for was, now in pairs]
    return sorted(found, key=lambda change: change.name)


def _moved(gone: list[FileCard], come: list[FileCard]) -> dict[str, FileCard]:
    """Find what new files were called before: by the card, or by their content."""
    by_name = {card.name: card for card in gone}
    by_hash = {card.hash: card for card in reversed(gone)}
    moved: dict[str, FileCard] = {}
    taken: set[str] = set()
    for card in come:
        was = by_name.get(card.old_name) or by_hash.get(card.hash)
        if was and was.name not in taken:
            moved[card.name] = was
            taken.add(was.name)
    return moved


def _mode(card: FileCard) -> str:
    return _MODES.get(card.permission, "")


def _change(was: FileCard | None, now: FileCard | None, rids: dict[str, int]) -> Change:
    card = now or was or FileCard("", "")
    old, new = was.hash if was else "", now.hash if now else ""
    old_name = was.name if was and now and was.name != now.name else ""
    if old_name:
        kind = "renamed"
    elif was and now:
        kind = "mode" if old == new else "edited"
    else:
        kind = "added" if now else "deleted"
    return Change(
        *(card.name, old_name, kind, rids.get(old, 0), rids.get(new, 0)),
        *(old, new, _mode(card)),
    )


def matching(changes: Iterable[Change], globs: str) -> list[Change]:
    """Keep the files whose names match one of some patterns; all without any."""
    patterns = globs.replace(",", " ").split()
    return [
        change
        for change in changes
        if not patterns
        or any(fnmatchcase(change.name, pattern) for pattern in patterns)
    ]


def shown(
    db: sqlite3.Connection, changes: Iterable[Change], page: Page, *, whole: bool
) -> list[ShownChange]:
    """Show what differs in each file, as far as a page can have it.

    Args:
        db: a reading connection.
        changes: of the files.
        page: shows their differences.
        whole: all of them, and not only so many as can be shown fast.
    """
    found: list[ShownChange] = []
    for change in changes:
        late = len(found) >= _FILES_AT_ONCE or page.rows >= AT_ONCE
        view = None if late and not whole else _view(db, change, page)
        found.append(ShownChange(change, view))
    return found


def _view(db: sqlite3.Connection, change: Change, page: Page) -> View:
    """Show a change; what was shown before is kept, for contents never change."""
    key = ("difference", change.old_hash, change.new_hash, page.form)
    kept = db.caches.meanings.get(key) if isinstance(db, Reader) else None
    if isinstance(kept, View) and page.take_rows(kept.rows):
        return kept
    try:
        view = _compared(db, change, page)
    except ArtifactError as error:
        return View(Markup(), str(error))
    if isinstance(db, Reader) and view.table and view.is_whole:
        db.caches.meanings.put(key, view, len(view.table))
    return view


def _compared(db: sqlite3.Connection, change: Change, page: Page) -> View:
    old, new = _contents(db, change)
    if change.old_hash == change.new_hash:
        note = (
            f"Now {change.mode or 'not executable'}." if change.kind == "mode" else ""
        )
        return View(Markup(), note or "The content is the same.")
    if not old and not new:
        return View(Markup(), "The file is empty.")
    return page.show(old, new)


def _contents(db: sqlite3.Connection, change: Change) -> tuple[bytes, bytes]:
    old = load(db, change.old) if change.old else b""
    new = load(db, change.new) if change.new else b""
    return old, new


def patches(
    db: sqlite3.Connection, changes: Iterable[Change], context: int
) -> Iterator[bytes]:
    """Write the patch of each file, as `fossil diff` does; `patch -p0 -E` applies it.

    A file that was renamed goes under its old name and comes under its new one. A
    file that cannot be read, or is not text, is named without its changes.
    """
    for change in changes:
        try:
            old, new = _contents(db, change)
        except ArtifactError as error:
            yield _index(change.name) + f"{error}\n\n".encode()
            continue
        if change.old_name:
            yield _file_patch(change.old_name, old, None, context)
            yield _file_patch(change.name, None, new, context)
        else:
            before = old if change.old_hash else None
            after = new if change.new_hash else None
            yield _file_patch(change.name, before, after, context)


def _file_patch(name: str, old: bytes | None, new: bytes | None, context: int) -> bytes:
    """Write the patch of one file; None is a file that is not there."""
    head = _index(name)
    if is_binary(old or b"") or is_binary(new or b""):
        return head + b"cannot compute difference between binary files\n\n"
    labels = (name if content is not None else "/dev/null" for content in (old, new))
    head += "--- {}\n+++ {}\n".format(*labels).encode("utf-8", "replace")
    return head + patch(old or b"", new or b"", context) + b"\n"


def _index(name: str) -> bytes:
    return f"Index: {name}\n{_RULE}\n".encode("utf-8", "replace")

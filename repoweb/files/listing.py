"""Lists of files: one folder, a tree, or all in one, with sizes and last changes."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from repoweb.files import queries
from repoweb.repository.ages import MOST_DATED, Change, last_changes
from repoweb.repository.files import FileList
from repoweb.repository.structure import FileCard

_CSS = {"x": "file exec", "l": "file link"}


@dataclass(frozen=True)
class Entry:
    """A line of a list: a file, or a folder with the number of files in it.

    Args:
        path: within the check-in; `name` is its last part.
        card: None for a folder.
    """

    name: str
    path: str
    card: FileCard | None = None
    files: int = 0
    size: int | None = None
    change: Change | None = None

    @property
    def css(self) -> str:
        """The classes of a file's name: what it is."""
        return _CSS.get(self.card.permission if self.card else "", "file")

    @property
    def time(self) -> str:
        """When it was last changed, or "" if that is not known."""
        return self.change.time if self.change else ""


@dataclass
class Node:
    """A folder of a tree."""

    entry: Entry
    folders: "list[Node]" = field(default_factory=list)
    files: list[Entry] = field(default_factory=list)


def dated(files: FileList, path: str) -> Sequence[FileCard]:
    """List the files that tell when what lies in a folder was changed last."""
    below = files.below(path)
    return below if len(below) <= MOST_DATED else files.within(path)[1]


def folder(
    db: sqlite3.Connection, checkin: int, files: FileList, path: str, *, ages: bool
) -> list[Entry]:
    """List what lies directly in a folder, folders first; `ages` tells last changes."""
    folders, cards = files.within(path)
    below = files.below(path)
    changes = last_changes(db, checkin, dated(files, path)) if ages else {}
    newest = _newest_in(path, below, changes)
    start = f"{path}/" if path else ""
    return [
        *(
            Entry(f.name, start + f.name, None, f.files, change=newest.get(f.name))
            for f in folders
        ),
        *_entries(cards, changes, queries.sizes(db, _hashes(cards))),
    ]


def _newest_in(
    path: str, below: Iterable[FileCard], changes: dict[str, Change]
) -> dict[str, Change]:
    """Tell the last change in each of the folders of a folder."""
    skip = len(path) + 1 if path else 0
    newest: dict[str, Change] = {}
    for card in below:
        name, slash, _ = card.name[skip:].partition("/")
        change = changes.get(card.name)
        if slash and change and (name not in newest or newest[name].time < change.time):
            newest[name] = change
    return newest


def everything(  # noqa: PLR0913 - each is something else
    db: sqlite3.Connection,
    checkin: int,
    files: FileList,
    path: str,
    *,
    ages: bool,
    sizes: bool,
) -> list[Entry]:
    """List all files in a folder and the folders in it.

    Args:
        db: a reading connection.
        checkin: has the files.
        files: of the check-in.
        path: of the folder.
        ages: whether to tell last changes.
        sizes: whether to tell sizes.
    """
    cards = files.below(path)
    return _entries(
        cards,
        last_changes(db, checkin, cards) if ages else {},
        queries.sizes(db, _hashes(cards)) if sizes else {},
    )


def _hashes(cards: Iterable[FileCard]) -> set[str]:
    return {card.hash for card in cards}


def _entries(
    cards: Iterable[FileCard], changes: dict[str, Change], sizes: dict[str, int]
) -> list[Entry]:
    return [
        Entry(
            card.name.rpartition("/")[2],
            card.name,
            card,
            0,
            sizes.get(card.hash),
            changes.get(card.name),
        )
        for card in cards
    ]


def all_times(db: sqlite3.Connection, path: str) -> list[Entry]:
    """List what ever lay directly in a folder, in any check-in; folders first."""
    skip = len(path) + 1 if path else 0
    counts: dict[str, int] = {}
    files = []
    for name in queries.names_below(db, path):
        first, slash, _ = name[skip:].partition("/")
        if slash:
            counts[first] = counts.get(first, 0) + 1
        else:
            files.append(Entry(first, name))
    return [
        *(Entry(name, name_in(path, name), None, n) for name, n in counts.items()),
        *files,
    ]


def name_in(path: str, name: str) -> str:
    """Join a folder and a name."""
    return f"{path}/{name}" if path else name


def tree(entries: Iterable[Entry], path: str, *, with_files: bool = True) -> Node:
    """Arrange files in their folders, in the order in which they come.

    Args:
        entries: the files.
        path: the folder that holds them all.
        with_files: show them, too, and not only the folders.
    """
    root = Node(Entry(path.rpartition("/")[2], path))
    nodes = {path: root}
    for entry in entries:
        parent = entry.path.rpartition("/")[0]
        node = _node(nodes, parent)
        if with_files:
            node.files.append(entry)
    return root


def _node(nodes: dict[str, Node], path: str) -> Node:
    """Return the node of a folder; it and those around it are made as needed."""
    missing = []
    while path not in nodes:
        missing.append(path)
        path = path.rpartition("/")[0]
    node = nodes[path]
    for name in reversed(missing):
        child = nodes[name] = Node(Entry(name.rpartition("/")[2], name))
        node.folders.append(child)
        node = child
    return node


def sort(entries: list[Entry], by: str) -> list[Entry]:
    """Sort by "age", the youngest first, by "size", the largest first, or by name."""
    if by == "age":
        return sorted(entries, key=lambda entry: entry.time, reverse=True)
    if by == "size":
        return sorted(entries, key=lambda entry: entry.size or 0, reverse=True)
    return entries

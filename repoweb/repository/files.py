"""The files of a check-in, from its manifest and its baseline (FOSSIL.md 4.2)."""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from repoweb.repository.connection import Reader
from repoweb.repository.loading import ArtifactError, hash_of, load, load_by_hash
from repoweb.repository.parsing import parse
from repoweb.repository.structure import BadArtifact, FileCard, Kind, Manifest

_WEIGHT = 6  # bytes in memory for each byte of a manifest
_AFTER_SLASH = "0"  # the character behind "/"


@dataclass(frozen=True)
class Folder:
    """A folder within a folder, and how many files it has in all."""

    name: str
    files: int


@dataclass(frozen=True)
class FileList:
    """All files of a check-in, sorted by name."""

    files: tuple[FileCard, ...]
    _names: list[str] = field(repr=False, compare=False)
    _by_name: dict[str, FileCard] = field(repr=False, compare=False)

    @classmethod
    def of(cls, files: dict[str, FileCard]) -> "FileList":
        """Make a list of files by their names."""
        names = sorted(files)
        return cls(tuple(files[name] for name in names), names, files)

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[FileCard]:
        return iter(self.files)

    def get(self, name: str) -> FileCard | None:
        """Return the file with a name, if there is one."""
        return self._by_name.get(name)

    def below(self, folder: str) -> tuple[FileCard, ...]:
        """List all files in a folder and the folders in it; "" is the top."""
        if not folder:
            return self.files
        start = bisect_left(self._names, f"{folder}/")
        end = bisect_left(self._names, folder + _AFTER_SLASH)
        return self.files[start:end]

    def has_folder(self, folder: str) -> bool:
        """Whether there is a folder; the top is always there."""
        return not folder or bool(self.below(folder))

    def within(self, folder: str) -> tuple[list[Folder], list[FileCard]]:
        """List what lies directly in a folder: folders, and files."""
        skip = len(folder) + 1 if folder else 0
        counts: dict[str, int] = {}
        files = []
        for card in self.below(folder):
            first, slash, _ = card.name[skip:].partition("/")
            if slash:
                counts[first] = counts.get(first, 0) + 1
            else:
                files.append(card)
        return [Folder(name, count) for name, count in counts.items()], files


def files_of(db: sqlite3.Connection, rid: int) -> FileList:
    """List the files of a check-in.

    Raises:
        ArtifactError: it, or its baseline, cannot be read or is no check-in.
    """
    name = hash_of(db, rid)
    cached = db.caches.meanings.get(("files", name)) if isinstance(db, Reader) else None
    if isinstance(cached, FileList):
        return cached
    content = load(db, rid)
    found, size = _complete(db, _manifest(name, content))
    if isinstance(db, Reader):
        cost = (size + len(content)) * _WEIGHT
        db.caches.meanings.put(("files", name), found, cost)
    return found


def _complete(db: sqlite3.Connection, manifest: Manifest) -> tuple[FileList, int]:
    """Overlay a delta manifest on its baseline; also returns the baseline's size."""
    own = {card.name: card for card in manifest.files}
    if not manifest.baseline:
        return FileList.of(own), 0
    content = load_by_hash(db, manifest.baseline)
    baseline = _manifest(manifest.baseline, content)
    files = {card.name: card for card in baseline.files} | own
    kept = {name: card for name, card in files.items() if card.hash}
    return FileList.of(kept), len(content)


def _manifest(name: str, content: bytes) -> Manifest:
    try:
        manifest = parse(content)
    except BadArtifact as error:
        raise ArtifactError(name, str(error)) from error
    if manifest.kind is not Kind.CHECKIN:
        raise ArtifactError(name, "it is no check-in")
    return manifest

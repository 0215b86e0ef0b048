"""Archives of a check-in: ZIP and tar files, made piece by piece.

The same check-in always gives the same bytes. What they hold is what Fossil's
own archives hold: every file below one folder, with the time of the check-in.
"""

import io
import posixpath
import re
import sqlite3
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from repoweb.repository.loading import load_by_hash
from repoweb.repository.structure import FileCard

_PIECE = 256 * 1024
"""Bytes that are collected before they are sent."""

_OLDEST_ZIP = (1980, 1, 1, 0, 0, 0)
_PLAIN, _EXECUTABLE, _LINK = 0o644, 0o755, "l"
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 6

Reading = Callable[[], AbstractContextManager[sqlite3.Connection]]


@dataclass(frozen=True)
class Member:
    """A file that goes into an archive; its content is loaded when it is its turn.

    Args:
        content: None to load the artifact that the card names.
    """

    name: str
    card: FileCard
    content: bytes | None = None


@dataclass(frozen=True)
class Plan:
    """What an archive is to hold.

    Args:
        folder: the name of the folder that holds everything; "" for none.
        members: the files, in their order.
        time: of the check-in.
    """

    folder: str
    members: list[Member]
    time: datetime

    def path(self, member: Member) -> str:
        """Return the name of a file within the archive."""
        return f"{self.folder}/{member.name}" if self.folder else member.name


class _Sink(io.RawIOBase):
    """A file that is only written to, and emptied from time to time."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Return what was written since it was asked last."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return data


def zip_pieces(plan: Plan, reading: Reading) -> Iterator[bytes]:
    """Make a ZIP file.

    Args:
        plan: what goes into it.
        reading: lends a connection for a moment.

    Raises:
        ArtifactError: a file cannot be read; what was made until then is useless.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        links = harmful_links(plan)
        for member in plan.members:
            content = content_of(member, reading)
            info = zipfile.ZipInfo(plan.path(member), _zip_time(plan.time))
            info.create_system = 3  # Unix, which the permissions are those of
            info.external_attr = mode_of(member.card, content, links) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            if sink.size > _PIECE:
                yield sink.take()
    yield sink.take()


def tar_pieces(plan: Plan, reading: Reading) -> Iterator[bytes]:
    """Make a tar file, compressed as gzip does.

    Args:
        plan: what goes into it.
        reading: lends a connection for a moment.

    Raises:
        ArtifactError: a file cannot be read; what was made until then is useless.
    """
    sink = _Sink()
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)  # without a time of its own
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        links = harmful_links(plan)
        for member in plan.members:
            content = content_of(member, reading)
            archive.addfile(*_tar_entry(plan, member, content, links))
            if sink.size > _PIECE:
                yield packer.compress(sink.take())
    yield packer.compress(sink.take()) + packer.flush()


def _tar_entry(
    plan: Plan, member: Member, content: bytes, links: set[str]
) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(plan.path(member))
    info.mtime = int(plan.time.timestamp())
    mode = mode_of(member.card, content, links)
    info.mode = stat.S_IMODE(mode)
    if stat.S_ISLNK(mode):
        info.type = tarfile.SYMTYPE
        info.linkname = content.decode("utf-8", "replace")
        return info, io.BytesIO()
    info.size = len(content)
    return info, io.BytesIO(content)


def content_of(member: Member, reading: Reading) -> bytes:
    """Load what a file of an archive holds."""
    if member.content is not None:
        return member.content
    with reading() as db:
        return load_by_hash(db, member.card.hash)


def mode_of(card: FileCard, content: bytes, harmful: set[str]) -> int:
    """Return type and permissions of a file; a link that leads astray is a file."""
    if card.permission == _LINK and card.name not in harmful and _stays(card, content):
        return stat.S_IFLNK | _EXECUTABLE
    executable = card.permission == "x"
    return stat.S_IFREG | (_EXECUTABLE if executable else _PLAIN)


def _stays(card: FileCard, content: bytes) -> bool:
    """Whether a symbolic link leads to somewhere in the same check-in."""
    target = content.decode("utf-8", "replace")
    if not target or target.startswith("/") or re.search(r"[\0\\:]", target):
        return False
    found = posixpath.normpath(posixpath.join(posixpath.dirname(card.name), target))
    return found != ".." and not found.startswith("../")


def harmful_links(plan: Plan) -> set[str]:
    """Name the links that are folders too: files would go where they lead."""
    links = {m.card.name for m in plan.members if m.card.permission == _LINK}
    if not links:
        return set()
    folders = {
        name[: found.start()]
        for name in (member.card.name for member in plan.members)
        for found in re.finditer("/", name)
    }
    return links & folders


def _zip_time(time: datetime) -> tuple[int, int, int, int, int, int]:
    moment = time.astimezone(UTC).timetuple()[:6]
    return max(moment, _OLDEST_ZIP)


def is_safe(name: str) -> bool:
    r"""Whether a name stays within the archive's folder, also where \ divides."""
    return ".." not in re.split(r"[/\\]", name) and "\0" not in name


def asked_revision(name: str, revision: str) -> tuple[str, str]:
    """Tell which check-in an address means, and how the file is called.

    Args:
        name: of the file, maybe with that of the check-in and a slash before it.
        revision: that is named elsewhere, which counts more, or "".

    Returns:
        The name of the check-in, or "" if there is none, and the name of the file.
    """
    before, _, last = name.rpartition("/")
    return revision or before, last

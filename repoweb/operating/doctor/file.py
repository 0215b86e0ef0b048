"""The repository file: permissions, journal, damage, room."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from repoweb.operating.doctor.finding import Finding, bad, good, hint
from repoweb.repository.repository import Repository

_LEAST_FREE = 100 * 1024 * 1024
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs"}
)
_MOUNTS = Path("/proc/self/mounts")
_AHEAD = "SELECT max(mtime)-julianday('now') FROM event"
_CLOCK_TOLERANCE = 1 / 24


def check_file(repository: Repository) -> Iterator[Finding]:
    """Look at the file, its folder and its disk."""
    path = repository.path
    yield from _permissions(path)
    yield from _disk(path)
    with repository.reading() as db:
        yield _journal(db)
        yield _integrity(db)
        yield from _clock(db)


def _permissions(path: Path) -> Iterator[Finding]:
    state, user = path.stat(), os.geteuid()
    if not os.access(path, os.W_OK):
        yield bad(
            f"user {user} may not write {path}: the site is read-only",
            f"chown {user} {path}, or start repoweb as user {state.st_uid}",
        )
    elif not os.access(path.parent, os.W_OK):
        yield bad(
            f"user {user} may not write the folder {path.parent}, where SQLite keeps"
            " its journal: the site is read-only",
            f"chown {user} {path.parent}",
        )
    else:
        yield good(f"user {user} may write the file and its folder")
    if user == 0:
        yield hint("this is run by root", "run repoweb as a user of its own")
    if state.st_mode & stat.S_IROTH:
        yield hint(
            "everybody on this machine may read the file, with all passwords' hashes",
            f"chmod o-rwx {path}",
        )


def _disk(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path.parent).free
    if free < _LEAST_FREE:
        yield bad(f"only {free // 1024 // 1024} MiB are free on the disk", "make room")
    kind = file_system(path)
    if kind in _NETWORK:
        yield bad(
            f"the file lies on a network file system ({kind}), where SQLite's locks"
            " may fail",
            "keep it on a local disk, in journal mode DELETE at least",
        )


def _journal(db: sqlite3.Connection) -> Finding:
    mode = db.execute("PRAGMA journal_mode").fetchone()[0]
    if mode == "wal":
        return good("journal mode WAL: readers and writers do not wait for each other")
    return hint(
        f"journal mode {mode.upper()}: readers and writers wait for each other",
        "on a local disk: sqlite3 FILE 'PRAGMA journal_mode=WAL'",
    )


def _integrity(db: sqlite3.Connection) -> Finding:
    found = [str(row[0]) for row in db.execute("PRAGMA quick_check(3)").fetchall()]
    if found == ["ok"]:
        return good("SQLite finds no damage")
    return bad(
        f"the file is damaged: {found[0].splitlines()[0]}",
        "restore a backup, or try: sqlite3 FILE .recover",
    )


def _clock(db: sqlite3.Connection) -> Iterator[Finding]:
    ahead = db.execute(_AHEAD).fetchone()[0]
    if ahead is not None and ahead > _CLOCK_TOLERANCE:
        yield bad(
            f"the newest event lies {ahead * 24:.0f} hours in the future",
            "set this machine's clock, or that of whoever committed it",
        )


def file_system(path: Path) -> str:
    """Name the kind of file system on which a file lies; "" if that is unknown."""
    best, kind = "", ""
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    for _device, place, found, *_ in (line.split() for line in lines):
        below = str(path).startswith(place.rstrip("/") + "/")
        if below and len(place) > len(best):
            best, kind = place, found
    return kind

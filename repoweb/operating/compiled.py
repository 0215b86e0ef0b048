"""Compiled templates that the next start finds again.

They are programs: whoever could write to their folder could have us run anything.
So it is one that we own and nobody else may enter, in a place where nobody can put
another one instead. Without such a place each start compiles anew.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from pickle import PickleError

import jinja2.compiler
from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from repoweb.web import layout

_PATTERN = "%s.template"
_COMPILERS = jinja2.compiler.__file__, layout.__file__
"""What tells how templates are compiled, besides their text."""


def keep_compiled(app: Flask) -> None:
    """Keep what is compiled for an application, if there is a safe place for it."""
    app.jinja_env.bytecode_cache = cache_in(places(os.environ))


def cache_in(places: Iterator[Path]) -> BytecodeCache | None:
    """Keep compiled templates in the first place that is safe; None without one."""
    folder = next(filter(_is_ours, places), None)
    return None if folder is None else _Compiled(folder.resolve())


def places(environ: Mapping[str, str]) -> Iterator[Path]:
    """List where a cache may lie: in the user's, or below the temporary folder."""
    cache = environ.get("XDG_CACHE_HOME") or ""
    home = environ.get("HOME") or ""
    if cache.startswith("/"):
        yield Path(cache, "repoweb")
    if home.startswith("/"):
        yield Path(home, ".cache", "repoweb")
    yield Path(tempfile.gettempdir(), f"repoweb-{os.geteuid()}")


def _is_ours(folder: Path) -> bool:
    """Make a folder if need be; tells whether it is safe from everybody else."""
    try:
        folder.parent.mkdir(0o700, exist_ok=True)
        folder.mkdir(0o700, exist_ok=True)
        own = folder.lstat()
        around = [place.stat() for place in folder.resolve().parents]
    except OSError:
        return False
    private = stat.S_ISDIR(own.st_mode) and not stat.S_IMODE(own.st_mode) & 0o077
    return private and own.st_uid == os.geteuid() and all(map(_is_safe, around))


def _is_safe(place: os.stat_result) -> bool:
    """Whether nobody but us and root can put something else where our folder lies."""
    others = place.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    protects = not others or bool(place.st_mode & stat.S_ISVTX)
    return protects and place.st_uid in {0, os.geteuid()}


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates by their text, and by what compiled them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), _PATTERN)
        found = [Path(file).stat() for file in _COMPILERS]
        self._compilers = repr([(state.st_mtime_ns, state.st_size) for state in found])

    def get_source_checksum(self, source: str) -> str:
        """Tell a template from others, also from the same as compiled otherwise."""
        text = f"{self._compilers}\n{source}".encode()
        return hashlib.sha256(text).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template; what was damaged is compiled anew."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, PickleError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a template; if the disk is full or read-only, it is not kept."""
        with suppress(OSError):
            super().dump_bytecode(bucket)

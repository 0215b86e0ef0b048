"""The machine: descriptors, the kernel's queue, programs."""

import re
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from repoweb.operating.doctor.finding import Finding, bad, good, hint

_SPARE = 500
_SOMAXCONN = Path("/proc/sys/net/core/somaxconn")
_LEAST_QUEUE = 1024
_OLDEST_FOSSIL = (2, 0)
_SECONDS = 10


def check_machine(waiters: int) -> Iterator[Finding]:
    """Look whether so many browsers can wait here."""
    yield _descriptors(waiters)
    yield from _queue(waiters)
    yield good(f"SQLite {sqlite3.sqlite_version}")
    yield _fossil()


def _descriptors(waiters: int) -> Finding:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard >= waiters + _SPARE:
        return good(f"{_number(hard)} open files are enough for {waiters:,} who wait")
    return bad(
        f"{hard:,} open files are too few for {waiters:,} who wait",
        f"LimitNOFILE={waiters + _SPARE} in the unit of systemd, or ulimit -Hn",
    )


def _number(hard: int) -> str:
    return "any number of" if hard == resource.RLIM_INFINITY else f"{hard:,}"


def _queue(waiters: int) -> Iterator[Finding]:
    try:
        longest = int(_SOMAXCONN.read_text())
    except (OSError, ValueError):
        return
    if longest < min(waiters, _LEAST_QUEUE):
        yield hint(
            f"only {longest} may connect at the same moment",
            "sysctl net.core.somaxconn=4096",
        )


def _fossil() -> Finding:
    program = shutil.which("fossil")
    if program is None:
        return good("fossil is not installed, and not needed")
    try:
        done = subprocess.run(  # noqa: S603 - found in the PATH
            [program, "version"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return hint(f"{program} cannot be run: {error}", "install it anew")
    found = re.search(r"version (\d+)\.(\d+)", done.stdout)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < _OLDEST_FOSSIL:
        return bad(f"{program} is too old for this file", "install fossil 2.x")
    return good(f"fossil {version[0]}.{version[1]} may use the same file")

"""Running programs, also as somebody who may not do everything, if we are root."""

import os
import shutil
import subprocess
import sys
from functools import cache

import pytest

NOBODY = 65534
DEADLINE = 60


def run_unprivileged(*arguments, **options):
    """Run this Python with arguments, as a user without special permissions."""
    return _run([*without_privileges(), sys.executable, *arguments], options)


def run_python(*arguments, **options):
    """Run this Python with arguments."""
    return _run([sys.executable, *arguments], options)


def without_privileges():
    """Return what to put before a command so that permissions count for it."""
    if os.geteuid() != 0:
        return []
    before = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"]
    if not _works(*before):
        pytest.skip("root needs setpriv, and a Python that others may start")
    return before


@cache
def _works(*before):
    if shutil.which(before[0]) is None:
        return False
    script = "import repoweb.app"
    return _run([*before, sys.executable, "-c", script], {}).returncode == 0


def _run(command, options):
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
        **options,
    )

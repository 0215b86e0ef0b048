"""Running programs, also as somebody who may not do everything, if we are root."""

import os
import shutil
import subprocess
import sys

import pytest

NOBODY = 65534


def run_unprivileged(*arguments, **options):
    """Run this Python with arguments, as a user without special permissions."""
    return _run([*_prefix(), sys.executable, *map(str, arguments)], options)


def run_python(*arguments, **options):
    """Run this Python with arguments."""
    return _run([sys.executable, *map(str, arguments)], options)


def _run(command, options):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, **options
    )


def _prefix():
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root needs setpriv to lose its permissions")
    return [setpriv, f"--reuid={NOBODY}", "--clear-groups"]

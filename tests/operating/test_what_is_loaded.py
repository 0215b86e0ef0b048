"""A server has loaded everything before visitors come: none of them waits for it."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
VISITOR = """
import os, sys
from pathlib import Path
from test_routes import EXAMPLES, TABLE
from werkzeug.test import Client

from repoweb.operating.options import SiteOptions
from repoweb.operating.site import open_site

place, prefix = sys.argv[1:]
site = open_site(Path(place), SiteOptions(poll_seconds=1))
site.warm_up().join()
before, visitor = set(sys.modules), Client(site.application)
for method, rule in (row.split(" ", 1) for row in TABLE):
    visitor.open(
        prefix + EXAMPLES.get(rule, rule),
        method=method,
        auth=("drh", "pw-drh"),
        headers={"Origin": "http://localhost"},
        buffered=True,
    )
print(*sorted(set(sys.modules) - before), flush=True)
os._exit(0)
"""
"""Starts a site, visits each page, and prints the modules that only this has loaded."""


@pytest.mark.parametrize("is_folder", [False, True])
def test_visitors_of_all_pages_load_no_module(path, configure, is_folder):
    configure("http_authentication_ok", "1")
    place, prefix = (path.parent, f"/{path.stem}") if is_folder else (path, "")

    done = subprocess.run(
        [sys.executable, "-c", VISITOR, place, prefix],
        capture_output=True,
        text=True,
        cwd=TESTS,
        check=True,
    )

    assert done.stdout.split() == []

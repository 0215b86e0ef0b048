"""A repository that cannot be written is shown, and changes are refused."""

import json
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from running import run_unprivileged

VISIT = """
import json, sys
from pathlib import Path
from repoweb.app import create_app
from repoweb.repository.repository import Repository

path, requests = Path(sys.argv[1]), json.loads(sys.argv[2])
repository = Repository(path)
app = create_app(repository)
client = app.test_client()
for url, options in requests:
    if "auth" in options:
        options["auth"] = tuple(options["auth"])
    answer = client.open(url, **options)
    said = "read-only" if "project.fossil: the file is read-only" in answer.text else ""
    print(json.dumps([answer.status_code, said]))
repository.close()
"""


@pytest.fixture
def visit(path):
    """Send requests to the site of a read-only file: its statuses and reasons."""
    folder = Path(tempfile.mkdtemp(prefix="repoweb-"))
    shown = Path(shutil.copy(path, folder / "project.fossil"))
    db = sqlite3.connect(shown)
    db.execute("PRAGMA journal_mode=DELETE")
    db.execute("INSERT INTO config VALUES('http_authentication_ok', '1', 0)")
    db.commit()
    db.close()
    shown.chmod(0o444)
    folder.chmod(0o555)

    def run(*requests):
        done = run_unprivileged("-c", VISIT, shown, json.dumps(requests))
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    yield run
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_pages_are_shown(visit):
    pages = ["/home", "/stat", "/sitemap", "/info/trunk"]

    assert visit(*[[url, {}] for url in pages]) == [[200, ""]] * 4


def test_a_password_that_is_right_is_enough_for_one_request(visit):
    assert (
        visit(
            ["/my?resid=alice&token=pw-alice", {}],
            ["/my", {"auth": ["alice", "pw-alice"]}],
            ["/Admin/Users", {"auth": ["drh", "pw-drh"]}],
        )
        == [[200, ""]] * 3
    )


def test_a_wrong_one_is_refused_though_it_cannot_be_counted(visit):
    assert (
        visit(
            ["/my?resid=alice&token=wrong", {}],
            ["/my", {"auth": ["alice", "wrong"]}],
            ["/login", {"method": "POST", "data": {"u": "alice", "p": "wrong"}}],
        )
        == [[503, "read-only"]] * 3
    )


def test_nobody_can_log_in(visit):
    form = {"u": "alice", "p": "pw-alice"}

    assert visit(["/login", {"method": "POST", "data": form}]) == [[503, "read-only"]]


def test_nothing_can_be_changed(visit):
    drh = {"method": "POST", "auth": ["drh", "pw-drh"]}
    user = {"new-login": "eve", "password": "x", "info": ""}

    assert (
        visit(
            ["/Admin/Users/edit", {**drh, "data": user}],
            ["/Admin/Configuration", {**drh, "data": {"project-name": "New"}}],
        )
        == [[503, "read-only"]] * 2
    )


def test_what_needs_no_writing_works(visit):
    theme = {"method": "POST", "data": {"theme": "dark"}}

    assert visit(["/theme", theme]) == [[302, ""]]

"""The chat of a file that cannot be written is shown, and nothing can be sent."""

import json
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from pages import parse
from running import run_unprivileged

from repoweb.accounts import cookie
from repoweb.repository.create import create_repository

VISIT = """
import json, sys
from pathlib import Path
from repoweb.app import create_app
from repoweb.repository.repository import Repository

repository = Repository(Path(sys.argv[1]))
client = create_app(repository).test_client(use_cookies=False)
client.environ_base["HTTP_COOKIE"] = sys.argv[2]
for method, url in json.loads(sys.argv[3]):
    answer = client.open(url, method=method, headers={"Sec-Fetch-Site": "same-origin"},
                         data={"msg": "hello"} if method == "POST" else None)
    print(json.dumps([answer.status_code, answer.text]))
repository.close()
"""
OLD = """
CREATE TABLE chat(msgid INTEGER PRIMARY KEY AUTOINCREMENT, mtime JULIANDAY,
  xfrom TEXT, xmsg TEXT, fname TEXT, fmime TEXT, file BLOB);
INSERT INTO chat(mtime, xfrom, xmsg)
  VALUES(julianday('now'), 'bob', 'said with an old fossil, see [chat:1]');
"""
"""The table of Fossil's first chat, without `mdel` and `lmtime`."""


@pytest.fixture(params=["file", "folder"])
def visit(request):
    """Visit a file of fossil's that cannot be written, or its folder cannot."""
    folder = Path(tempfile.mkdtemp(prefix="repoweb-"))
    shown = folder / "project.fossil"
    create_repository(shown, admin="drh")
    db = sqlite3.connect(shown)
    db.execute("PRAGMA journal_mode=DELETE")
    db.execute("UPDATE user SET cookie=?, cexpire=julianday('now')+1", (f"{7:050X}",))
    for (name,) in db.execute(
        "SELECT name FROM sqlite_schema WHERE type='table'"
        " AND (name GLOB 'fx_*' OR name GLOB 'chat*')"
    ).fetchall():
        if "_" not in name.removeprefix("fx_"):
            db.execute(f"DROP TABLE IF EXISTS {name}")
    session = f"{cookie.cookie_name(db)}={cookie.for_user(db, 'drh', f'{7:050X}')}"
    db.commit()

    def run(*requests, chat=OLD):
        db.executescript(chat)
        db.close()
        shown.chmod(0o444 if request.param == "file" else 0o666)
        folder.chmod(0o555)
        words = [shown, session, json.dumps(requests)]
        done = run_unprivileged("-c", VISIT, *words)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return [tuple(json.loads(line)) for line in done.stdout.splitlines()]

    yield run
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_the_page_shows_what_was_said(visit):
    ((status, text),) = visit(["GET", "/chat"])

    assert status == 200
    assert "said with an old fossil" in parse(text).by_id("m1").text
    assert json.loads(parse(text).by_id("chat-boot").text)["readonly"] is True
    assert "The repository is read-only now. You can read, not write." in text


def test_the_page_of_a_chat_that_never_was_is_empty(visit):
    ((status, text),) = visit(["GET", "/chat"], chat="")

    assert status == 200
    assert "No messages yet." in text


def test_so_do_the_other_ways_to_read(visit):
    answers = visit(
        ["GET", "/chat?d=today"],
        ["GET", "/chat?m=1"],
        ["GET", "/chat-poll?name=0&rows=1&seen=1"],
        ["GET", "/chat-poll?name=1&wait=0"],
        ["GET", "/chat-poll?around=1"],
        ["GET", "/chat-poll?before=2"],
        ["GET", "/chat-fetch-one/1"],
        ["GET", "/chat-query?i=1"],
    )

    assert [status for status, _ in answers] == [200] * 8
    said = ["said with an old fossil" in text for _, text in answers]
    assert said == [True, True, True, False, True, True, True, True]


def test_what_cannot_be_had_is_told_without_a_failure(visit):
    answers = visit(
        ["GET", "/chat-query?q=old"],
        ["GET", "/chat-stream?name=0"],
        ["GET", "/chat-poll?around=9"],
        ["GET", "/chat-download/1"],
    )

    assert [status for status, _ in answers] == [409, 404, 200, 404]
    assert json.loads(answers[0][1])["code"] == "readonly"


def test_nothing_can_be_sent(visit):
    ((status, text),) = visit(["POST", "/chat-send"])

    assert status == 503
    assert json.loads(text)["code"] == "repository"

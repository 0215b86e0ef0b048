"""No page of the repository asks more questions because the repository is larger."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from addresses import PAGES, fill
from test_difficult_repositories import Trouble

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.repository.checkin import check_in
from repoweb.repository.connection import Reader

START = datetime(2099, 1, 1, tzinfo=UTC)
FEW, TEN_TIMES = 6, 60


def grow(trouble, times):
    """Make everything of which there can be many, so many times."""
    files = {}
    with trouble.repository.writing() as db:
        for number in range(times):
            files[f"folder{number}/file{number}.txt"] = b"%d\n" % number
            files["a.txt"] = b"one\ntwo %d\n" % number
            uuid = check_in(
                db,
                files,
                comment=f"change {number}",
                user=f"user{number}",
                time=START + timedelta(hours=number),
            )
            _tag(db, uuid, f"sym-tag{number}", 1, None)
            _tag(db, uuid, "branch", 2, f"branch{number}")
            _tag(db, uuid, f"sym-branch{number}", 2, None)
            _wiki(db, number)
        _tag(db, uuid, "branch", 2, "trunk")
        _tag(db, uuid, "sym-trunk", 2, None)


def _tag(db, uuid, name, kind, value):
    db.execute("INSERT OR IGNORE INTO tag(tagname) VALUES(?)", (name,))
    db.execute(
        "REPLACE INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
        " SELECT tagid, ?, rid, rid, ?, 1, rid FROM tag, blob"
        " WHERE tagname=? AND uuid=?",
        (kind, value, name, uuid),
    )


def _wiki(db, number):
    db.execute("INSERT OR IGNORE INTO tag(tagname) VALUES('wiki-Page')")
    rid = db.execute("SELECT max(rid) FROM blob").fetchone()[0]
    db.execute(
        "INSERT OR IGNORE INTO event(type, mtime, objid, user, comment)"
        " VALUES('w', julianday('2098-01-01')+?, ?, 'drh', '+Page')",
        (number, rid - 1),
    )


@pytest.fixture(scope="module")
def counts(template, tmp_path_factory):
    """Of each page the numbers of queries with few things, and with many."""
    found = []
    for times in (FEW, TEN_TIMES):
        path = shutil.copy(template, tmp_path_factory.mktemp("queries"))
        trouble = Trouble(path)
        trouble.two_versions("a.txt")
        grow(trouble, times)
        trouble.two_versions("a.txt", b"one\n2\n", b"one\n2\n3\n")
        found.append(_counted(trouble))
        trouble.repository.close()
    return dict(zip(PAGES, zip(*found, strict=True), strict=True))


def _counted(trouble):
    app = create_app(trouble.repository)
    client = app.test_client()
    client.get("/home")
    numbers = []
    with pytest.MonkeyPatch.context() as patch:
        made = []
        execute = Reader.execute
        patch.setattr(
            Reader, "execute", lambda *args: made.append(args[1]) or execute(*args)
        )
        for address in PAGES.values():
            made.clear()
            client.get(fill(address, trouble.about), buffered=True).close()
            numbers.append(len(made))
    chat_of(app).hub.close()
    return numbers


@pytest.mark.parametrize("rule", PAGES)
def test_it_is_the_same_for_ten_times_as_much(counts, rule):
    few, many = counts[rule]

    assert many == few
    assert many < 60

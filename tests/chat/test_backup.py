"""/chat-backup gives the messages as an SQLite file, for `fossil chat pull`."""

import sqlite3

import pytest

from repoweb.chat.backup import read_backup
from repoweb.repository.obscure import obscure

COLUMNS = "msgid, mtime, lmtime, xfrom, xmsg, fname, fmime, mdel, file"


def fetch(client, address, **query):
    """Read and close the answer, as a server does."""
    return client.get(address, query_string=query or None, buffered=True)


@pytest.fixture
def opened(tmp_path):
    """Open what was downloaded."""
    connections = []

    def open_it(content):
        path = tmp_path / "chatbu.db"
        path.write_bytes(content)
        connections.append(sqlite3.connect(path))
        return connections[-1]

    yield open_it
    for connection in connections:
        connection.close()


@pytest.mark.usefixtures("captured")
def test_it_is_a_small_sqlite_file(drh):
    answer = fetch(drh, "/chat-backup?msgid=0")

    assert answer.status_code == 200
    assert answer.mimetype == "application/x-sqlite3"
    assert answer.data.startswith(b"SQLite format 3\0")
    assert int.from_bytes(answer.data[16:18], "big") == 512


@pytest.mark.usefixtures("captured_deletion")
def test_it_has_all_columns_of_all_messages(drh, opened, rows, sql):
    sql("INSERT INTO chat(mtime, fname, fmime, file) VALUES(1, 'n', 't', x'00ff')")

    backup = opened(fetch(drh, "/chat-backup?msgid=0").data)

    query = f"SELECT {COLUMNS} FROM chat ORDER BY msgid"
    assert backup.execute(query).fetchall() == rows(query)
    assert len(rows(query)) == 3


@pytest.mark.usefixtures("captured")
def test_it_is_sound_and_has_no_other_table(drh, opened):
    backup = opened(fetch(drh, "/chat-backup?msgid=0").data)

    tables = backup.execute("SELECT name FROM sqlite_schema WHERE name GLOB '[a-z]*'")
    names = {row[0] for row in tables if not row[0].startswith("sqlite_")}
    assert names == {"chat"}
    assert backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("msgid=1", [2]),
        ("msgid=2", []),
        ("msgid=99", []),
        ("msgid=" + "9" * 40, []),
        ("msgid=-1", [1, 2]),
        ("msgid=garbage", [1, 2]),
        ("msgid=", [1, 2]),
        ("", [1, 2]),
    ],
)
@pytest.mark.usefixtures("captured")
def test_it_has_the_messages_behind_a_number(drh, opened, query, ids):
    backup = opened(fetch(drh, f"/chat-backup?{query}").data)

    found = backup.execute("SELECT msgid FROM chat ORDER BY msgid").fetchall()
    assert [row[0] for row in found] == ids


def test_it_can_be_had_before_the_chat_was_ever_used(drh, opened):
    backup = opened(fetch(drh, "/chat-backup?msgid=0").data)

    assert backup.execute("SELECT count(*) FROM chat").fetchone() == (0,)


@pytest.mark.usefixtures("captured")
def test_a_token_of_a_setup_user_fetches_it(nobody):
    query = {"msgid": 0, "resid": obscure("drh"), "token": obscure("pw-drh")}

    answer = fetch(nobody, "/chat-backup", **query)

    assert answer.data.startswith(b"SQLite format 3\0")


@pytest.mark.parametrize("login", [None, "bob", "carol", "dora"])
@pytest.mark.usefixtures("captured")
def test_nobody_else_gets_it(client_of, login):
    answer = fetch(client_of(login), "/chat-backup?msgid=0")

    assert answer.data.startswith(b'{"isError": true,')
    assert b"Hello" not in answer.data


@pytest.mark.usefixtures("captured")
def test_a_doubled_slash_as_of_fossil_chat_pull_leads_to_it(live):
    query = f"msgid=1&resid={obscure('drh')}&token={obscure('pw-drh')}"

    answer = live.visitor().get(f"//chat-backup?{query}")

    assert answer.body.startswith(b"SQLite format 3\0")


@pytest.mark.usefixtures("captured")
class TestReadingOne:
    @pytest.fixture
    def backup(self, drh, tmp_path):
        path = tmp_path / "backup.db"
        path.write_bytes(fetch(drh, "/chat-backup?msgid=0").data)
        return path

    def test_adds_what_is_not_there(self, backup, repository, sql, rows):
        sql("DELETE FROM chat WHERE msgid=2")

        with repository.writing() as db:
            assert read_backup(db, backup) == 1

        assert rows("SELECT msgid, file FROM chat") == [(1, None), (2, b"file body")]

    def test_leaves_what_is_there(self, backup, repository, sql, rows):
        sql("UPDATE chat SET xmsg='mine'")

        with repository.writing() as db:
            assert read_backup(db, backup) == 0

        assert rows("SELECT DISTINCT xmsg FROM chat") == [("mine",)]

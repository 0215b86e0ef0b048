"""The tables are made as Fossil makes them, migrated, and the index kept in step."""

import sqlite3

import pytest

from repoweb.chat import schema, store

TODAY = ["msgid", "mtime", "lmtime", "xfrom", "xmsg", "fname", "fmime", "mdel", "file"]
OLDEST = (
    "CREATE TABLE chat(msgid INTEGER PRIMARY KEY AUTOINCREMENT, mtime JULIANDAY,"
    " xfrom TEXT, xmsg TEXT, file BLOB, fname TEXT, fmime TEXT{})"
)


@pytest.fixture
def columns(rows):
    return lambda: [
        row[0] for row in rows("SELECT name FROM pragma_table_info('chat')")
    ]


@pytest.fixture
def make_ready(repository):
    def make():
        with repository.writing() as db:
            schema.make_ready(db)

    return make


@pytest.fixture
def in_step(repository):
    def ask():
        with repository.reading() as db:
            return schema.index_is_in_step(db)

    return ask


@pytest.fixture
def found(repository):
    """The numbers that the index itself finds."""

    def ask(word):
        with repository.reading() as db:
            query = "SELECT rowid FROM chatfts1(?) ORDER BY rowid"
            return [row[0] for row in db.execute(query, (word,))]

    return ask


def test_a_new_repository_has_no_chat(rows):
    assert rows("SELECT name FROM sqlite_schema WHERE name LIKE 'chat%'") == []


@pytest.mark.parametrize("page", ["/chat", "/chat-poll?wait=0", "/chat-query"])
def test_the_tables_are_made_on_first_use(alice, page, columns, rows):
    alice.get(page)

    assert columns() == TODAY
    tables = rows(
        "SELECT name FROM sqlite_schema WHERE name IN ('chatfts1','fx_chatkey')"
    )
    assert sorted(tables) == [("chatfts1",), ("fx_chatkey",)]


@pytest.mark.parametrize(
    "missing", ["fx_chatkey", "fx_chatfile", "fx_chatread", "fx_chattoken"]
)
def test_a_table_of_ours_that_is_missing_is_made(say, alice, foreign, rows, missing):
    say("one")
    foreign.execute(f"DROP TABLE {missing}")

    assert alice.get("/chat").status_code == 200

    assert rows(f"SELECT * FROM {missing}") == []
    assert rows("SELECT xmsg FROM chat") == [("one",)]


@pytest.mark.usefixtures("tables")
def test_the_index_is_declared_exactly_as_fossil_does(rows):
    assert rows("SELECT sql FROM sqlite_schema WHERE name='chatfts1'") == [
        (
            "CREATE VIRTUAL TABLE chatfts1 USING fts5("
            "    xmsg, content=chat, content_rowid=msgid,tokenize=porter)",
        )
    ]


@pytest.mark.parametrize(
    "old", ["", ", lmtime TEXT", ", mdel INT"], ids=["neither", "no mdel", "no lmtime"]
)
def test_an_old_table_gets_the_columns_that_it_lacks(
    foreign, old, alice, columns, check_index
):
    foreign.execute(OLDEST.format(old))
    foreign.execute(
        "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5,'bob','old')"
    )

    answer = alice.get("/chat-poll/0?raw=1")

    assert sorted(columns()) == sorted(TODAY)
    assert [m["xmsg"] for m in answer.json["msgs"]] == ["old"]
    check_index()


def test_the_messages_of_an_old_table_are_found(foreign, alice):
    foreign.execute(OLDEST.format(""))
    foreign.execute(
        "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5,'bob','old')"
    )

    answer = alice.get("/chat-query?q=old")

    assert [m["msgid"] for m in answer.json["msgs"]] == [1]


def test_a_table_that_is_complete_is_left_alone(say, rows, make_ready):
    say("one")
    before = rows("SELECT sql FROM sqlite_schema ORDER BY name")

    make_ready()

    assert rows("SELECT sql FROM sqlite_schema ORDER BY name") == before
    assert rows("SELECT xmsg FROM chat") == [("one",)]


@pytest.mark.parametrize("chosen", ["porter", "unicode61", "trigram"])
def test_the_index_has_the_tokenizer_of_the_setting(chosen, configure, say, rows):
    configure("search-tokenizer", chosen)

    say("one")

    (sql,) = rows("SELECT sql FROM sqlite_schema WHERE name='chatfts1'")[0]
    assert f"tokenize={chosen})" in sql


@pytest.mark.parametrize("chosen", ["", "off", "1", "ascii", "porter); DROP TABLE x"])
def test_another_tokenizer_counts_as_porter(chosen, configure, say, rows):
    configure("search-tokenizer", chosen)

    say("one")

    (sql,) = rows("SELECT sql FROM sqlite_schema WHERE name='chatfts1'")[0]
    assert sql.endswith("tokenize=porter)")


class TestTheIndexStaysInStep:
    def test_when_messages_are_appended(self, say, check_index, found):
        say("the first apple")
        say("the second apple")

        assert found("apple") == [1, 2]
        check_index()

    def test_when_one_is_deleted(self, say, repository, check_index, found):
        say("one apple")
        say("another apple")

        with repository.writing() as db:
            store.delete(db, 1, "bob", is_admin=False)

        assert found("apple") == [2]
        check_index()

    def test_when_old_ones_are_purged(self, say, age, configure, check_index, found):
        configure("chat-keep-count", "1")
        age(say("one apple"), 9)
        say("another apple")

        say("a third apple")

        assert found("apple") == [2, 3]
        check_index()

    def test_when_all_are_deleted(self, say, drh, check_index, found):
        say("one apple")

        drh.post("/Admin/Chat", data={"action": "clear", "name": "Demo"})

        assert found("apple") == []
        check_index()

    def test_when_a_write_fails_and_is_rolled_back(
        self, say, repository, check_index, found
    ):
        say("one apple")

        def fail():
            with repository.writing() as db:
                store.delete(db, 1, "bob", is_admin=False)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()

        assert found("apple") == [1]
        check_index()


class TestAnIndexOutOfStep:
    @pytest.fixture(autouse=True)
    def five_messages(self, say):
        for number in range(1, 6):
            say(f"message {number}")

    def break_by_insert(self, foreign):
        foreign.execute("INSERT INTO chat(mtime, xmsg) VALUES(2461365.5, 'new')")

    def break_by_delete(self, foreign):
        """As fossil 2.21 does: the row goes, another tells so."""
        foreign.execute("DELETE FROM chat WHERE msgid=3")
        foreign.execute("INSERT INTO chat(mtime, mdel) VALUES(2461365.5, 3)")

    def break_by_purge(self, foreign):
        foreign.execute("DELETE FROM chat WHERE msgid<3")

    def break_by_purge_and_insert(self, foreign):
        self.break_by_purge(foreign)
        self.break_by_insert(foreign)

    def break_by_clearing(self, foreign):
        foreign.execute("DELETE FROM chat")

    def break_by_dropping(self, foreign):
        """As `fossil rebuild` does."""
        foreign.execute("DROP TABLE chatfts1")

    FOREIGN = ("insert", "delete", "purge", "purge_and_insert", "clearing", "dropping")

    def test_is_not_seen_where_it_is_in_step(self, in_step):
        assert in_step()

    @pytest.mark.parametrize("way", FOREIGN)
    def test_is_seen(self, way, foreign, in_step):
        assert in_step()

        getattr(self, f"break_by_{way}")(foreign)

        assert not in_step()

    @pytest.mark.parametrize("way", FOREIGN)
    def test_is_really_broken(self, way, foreign, check_index):
        getattr(self, f"break_by_{way}")(foreign)

        with pytest.raises(sqlite3.Error):
            check_index()

    @pytest.mark.parametrize("way", FOREIGN)
    def test_is_mended_when_somebody_enters(self, way, foreign, alice, check_index):
        getattr(self, f"break_by_{way}")(foreign)

        assert alice.get("/chat").status_code == 200

        check_index()

    @pytest.mark.parametrize("way", FOREIGN)
    def test_is_mended_by_the_next_message(self, way, foreign, say, check_index):
        getattr(self, f"break_by_{way}")(foreign)

        say("after it")

        check_index()

    @pytest.mark.parametrize("way", FOREIGN)
    def test_is_mended_by_a_deletion(self, way, foreign, drh, check_index):
        getattr(self, f"break_by_{way}")(foreign)

        assert drh.post("/chat-delete/4").status_code == 200

        check_index()

    def test_is_mended_by_a_search(self, foreign, alice, check_index):
        self.break_by_insert(foreign)

        answer = alice.get("/chat-query?q=new")

        assert [m["msgid"] for m in answer.json["msgs"]] == [6]
        check_index()

    def test_is_mended_by_a_purge(
        self, foreign, repository, check_index, configure, age
    ):
        self.break_by_insert(foreign)
        configure("chat-keep-count", "0")
        age(1, 30)

        with repository.writing() as db:
            schema.make_ready(db)
            store.purge(db, store.Rule.read(db))

        check_index()

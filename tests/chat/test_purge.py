"""Old messages go as Fossil documents it, and leave nothing behind."""

import io
import itertools
import sqlite3

import pytest
from click.testing import CliRunner

from repoweb.chat import purge as purging
from repoweb.chat import schema, store
from repoweb.chat.message import Upload
from repoweb.chat.purge import Rule
from repoweb.cli import repoweb

AGES = {200: 10, 201: 8, 202: 6, 203: 4, 204: 2, 205: 0}
"""The six rows of FOSSIL.md 7.3: number and age in days."""


@pytest.fixture
def six(repository):
    """The six rows, in step with the index."""
    with repository.writing() as db:
        schema.make_ready(db)
        for msgid, days in AGES.items():
            db.execute(
                "INSERT INTO chat(msgid, mtime, xfrom, xmsg)"
                " VALUES(?, julianday('now')-?, 'bob', ?)",
                (msgid, days, f"text {msgid}"),
            )
            schema.add_to_index(db, msgid, f"text {msgid}")


@pytest.fixture
def purge(repository):
    def purge(count, days):
        with repository.writing() as db:
            return purging.purge(db, Rule(count, days))

    return purge


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ((7, 0), [202, 203, 204, 205]),
        ((7, 2), [202, 203, 204, 205]),
        ((7, 5), [201, 202, 203, 204, 205]),
        ((7, 6), [200, 201, 202, 203, 204, 205]),
        ((7, 50), [200, 201, 202, 203, 204, 205]),
        ((1, 2), [204, 205]),
        ((1, 1), [205]),
        ((1, 0), [205]),
        ((5.5, 0), [203, 204, 205]),
        ((6.5, 0), [202, 203, 204, 205]),
        ((0.5, 1), [205]),
        ((0.0001, 0), []),
        ((1000, 0), [200, 201, 202, 203, 204, 205]),
        ((0, 0), [200, 201, 202, 203, 204, 205]),
        ((0, 2), [200, 201, 202, 203, 204, 205]),
        ((-1, 2), [200, 201, 202, 203, 204, 205]),
    ],
)
@pytest.mark.usefixtures("six")
def test_the_newest_stay_and_the_old_go(sql, purge, ids, rule, kept):
    days, count = rule
    sql("UPDATE chat SET mtime=mtime-0.001")

    gone = purge(count, days)

    assert ids() == kept
    assert gone == len(AGES) - len(kept)


@pytest.mark.usefixtures("six")
def test_what_will_go_is_counted_before(repository):
    with repository.reading() as db:
        assert purging.count_old(db, Rule(2, 7)) == 2
        assert purging.count_old(db, Rule(2, 0)) == 0


@pytest.mark.usefixtures("six")
def test_the_index_forgets_what_went(purge, check_index):
    purge(0, 7)

    check_index()


@pytest.mark.usefixtures("tables")
def test_an_empty_chat_is_purged_in_vain(purge):
    assert purge(0, 7) == 0


@pytest.mark.usefixtures("six")
def test_rows_that_tell_deletions_do_not_count_as_messages(sql, purge, ids):
    sql("UPDATE chat SET mdel=1, xmsg=NULL WHERE msgid IN (203, 205)")
    sql("INSERT INTO chatfts1(chatfts1) VALUES('rebuild')")

    purge(2, 1)

    assert ids() == [202, 203, 204, 205]


@pytest.mark.usefixtures("six")
def test_rows_that_tell_deletions_go_when_they_are_old(sql, purge, ids):
    sql("UPDATE chat SET mdel=1, xmsg=NULL WHERE msgid=200")
    sql("INSERT INTO chatfts1(chatfts1) VALUES('rebuild')")

    gone = purge(4, 7)

    assert gone == 2
    assert ids() == [202, 203, 204, 205]


@pytest.mark.parametrize(
    ("stored", "rule"),
    [
        ({}, Rule(50, 7.0)),
        ({"chat-keep-days": "0.5", "chat-keep-count": "3"}, Rule(3, 0.5)),
        ({"chat-keep-days": "-1"}, Rule(50, -1.0)),
        ({"chat-keep-days": "soon", "chat-keep-count": "some"}, Rule(50, 7.0)),
        ({"chat-keep-days": "inf", "chat-keep-count": "-5"}, Rule(50, 7.0)),
    ],
)
def test_the_rule_is_the_repositorys(repository, configure, stored, rule):
    for name, value in stored.items():
        configure(name, value)

    with repository.reading() as db:
        assert Rule.read(db) == rule


@pytest.mark.usefixtures("six")
class TestAPurgeHappens:
    @pytest.fixture(autouse=True)
    def keep_three_days(self, configure):
        configure("chat-keep-days", "3")
        configure("chat-keep-count", "1")

    def test_when_somebody_sends(self, bob, ids):
        bob.post("/chat-send", data={"msg": "new"})

        assert ids() == [204, 205, 206]

    @pytest.mark.parametrize(
        "address",
        [
            "/chat",
            "/chat-poll/0?wait=0",
            "/chat-poll/-1?wait=0",
            "/chat-poll?name=-50",
            "/chat-poll/205?before=204",
        ],
    )
    def test_when_somebody_enters(self, bob, ids, address):
        assert bob.get(address).status_code == 200

        assert ids() == [204, 205]

    @pytest.mark.parametrize(
        "address", ["/chat-poll/1?wait=0", "/chat-query?q=text", "/chat-fetch-one/200"]
    )
    def test_not_when_somebody_goes_on_reading(self, bob, ids, address):
        assert bob.get(address).status_code == 200

        assert ids() == list(AGES)

    def test_by_command(self, path, ids, check_index):
        result = CliRunner().invoke(repoweb, ["chat", "purge", str(path)])

        assert (result.exit_code, result.output) == (0, "4 messages deleted\n")
        assert ids() == [204, 205]
        check_index()

    def test_by_the_administrators_button(self, drh, ids):
        answer = drh.post("/Admin/Chat", data={"action": "purge"})

        assert "Deleted 4 old messages." in answer.text
        assert ids() == [204, 205]

    @pytest.mark.usefixtures("six")
    def test_not_by_a_retry(self, bob, repository, ids):
        with repository.writing() as db:
            db.execute("INSERT INTO fx_chatkey VALUES('bob','k',205,strftime('%s'))")

        answer = bob.post("/chat-send", data={"msg": "text 205", "k": "k"})

        assert answer.json == {"msgid": 205, "dup": 1}
        assert ids() == list(AGES)


class TestWhatStandsBeside:
    @pytest.fixture(autouse=True)
    def three(self, say):
        """Each with a key and an attachment."""
        for name in ("a", "b", "c"):
            upload = Upload(name, "text/plain", 1, io.BytesIO(b"x"))
            say(name, key=name, upload=upload)

    @pytest.fixture
    def beside(self, rows):
        """The numbers that our tables know."""

        def ask():
            tables = ("fx_chatkey", "fx_chatfile")
            query = "SELECT msgid FROM {} ORDER BY msgid"
            return [[row[0] for row in rows(query.format(t))] for t in tables]

        return ask

    def test_goes_with_the_message(self, age, purge, beside):
        assert beside() == [[1, 2, 3]] * 2
        age(1, 9)
        age(2, 9)

        purge(1, 7)

        assert beside() == [[3]] * 2

    def test_goes_after_fossils_purge_with_the_next(self, foreign, age, purge, beside):
        foreign.execute("DELETE FROM chat WHERE msgid=1")
        schema.rebuild_index(foreign)
        age(2, 9)

        purge(1, 7)

        assert beside() == [[3]] * 2

    def test_goes_when_all_is_deleted(self, drh, beside):
        drh.post("/Admin/Chat", data={"action": "clear", "name": "Demo"})

        assert beside()[1] == []


class TestOfWhatWasDeletedNothingIsLeftInTheFile:
    SECRET = "xylographisch"

    @pytest.fixture
    def path(self, path):
        """The file in Fossil's own journal mode, where it is all there is."""
        db = sqlite3.connect(path)
        assert db.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        db.close()
        return path

    @pytest.fixture
    def in_file(self, path):
        return lambda: self.SECRET.encode() in path.read_bytes()

    @pytest.fixture(autouse=True)
    def messages(self, say):
        """A message with a word that no other has, and a long text."""
        words = itertools.cycle(["lorem", "ipsum", "dolor", "sit", "amet"])
        for _ in range(5):
            say("before it")
        say(f"{self.SECRET} " + " ".join(itertools.islice(words, 2000)))
        for _ in range(5):
            say("after it")

    def test_which_is_there_before(self, in_file):
        assert in_file()

    def test_after_a_purge(self, age, configure, say, in_file, ids):
        configure("chat-keep-count", "5")
        for msgid in ids()[:6]:
            age(msgid, 9)

        say("one more")

        assert 6 not in ids()
        assert not in_file()

    def test_after_a_deletion(self, repository, in_file):
        with repository.writing() as db:
            store.delete(db, 6, "bob", is_admin=False)

        assert not in_file()

    def test_after_all_was_deleted(self, drh, in_file):
        drh.post("/Admin/Chat", data={"action": "clear", "name": "Demo"})

        assert not in_file()

    def test_nor_of_an_attachment(self, repository, say, path):
        secret = b"\x00\x01secret bytes\x02" * 500
        msgid = say("", upload=Upload("a", "x/y", len(secret), io.BytesIO(secret)))
        assert secret[:15] in path.read_bytes()

        with repository.writing() as db:
            store.delete(db, msgid, "bob", is_admin=False)

        assert secret[:15] not in path.read_bytes()

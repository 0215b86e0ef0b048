"""Storing, listing and deleting messages: what stands in the table afterwards."""

import io

import pytest

from repoweb.chat import attachments, store
from repoweb.chat.keys import KEY_SECONDS
from repoweb.chat.message import NewMessage, Upload
from repoweb.chat.purge import Rule
from repoweb.chat.store import NotDeletable, Stored

FOR_EVER = Rule(50, 0)


@pytest.fixture
def append(repository):
    def append(*values, **fields):
        with repository.writing() as db:
            return store.append(db, NewMessage(*values, **fields), FOR_EVER)

    return append


@pytest.fixture
def delete(repository):
    def delete(msgid, who, *, is_admin=False):
        with repository.writing() as db:
            return store.delete(db, msgid, who, is_admin=is_admin)

    return delete


@pytest.fixture
def ask(repository):
    def ask(question, *values):
        with repository.reading() as db:
            return question(db, *values)

    return ask


def test_a_message_fills_the_columns_that_fossil_fills(append, rows):
    stored = append("bob", "hello", local_time="2026-11-20T12:00:00")

    assert stored == Stored(1)
    assert rows(
        "SELECT msgid, typeof(mtime), abs(mtime-julianday('now'))<0.01, lmtime, xfrom,"
        " xmsg, fname, fmime, mdel, file FROM chat"
    ) == [(1, "real", 1, "2026-11-20T12:00:00", "bob", "hello", None, None, None, None)]


def test_an_attachment_is_stored_with_its_name_and_type(append, rows):
    upload = Upload("a.bin", "application/x-thing", 3, io.BytesIO(b"\0\1\2"))

    append("bob", "", upload=upload)

    assert rows("SELECT fname, fmime, typeof(file), file FROM chat") == [
        ("a.bin", "application/x-thing", "blob", b"\0\1\2")
    ]


def test_numbers_are_never_used_again(append, delete, rows):
    append("bob", "one")
    notice = delete(1, "bob")

    stored = append("bob", "two")

    assert (notice, stored.msgid) == (2, 3)
    assert rows("SELECT seq FROM sqlite_sequence WHERE name='chat'") == [(3,)]


class TestAKey:
    def test_makes_a_retry_the_same_message(self, append, ids):
        first = append("bob", "hello", key="abc")

        again = append("bob", "hello", key="abc")

        assert (first, again) == (Stored(1), Stored(1, repeated=True))
        assert ids() == [1]

    def test_is_the_posters_own(self, append, ids):
        append("bob", "hello", key="abc")

        stored = append("alice", "hello", key="abc")

        assert stored == Stored(2)
        assert ids() == [1, 2]

    def test_of_another_message_is_another_message(self, append, ids):
        append("bob", "hello", key="abc")

        append("bob", "hello", key="abd")

        assert ids() == [1, 2]

    def test_is_not_needed(self, append, ids):
        append("bob", "hello")
        append("bob", "hello")

        assert ids() == [1, 2]

    def test_is_remembered_for_a_day(self, append, sql, ids):
        append("bob", "hello", key="abc")
        sql("UPDATE fx_chatkey SET at=at-?", KEY_SECONDS - 60)

        again = append("bob", "hello", key="abc")

        assert again.repeated
        assert ids() == [1]

    def test_is_forgotten_after_a_day(self, append, sql, ids, rows):
        append("bob", "hello", key="abc")
        sql("UPDATE fx_chatkey SET at=at-?", KEY_SECONDS + 60)

        again = append("bob", "hello", key="abc")

        assert again == Stored(2)
        assert ids() == [1, 2]
        assert rows("SELECT k, msgid FROM fx_chatkey") == [("abc", 2)]

    def test_that_is_old_leaves_the_table(self, append, sql, rows):
        append("bob", "hello", key="old")
        sql("UPDATE fx_chatkey SET at=at-?", KEY_SECONDS + 60)

        append("alice", "hello", key="new")

        assert rows("SELECT xfrom, k FROM fx_chatkey") == [("alice", "new")]

    def test_outlives_its_message_so_that_a_retry_does_not_resurrect_it(
        self, append, delete, ids
    ):
        append("bob", "hello", key="abc")
        delete(1, "bob")

        again = append("bob", "hello", key="abc")

        assert again == Stored(1, repeated=True)
        assert ids() == [2]

    def test_is_not_stored_when_the_message_is_not(self, repository, append, ids):
        append("bob", "first")

        def fail():
            with repository.writing() as db:
                store.append(db, NewMessage("bob", "hello", key="abc"), FOR_EVER)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        again = append("bob", "hello", key="abc")

        assert not again.repeated
        assert len(ids()) == 2


class TestListing:
    @pytest.fixture(autouse=True)
    def messages(self, append, delete):
        """1 to 5 by bob; 3 is deleted, which row 6 tells."""
        for number in range(1, 6):
            append("bob", f"message {number}")
        delete(3, "bob")

    def listed(self, messages):
        return [message.msgid for message in messages]

    def test_what_lies_behind_a_number(self, ask):
        assert self.listed(ask(store.after, 2)) == [4, 5, 6]

    def test_nothing_lies_behind_the_last(self, ask):
        assert ask(store.after, 6) == []

    def test_what_lies_before_a_number_newest_first(self, ask):
        assert self.listed(ask(store.before, 5, 2)) == [4, 2]

    def test_all_that_lies_before_a_number(self, ask):
        assert self.listed(ask(store.before, 7, -1)) == [5, 4, 2, 1]

    def test_the_newest_without_deletions(self, ask):
        assert self.listed(ask(store.newest, 2)) == [4, 5]

    def test_from_a_number_on(self, ask):
        assert self.listed(ask(store.from_id, 4, 2)) == [4, 5]

    def test_one_message(self, ask):
        assert ask(store.one, 4).text == "message 4"

    @pytest.mark.parametrize("msgid", [3, 6, 7, 0, -1])
    def test_a_deletion_is_no_message(self, ask, msgid):
        assert ask(store.one, msgid) is None

    def test_the_last_number_counts_deletions(self, ask):
        assert ask(store.last_id) == 6

    def test_a_deletion_tells_what_went(self, ask):
        notice = ask(store.after, 5)[0]

        assert (notice.msgid, notice.deletes, notice.text) == (6, 3, "")
        assert notice.poster == "bob"


@pytest.mark.usefixtures("tables")
def test_an_empty_chat_has_no_last_number(ask):
    assert ask(store.last_id) == 0


@pytest.mark.usefixtures("tables")
def test_rows_of_other_programs_are_read_whatever_they_hold(foreign, ask):
    foreign.execute("INSERT INTO chat(mtime, xmsg) VALUES(NULL, NULL)")
    foreign.execute(
        "INSERT INTO chat(mtime, xfrom, xmsg, lmtime, mdel)"
        " VALUES('x', 5, CAST('bytes' AS BLOB), '', 0)"
    )
    foreign.execute(
        "INSERT INTO chat(mtime, xmsg) VALUES(2461365.5, CAST(x'c3' AS TEXT))"
    )

    none, blob, cut = ask(store.after, 0)

    assert (none.poster, none.text, none.time) == (None, "", "1970-01-01T00:00:00Z")
    assert (blob.poster, blob.text, blob.local_time, blob.deletes) == (
        "5",
        "bytes",
        None,
        None,
    )
    assert (cut.text, cut.time) == ("�", "2026-11-21T00:00:00Z")


class TestDeleting:
    def test_leaves_a_row_that_tells(self, append, delete, rows):
        append("bob", "hello", local_time="2026-11-20T12:00:00")

        notice = delete(1, "bob")

        assert notice == 2
        assert rows(
            "SELECT msgid, lmtime, xfrom, xmsg, fname, fmime, mdel, file FROM chat"
        ) == [(2, None, "bob", None, None, None, 1, None)]

    def test_is_done_by_administrators_in_their_own_name(self, append, delete, rows):
        append("bob", "hello")

        delete(1, "dora", is_admin=True)

        assert rows("SELECT xfrom, mdel FROM chat") == [("dora", 1)]

    def test_is_not_done_by_others(self, append, delete, rows):
        append("bob", "hello")

        with pytest.raises(NotDeletable):
            delete(1, "alice")

        assert rows("SELECT msgid, xmsg FROM chat") == [(1, "hello")]

    @pytest.mark.usefixtures("tables")
    def test_of_nobodys_row_needs_an_administrator(self, foreign, delete, ids):
        foreign.execute("INSERT INTO chat(mtime, xmsg) VALUES(2461365.5, 'x')")

        with pytest.raises(NotDeletable):
            delete(1, "bob")

        assert ids() == [1]

    @pytest.mark.parametrize("msgid", [0, -1, 2, 2**62])
    def test_of_what_is_not_there_changes_nothing(self, append, delete, ids, msgid):
        append("bob", "hello")

        assert delete(msgid, "bob") is None

        assert ids() == [1]

    def test_of_a_deletion_changes_nothing(self, append, delete, rows):
        append("bob", "hello")
        notice = delete(1, "bob")

        assert delete(notice, "bob", is_admin=True) is None

        assert rows("SELECT msgid, mdel FROM chat") == [(2, 1)]

    def test_twice_leaves_one_row(self, append, delete, ids):
        append("bob", "hello")
        delete(1, "bob")

        assert delete(1, "bob") is None

        assert ids() == [2]


class TestAnAttachment:
    @pytest.mark.parametrize("size", [1, 65_536, 65_537, 200_000])
    def test_is_copied_out_as_it_went_in(self, append, ask, size):
        content = bytes(number % 251 for number in range(size))
        append("bob", "", upload=Upload("a", "x/y", size, io.BytesIO(content)))
        target = io.BytesIO()

        assert ask(store.one, 1).size == size
        ask(attachments.copy, 1, target)

        assert target.getvalue() == content

    def test_goes_in_piece_by_piece(self, append, rows):
        class Pieces(io.BytesIO):
            largest = 0

            def read(self, size=-1):
                piece = super().read(size)
                self.largest = max(self.largest, len(piece))
                return piece

        file = Pieces(bytes(1_000_000))

        append("bob", "", upload=Upload("a", "x/y", 1_000_000, file))

        assert file.largest <= 64 * 1024
        assert rows("SELECT length(file) FROM chat") == [(1_000_000,)]

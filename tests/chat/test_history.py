"""Around a message, across a gap, after a reset: what the page gets to catch up."""

import pytest

from repoweb.chat import schema, store
from repoweb.chat.store import MOST_NEWS


@pytest.fixture
def many(sql, repository):
    """Store so many messages at once."""
    with repository.writing() as db:
        schema.make_ready(db)

    def many(count):
        sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<?)"
            " INSERT INTO chat(mtime, xfrom, xmsg)"
            " SELECT julianday('now'), 'bob', 'same' FROM n",
            count,
        )

    return many


@pytest.fixture
def poll(alice):
    def poll(cursor=0, **parameters):
        query = {"wait": "0", "rows": "1", **parameters}
        return alice.get(f"/chat-poll/{cursor}", query_string=query).json

    return poll


def ids_of(answer):
    return [message["msgid"] for message in answer["msgs"]]


class TestAGap:
    def test_is_told_instead_of_more_than_200_messages(self, many, poll):
        many(MOST_NEWS + 50)

        answer = poll(0)

        assert ids_of(answer) == list(range(51, 251))
        assert answer["more"] == {"from": 1, "to": 50, "count": 50}

    def test_is_not_told_of_200(self, many, poll):
        many(MOST_NEWS + 50)

        answer = poll(50)

        assert len(ids_of(answer)) == MOST_NEWS
        assert "more" not in answer

    def test_has_no_messages_that_were_deleted(self, many, poll, repository):
        many(MOST_NEWS + 50)
        with repository.writing() as db:
            for msgid in (1, 2, 250):
                store.delete(db, msgid, "drh", is_admin=True)

        assert poll(0)["more"] == {"from": 3, "to": 49, "count": 47}

    def test_leaves_out_no_deletion_of_a_message_that_the_reader_has(
        self, many, poll, repository
    ):
        many(10)
        with repository.writing() as db:
            notice = store.delete(db, 3, "bob", is_admin=False)
        many(MOST_NEWS + 5)

        answer = poll(10)

        assert answer["msgs"][0]["mdel"] == 3
        assert ids_of(answer)[0] == notice
        assert answer["more"]["count"] == 5

    def test_is_unknown_to_fossils_page_which_gets_all(self, many, alice):
        many(MOST_NEWS + 50)

        answer = alice.get("/chat-poll/0?wait=0").json

        assert len(ids_of(answer)) == MOST_NEWS + 50
        assert "more" not in answer

    def test_costs_no_more_queries_than_none(self, many, repository):
        many(3 * MOST_NEWS)
        with repository.reading() as db:
            asked = []
            db.set_trace_callback(asked.append)
            store.news(db, 0)
            db.set_trace_callback(None)

        assert len(asked) == 4


class TestAReset:
    def test_is_told_to_who_has_seen_more_than_there_ever_was(self, say, poll):
        say("new")

        answer = poll(99)

        assert answer["reset"] == 1
        assert ids_of(answer) == [1]

    def test_is_not_told_for_a_number_that_was_given(self, say, poll, bob):
        say()
        say()
        bob.post("/chat-delete/2")

        assert "reset" not in poll(3)

    def test_is_not_told_after_all_was_purged(self, say, age, poll, configure):
        configure("chat-keep-count", "0")
        say()
        age(1, 30)
        assert ids_of(poll(0)) == []

        assert "reset" not in poll(1)

    def test_follows_a_dropped_table(self, say, poll, foreign):
        say()
        foreign.execute("DROP TABLE chat")
        foreign.execute("DROP TABLE chatfts1")

        answer = poll(1)

        assert (answer["reset"], answer["msgs"]) == (1, [])

    def test_of_a_dropped_table_forgets_what_stood_beside_it(
        self, say, alice, foreign, rows
    ):
        say(key="k-1")
        alice.get("/chat-poll/1?seen=1&wait=0", headers={"Origin": "http://localhost"})
        assert rows("SELECT login FROM fx_chatread") == [("alice",)]
        foreign.execute("DROP TABLE chat")

        alice.get("/chat")

        for table in ("fx_chatkey", "fx_chatread", "fx_chatfile"):
            assert rows(f"SELECT * FROM {table}") == []

    def test_of_a_table_that_another_program_made_anew_doubles_nothing(
        self, say, poll, foreign
    ):
        say(key="old")
        foreign.execute("DROP TABLE chat")
        foreign.execute("DROP TABLE chatfts1")
        foreign.execute(schema.CHAT)

        say("new", key="new")

        (message,) = poll(0)["msgs"]
        assert (message["msgid"], message["k"]) == (1, "new")

    def test_is_unknown_to_fossils_page(self, say, alice):
        say()

        assert alice.get("/chat-poll/99?wait=0").json["msgs"] == []


class TestAround:
    @pytest.fixture(autouse=True)
    def twenty(self, many, repository):
        many(20)
        with repository.writing() as db:
            store.delete(db, 9, "bob", is_admin=False)

    @pytest.mark.parametrize(
        ("msgid", "n", "listed"),
        [
            (10, 2, [7, 8, 10, 11, 12]),
            (1, 2, [1, 2, 3]),
            (20, 2, [18, 19, 20]),
            (10, 1, [8, 10, 11]),
        ],
    )
    def test_are_so_many_on_each_side(self, poll, msgid, n, listed):
        assert ids_of(poll(around=msgid, n=n)) == listed

    @pytest.mark.parametrize("n", ["", "0", "25", "9" * 30])
    def test_are_25_if_nothing_else_is_said(self, poll, n):
        assert len(ids_of(poll(around=10, n=n))) == 19

    @pytest.mark.parametrize(
        ("msgid", "text"),
        [
            (9, "Message #9 was deleted."),
            (99, "There is no message #99."),
            (21, "Message #21 is no longer kept (older than 7 days)."),
        ],
    )
    def test_a_message_that_is_not_there_it_says_why(self, poll, msgid, text):
        answer = poll(around=msgid)

        assert answer["code"] == "gone"
        assert answer["msgs"][0]["isError"] is True
        assert answer["msgs"][0]["xmsg"] == text

    def test_a_purged_one_it_says_how_long_messages_are_kept(
        self, poll, age, configure
    ):
        configure("chat-keep-count", "1")
        configure("chat-keep-days", "1")
        age(1, 2)

        text = poll(around=1)["msgs"][0]["xmsg"]

        assert text == "Message #1 is no longer kept (older than 1 day)."


class TestWhatOnlyTheUserMayKnow:
    def test_comes_with_wait_0(self, say, alice):
        say()

        answer = alice.get("/chat-poll/1?wait=0").json

        assert (answer["me"], answer["read"]) == ("alice", 0)
        form = alice.post("/chat-send", data={"msg": "x", "csrf": answer["csrf"]})
        assert form.status_code == 200

    def test_is_in_no_other_answer(self, say, alice):
        say()

        answer = alice.get("/chat-poll/0").json

        assert not {"me", "csrf", "read"} & set(answer)

"""A link leads to a message and shows what stood around it."""

import json
import re

import pytest
from pages import parse

from repoweb.chat import schema, store


@pytest.fixture
def visit(alice):
    """Open the page at a message: the numbers of its rows, and the start values."""

    def visit(msgid):
        answer = alice.get("/chat", query_string={"m": msgid})
        assert answer.status_code == 200
        page = parse(answer.text)
        rows = [
            int(row["data-id"]) for row in page.all("li", "m") if "id" in row.attributes
        ]
        return rows, json.loads(page.by_id("chat-boot").text)

    return visit


@pytest.fixture
def hundred(sql, repository):
    with repository.writing() as db:
        schema.make_ready(db)
    sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100)"
        " INSERT INTO chat(mtime, xfrom, xmsg)"
        " SELECT julianday('now'), 'bob', 'message ' || i FROM n"
    )


@pytest.mark.usefixtures("hundred")
class TestThePage:
    def test_begins_around_the_message(self, visit):
        rows, boot = visit(30)

        assert rows == list(range(5, 56))
        assert (boot["at"], boot["from"], boot["last"]) == (30, 55, 100)
        assert boot["gone"] == ""

    def test_goes_on_behind_the_newest_one_if_that_is_shown(self, visit):
        rows, boot = visit(90)

        assert rows[-1] == 100
        assert boot["from"] == boot["last"]

    @pytest.mark.parametrize("msgid", ["0", "-5", "x", ""])
    def test_begins_with_the_newest_if_there_is_no_number(self, visit, msgid):
        rows, boot = visit(msgid)

        assert rows == list(range(51, 101))
        assert (boot["at"], boot["from"], boot["gone"]) == (0, 100, "")

    def test_says_that_the_message_is_gone_and_shows_the_newest(
        self, visit, repository
    ):
        with repository.writing() as db:
            store.delete(db, 30, "bob", is_admin=False)

        rows, boot = visit(30)

        assert rows == list(range(51, 101))
        assert (boot["at"], boot["gone"]) == (0, "Message #30 was deleted.")


@pytest.fixture
def show(say, alice):
    """Send a text and return it as alice sees it."""

    def show(text):
        return alice.get(f"/chat-fetch-one/{say(text)}").json["xmsg"]

    return show


class TestALinkInAText:
    @pytest.mark.usefixtures("captured")
    def test_tells_who_said_what_when(self, show):
        html = show("as in [chat:1]")

        assert html == (
            'as in <a href="/chat?m=1" title="alice, 2026-11-20 20:41 UTC:'
            ' Hello *world* &amp; &lt;b&gt;">[chat:1]</a>'
        )

    @pytest.mark.usefixtures("captured")
    def test_may_have_a_label(self, show):
        assert ">[chat:1|this one]</a>" in show("[chat:1|this one]")

    def test_has_the_beginning_of_a_long_text_in_one_line(self, say, show):
        say("a\n\n b " + "c" * 200)

        title = re.search('title="([^"]*)"', show("[chat:1]"))[1]

        assert title.endswith("UTC: a b " + "c" * 76 + "…")

    def test_names_the_file_of_a_message_without_text(self, show, captured):
        captured("UPDATE chat SET xmsg='' WHERE msgid=2")

        assert "UTC: my file.txt" in show("[chat:2]")

    @pytest.mark.parametrize(
        "text", ["[chat:99]", "[chat:]", "[chat:x]", "[chat:-1]", "[chat: 1]", "chat:1"]
    )
    @pytest.mark.usefixtures("captured")
    def test_to_no_message_stays_text(self, show, text):
        assert show(text) == text

    @pytest.mark.usefixtures("captured_deletion")
    def test_to_a_deleted_message_stays_text(self, show):
        assert show("[chat:2] [chat:3]") == "[chat:2] [chat:3]"

    def test_costs_one_query_for_a_name(self, say, alice, queries_of):
        say("[chat:1]")
        alice.get("/chat-poll/0?wait=0")
        once = queries_of(lambda: alice.get("/chat-fetch-one/1"))
        say("[chat:1] " * 50)

        assert queries_of(lambda: alice.get("/chat-fetch-one/2")) == once


def at(login):
    return f'<span class="at" data-at="{login}">@{login}</span>'


class TestAMention:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("@bob", at("bob")),
            ("hey @bob, look", f"hey {at('bob')}, look"),
            ("(@bob)", f"({at('bob')})"),
            ("@bob: @alice!", f"{at('bob')}: {at('alice')}!"),
            ("@bob's", f"{at('bob')}&#39;s"),
            ("@bob@alice", "@bob@alice"),
            ("@bob/alice", f"{at('bob')}/alice"),
            ("me@bob.org", "me@bob.org"),
            ("@bob.org", "@bob.org"),
            ("@Bob", "@Bob"),
            ("@bobby", "@bobby"),
            ("@", "@"),
            ("@@bob", "@@bob"),
            ("@ bob", "@ bob"),
            ("@nobody @anonymous @reader", "@nobody @anonymous @reader"),
            ("@carol", "@carol"),  # she may not chat
            ("@<b>", "@&lt;b&gt;"),
            ("[@bob]", f"[{at('bob')}]"),
        ],
    )
    def test_is_a_mark_around_the_login_of_one_who_may_chat(self, show, text, html):
        assert show(text) == html

    def test_in_an_address_is_none(self, show):
        assert "data-at" not in show("https://example.org/@bob")

    def test_may_have_any_character_that_a_login_has(self, show, sql):
        sql("UPDATE user SET login='b.o-b_ö' WHERE login='bob'")

        assert show("@b.o-b_ö.") == at("b.o-b_ö") + "."

    def test_changes_nothing_of_the_text(self, say, alice):
        text = "@bob, <i> [chat:1] me@bob @x"
        say("first")
        say(text)

        page = parse(alice.get("/chat").text)

        assert page.by_id("m2b").text == text

"""How far a user has read: his devices agree, and the menu has a dot."""

import json

import pytest
from pages import parse

from repoweb.chat.reading import REST_SECONDS


@pytest.fixture
def seen(alice):
    """Tell how far alice has read; returns what the server knows then."""

    def seen(msgid, client=alice, site="same-origin"):
        address = f"/chat-poll/1?wait=0&seen={msgid}"
        headers = {"Sec-Fetch-Site": site} if site else {}
        return client.get(address, headers=headers).json["read"]

    return seen


@pytest.fixture
def rested(sql):
    """Let the time pass during which nothing is written."""
    return lambda: sql("UPDATE fx_chatread SET at=at-?", REST_SECONDS)


@pytest.fixture
def three(say):
    return [say(f"message {n}") for n in range(3)]


@pytest.mark.usefixtures("three")
class TestThePosition:
    def test_is_kept(self, seen):
        assert seen(2) == 2

    def test_is_what_another_device_begins_with(self, seen, client_of):
        seen(2)

        assert '"read": 2' in client_of("alice").get("/chat").text

    def test_is_each_users_own(self, seen, bob):
        seen(2)

        assert bob.get("/chat-poll/1?wait=0").json["read"] == 0

    def test_goes_forward_only(self, seen, rested):
        seen(3)
        rested()

        assert seen(1) == 3

    def test_is_written_at_most_every_30_seconds(self, seen, rested):
        assert (seen(1), seen(2)) == (1, 1)

        rested()

        assert seen(2) == 2

    @pytest.mark.parametrize(
        ("told", "known"), [("99", 3), ("9" * 40, 3), ("-1", 0), ("x", 0), ("", 0)]
    )
    def test_is_a_number_that_was_given(self, seen, told, known):
        assert seen(told) == known

    def test_survives_that_the_last_message_is_deleted(self, seen, bob):
        seen(3)
        bob.post("/chat-delete/3")

        assert seen(3) == 3

    def test_of_a_table_that_is_no_more_does_not_count(self, seen, sql, rested):
        seen(3)
        rested()
        sql("UPDATE fx_chatread SET msgid=5000")

        assert seen(0) == 3
        assert seen(3) == 3

    @pytest.mark.parametrize("site", ["cross-site", "same-site", None])
    def test_another_site_cannot_change(self, seen, site):
        assert seen(3, site=site) == 0

    def test_is_not_kept_for_those_who_share_a_login(self, seen, nobody, sql, rows):
        sql("UPDATE user SET cap='C' WHERE login='nobody'")

        seen(3, nobody)

        assert rows("SELECT * FROM fx_chatread") == []


@pytest.mark.usefixtures("three")
class TestWhatWasMissed:
    @pytest.fixture
    def boot(self, alice):
        """What the page of alice begins with."""
        return lambda: json.loads(
            parse(alice.get("/chat").text).by_id("chat-boot").text
        )

    def test_is_counted_and_dated(self, boot, seen, sql):
        seen(1)
        sql("UPDATE chat SET mtime=julianday('2026-11-03 14:02') WHERE msgid=2")

        assert (boot()["missed"], boot()["since"]) == (2, "2026-11-03T14:02:00Z")

    def test_is_what_others_wrote_and_left(self, boot, seen, say, bob):
        seen(1)
        say(by="alice")
        bob.post("/chat-delete/2")

        assert boot()["missed"] == 1

    def test_is_nothing_for_who_never_read(self, boot):
        assert (boot()["missed"], boot()["since"]) == (0, "")


class TestTheDot:
    @pytest.fixture
    def dots(self, alice):
        """The dots of a page, each with the words for those who do not see it."""

        def dots(client=alice, address="/home"):
            page = parse(client.get(address).text)
            assert len(page.within("nav", "wide", "a")) > 1
            marked = page.within("nav", "wide", "i")
            assert all("dot" in mark.classes for mark in marked)
            return len(marked)

        return dots

    def test_is_there_for_an_unread_message(self, say, dots):
        say()

        assert dots() == 1

    def test_has_words(self, say, alice):
        say()

        assert "(unread)" in alice.get("/home").text

    def test_is_at_the_folded_menu_too(self, say, alice):
        say()

        page = parse(alice.get("/home").text)

        assert "(Chat unread)" in page.all("summary")[0].text

    def test_is_not_there_without_a_message(self, dots):
        assert dots() == 0

    def test_is_there_in_the_repositorys_own_menu(self, say, dots, configure):
        configure("mainmenu", "Start /home * {} Talk /chat C {}")
        say()

        assert dots() == 1

    def test_is_gone_when_all_was_read(self, say, seen, dots):
        seen(say())

        assert dots() == 0

    def test_is_not_there_for_ones_own_message(self, say, dots):
        say(by="alice")

        assert dots() == 0

    def test_is_not_there_for_a_deletion(self, say, seen, dots, bob):
        say()
        seen(say())
        bob.post("/chat-delete/1")

        assert dots() == 0

    def test_is_not_there_on_the_page_itself(self, say, dots):
        say()

        assert dots(address="/chat") == 0

    @pytest.mark.parametrize("login", [None, "carol"])
    def test_is_not_there_for_those_who_may_not_chat(self, say, client_of, login):
        say()

        assert "dot" not in client_of(login).get("/home").text

    def test_costs_one_query(self, say, alice, queries_of):
        say()

        queries_of(lambda: alice.get("/home"))

        assert len([q for q in queries_of.asked if "fx_chatread" in q]) == 1


class TestThePage:
    def test_begins_with_a_fixed_number_of_queries(self, say, alice, queries_of):
        say()
        few = queries_of(lambda: alice.get("/chat"))
        for number in range(30):
            say(f"message {number}", by="bob")

        assert queries_of(lambda: alice.get("/chat")) == few

"""/Admin/Chat: the settings, who may chat, and what can be done about the messages."""

import re

import pytest
from pages import parse

from repoweb.chat.settings import SETTINGS

from .forms import file, multipart

FOSSILS = {
    "chat-initial-history": "50",
    "chat-keep-count": "50",
    "chat-keep-days": "7",
    "chat-poll-timeout": "420",
    "chat-inline-images": "1",
    "chat-alert-sound": "alerts/plunk.wav",
    "chat-timeline-user": "",
}
"""Fossil's settings and their defaults (FOSSIL.md 7.6)."""

FORM = FOSSILS | {
    "fx-chat-max-file": "10",
    "fx-chat-max-text": "40000",
    "fx-chat-per-minute": "600",
    "fx-chat-streams": "1",
}


@pytest.fixture
def save(drh):
    """Send the form with some values changed; None leaves a field out."""

    def save(**changes):
        form = FORM | {name.replace("_", "-"): v for name, v in changes.items()}
        form = {name: value for name, value in form.items() if value is not None}
        return drh.post("/Admin/Chat", data={"action": "save", **form})

    return save


@pytest.fixture
def stored(rows):
    """The rows of the chat's settings."""

    def ask():
        query = "SELECT name, value FROM config WHERE name GLOB '*chat-*' ORDER BY name"
        return dict(rows(query))

    return ask


@pytest.fixture
def logged(configure, rows):
    """What the log of changes says; it is switched on."""
    configure("admin-log", "1")
    return lambda: rows("SELECT who, page, what FROM admin_log ORDER BY id")


@pytest.fixture
def act(drh):
    def act(action, **fields):
        return drh.post("/Admin/Chat", data={"action": action, **fields})

    return act


class TestTheForm:
    def test_has_all_settings_with_fossils_names(self, drh):
        page = drh.get("/Admin/Chat").text

        for name in FORM:
            assert f'name="{name}"' in page
            assert f"<code>{name}</code>" in page

    def test_has_fossils_defaults(self):
        defaults = {s.name: s.default for s in SETTINGS if s.name in FOSSILS}

        assert defaults == {
            "chat-initial-history": 50,
            "chat-keep-count": 50,
            "chat-keep-days": 7.0,
            "chat-poll-timeout": 420,
            "chat-inline-images": True,
            "chat-alert-sound": "alerts/plunk.wav",
            "chat-timeline-user": "",
        }

    def test_says_where_fossils_own_purge_differs(self, drh):
        page = drh.get("/Admin/Chat").text

        assert "(Fossil&#39;s own purge keeps one more.)" in page
        assert "takes 0 for “at once”" in page

    def test_is_also_at_fossils_address(self, drh):
        assert "Chat administration" in drh.get("/setup_chat").text

    @pytest.mark.parametrize("address", ["/Admin/Chat", "/setup_chat"])
    @pytest.mark.parametrize("login", [None, "bob", "carol", "dora"])
    def test_is_for_setup_users_only(self, client_of, address, login, rows):
        client = client_of(login)

        assert client.get(address).status_code in {302, 403}
        form = {**FORM, "chat-keep-count": "9"}
        assert client.post(address, data=form).status_code in {401, 403}

        assert rows("SELECT * FROM config WHERE name GLOB 'chat-*'") == []


class TestSaving:
    def test_stores_what_differs_from_the_default(self, save, stored):
        answer = save(
            chat_keep_days="2.5",
            chat_keep_count="10",
            chat_inline_images=None,
            fx_chat_max_file="0.5",
        )

        assert answer.status_code == 200
        assert re.search(r"Saved \d\d:\d\d UTC", answer.text)
        assert stored() == {
            "chat-inline-images": "0",
            "chat-keep-count": "10",
            "chat-keep-days": "2.5",
            "fx-chat-max-file": "0.5",
        }

    def test_of_the_defaults_stores_nothing(self, save, stored):
        save()

        assert stored() == {}

    def test_of_a_default_removes_its_row(self, save, stored):
        save(chat_keep_count="10")

        save(chat_keep_count="50")

        assert stored() == {}

    def test_is_logged(self, save, logged):
        save(chat_keep_count="10", chat_timeline_user="robot")

        assert logged() == [
            ("drh", "Admin/Chat", "set chat-keep-count to '10'"),
            ("drh", "Admin/Chat", "set chat-timeline-user to 'robot'"),
        ]

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("chat-initial-history", "-1", "a whole number from 0 to 10,000"),
            ("chat-initial-history", "many", "a whole number from 0 to 10,000"),
            ("chat-initial-history", "1.5", "a whole number from 0 to 10,000"),
            ("chat-keep-count", "-1", "a whole number from 0 to 1,000,000"),
            ("chat-keep-days", "soon", "a number"),
            ("chat-keep-days", "", "a number"),
            ("chat-keep-days", "nan", "a number"),
            ("chat-poll-timeout", "0", "a whole number from 1 to 3,600"),
            ("chat-alert-sound", "evil.wav", "one of alerts/plunk.wav"),
            ("fx-chat-max-file", "100", "a number from 0 to 99"),
            ("fx-chat-max-text", "99", "a whole number from 100 to 200,000"),
        ],
    )
    def test_of_what_is_wrong_stores_nothing(self, save, stored, field, value, problem):
        answer = save(**{"chat_keep_count": "10", field: value})

        assert answer.status_code == 422
        assert f"Must be {problem}" in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert "Nothing was saved." in answer.text
        assert stored() == {}

    def test_shows_again_what_was_typed(self, save):
        answer = save(**{"chat-keep-days": '"><b>'})

        assert 'value="&#34;&gt;&lt;b&gt;"' in answer.text

    @pytest.mark.parametrize("value", ["0", "-1"])
    def test_accepts_for_ever(self, save, stored, value):
        save(chat_keep_days=value)

        assert stored() == {"chat-keep-days": value}


class TestTheNumbers:
    def test_are_not_there_before_the_chat_was_used(self, drh):
        assert "The chat has not been used yet." in drh.get("/Admin/Chat").text

    def test_count_messages_and_attachments(self, drh, bob, say, age):
        bob.post("/chat-send", **multipart(file=file(bytes(3 * 1024 * 1024))))
        age(say("one"), 2)
        say("two")
        bob.post("/chat-delete/3")

        page = drh.get("/Admin/Chat").text

        assert "There are <b>2</b> messages, the oldest of 20" in page
        assert "with 1 attachment of 3.0 MiB" in page

    def test_tell_what_will_be_deleted(self, drh, say, age, configure):
        configure("chat-keep-count", "1")
        for _ in range(3):
            say()
        for msgid in (1, 2, 3):
            age(msgid, 8)

        page = drh.get("/Admin/Chat").text

        assert "By the present values, 2 of them are to be deleted." in page

    def test_tell_whether_the_index_is_in_step(self, drh, say, foreign_say):
        say()
        assert "The index is in step" in drh.get("/Admin/Chat").text

        foreign_say()

        assert "The index is out of step" in drh.get("/Admin/Chat").text


class TestWhoMayChat:
    def listed(self, drh):
        section = drh.get("/Admin/Chat").text.partition("Who may chat")[2]
        return re.findall(r'\?login=\w+">(\w+)</a>', section.partition("</section>")[0])

    def test_is_who_has_the_capability_and_administrators(self, drh):
        assert self.listed(drh) == ["alice", "bob", "dora", "drh"]

    def test_is_who_inherits_it(self, drh, sql):
        sql("UPDATE user SET cap='C' WHERE login='reader'")
        sql("UPDATE user SET cap='u' WHERE login='carol'")

        assert "carol" in self.listed(drh)

    def test_is_linked_to_the_user(self, drh):
        page = drh.get("/Admin/Chat").text

        assert 'href="/Admin/Users/edit?login=alice"' in page


class TestPurging:
    @pytest.fixture(autouse=True)
    def old(self, say, age, configure):
        configure("chat-keep-count", "1")
        for _ in range(3):
            say()
        age(1, 8)
        age(2, 8)

    def test_deletes_what_is_old(self, act, ids, check_index):
        answer = act("purge")

        assert "Deleted 2 old messages." in answer.text
        assert ids() == [3]
        check_index()

    def test_is_logged(self, logged, act):
        act("purge")

        assert logged() == [("drh", "Admin/Chat", "Deleted 2 old messages.")]


class TestReindexing:
    def test_mends_the_index(self, act, say, foreign, check_index):
        say("one")
        say("two")
        say("three")
        foreign.execute("DELETE FROM chat WHERE msgid=2")  # seen by no comparison

        answer = act("reindex")

        assert "The search index was rebuilt." in answer.text
        check_index()

    def test_takes_the_tokenizer_of_the_setting(self, act, say, configure, rows):
        say("one")
        configure("search-tokenizer", "trigram")

        act("reindex")

        (sql,) = rows("SELECT sql FROM sqlite_schema WHERE name='chatfts1'")[0]
        assert "tokenize=trigram)" in sql

    def test_is_logged(self, logged, act):
        act("reindex")

        assert logged() == [("drh", "Admin/Chat", "The search index was rebuilt.")]


class TestDeletingAll:
    @pytest.fixture(autouse=True)
    def messages(self, say, bob):
        """1 and 2 are there; 3 was deleted, which 4 tells."""
        for number in range(3):
            say(f"message {number}")
        bob.post("/chat-delete/3")

    @pytest.mark.usefixtures("ids")
    def test_needs_the_name_of_the_project(self, act, rows):
        answer = act("clear", name="Demo")

        assert "Deleted all 2 messages." in answer.text
        assert rows("SELECT msgid, xmsg, mdel FROM chat") == [
            (5, None, 1),
            (6, None, 2),
        ]

    @pytest.mark.parametrize("name", [None, "", "demo", "Demo ", "x"])
    def test_is_refused_with_another_name(self, act, rows, name):
        answer = act("clear", **({} if name is None else {"name": name}))

        assert answer.status_code == 422
        assert "Nothing was deleted." in answer.text
        assert rows("SELECT count(xmsg) FROM chat") == [(2,)]

    def test_leaves_a_sound_index(self, act, check_index, alice):
        act("clear", name="Demo")

        check_index()
        assert alice.get("/chat-query?q=message").json["msgs"] == []

    def test_is_logged(self, logged, act):
        act("clear", name="Demo")

        assert logged() == [("drh", "Admin/Chat", "Deleted all 2 messages.")]

    def test_leaves_room_for_new_ones(self, act, bob, alice):
        act("clear", name="Demo")

        bob.post("/chat-send", data={"msg": "again"})

        assert alice.get("/chat-poll/-5?raw").json["msgs"][-1]["xmsg"] == "again"


@pytest.mark.usefixtures("logged")
def test_another_action_does_nothing(act, say, rows):
    say()

    assert act("explode").status_code == 200

    assert rows("SELECT count(*) FROM chat") == [(1,)]


def test_another_action_is_not_logged(say, act, configure, rows):
    say()
    configure("admin-log", "1")

    act("explode")

    assert rows("SELECT 1 FROM sqlite_schema WHERE name='admin_log'") == []


@pytest.mark.parametrize("action", ["purge", "reindex", "clear"])
def test_every_button_works_before_the_chat_was_used(act, action, rows):
    assert act(action, name="Demo").status_code == 200

    assert rows("SELECT * FROM chat") == []


class TestTheEffect:
    @pytest.fixture(autouse=True)
    def messages(self, say, age):
        for number in range(5):
            age(say(f"message {number}"), 10 - number)

    @pytest.fixture
    def effect(self, drh):
        def ask(count, days):
            query = {"chat-keep-count": count, "chat-keep-days": days}
            answer = drh.get("/Admin/Chat/effect", query_string=query)
            return answer.status_code, answer.text

        return ask

    @pytest.mark.parametrize(
        ("count", "days", "text"),
        [
            ("0", "7", "Now 5 messages; these values would delete 4."),
            ("4", "7", "Now 5 messages; these values would delete 1."),
            ("50", "7", "Now 5 messages; these values would delete 0."),
            (
                "0",
                "0",
                "Now 5 messages. With these values all are kept for ever,"
                " and the file grows.",
            ),
        ],
    )
    def test_is_told_before_it_is_saved(self, effect, ids, count, days, text):
        assert effect(count, days) == (200, text)
        assert len(ids()) == 5

    @pytest.mark.parametrize(
        ("count", "days", "text"),
        [
            ("x", "7", "Must be a whole number from 0 to 1,000,000."),
            ("1", "", "Must be a number."),
            ("1", "<b>", "Must be a number."),
        ],
    )
    def test_of_what_is_no_number_is_not_told(self, effect, count, days, text):
        assert effect(count, days) == (422, text)

    def test_of_the_present_values_stands_on_the_page(self, drh):
        page = parse(drh.get("/Admin/Chat").text)

        line = page.by_id("keep-effect")
        assert line.text == "Now 5 messages; these values would delete 0."
        assert line["data-url"] == "/Admin/Chat/effect"

    def test_stands_under_the_two_fields(self, drh):
        text = drh.get("/Admin/Chat").text

        places = [
            text.index(f'"{name}"')
            for name in (
                "s-chat-keep-count",
                "s-chat-keep-days",
                "keep-effect",
                "s-chat-poll-timeout",
            )
        ]
        assert places == sorted(places)

from dataclasses import astuple, fields

import pytest

from repoweb.chat.rooms import rules_form
from repoweb.chat.rooms.room import Rules

EDIT = "/Admin/Chat/Rooms/edit"
FORM = {
    "name": "lobby",
    "subject": "The Lobby",
    "description": "Come in",
    "icon": "L",
    "listed": "1",
    "is_open": "1",
    "reading": "*",
    "writing": "L",
    "nicknames": "1",
    "keep_days": "1.5",
    "keep_count": "7",
    "per_minute": "3",
    "waiting": "2",
    "blocked": "192.0.2.0/24\n",
}


@pytest.fixture
def rules(rows):
    """The rules of all rooms, as they are stored."""
    names = ", ".join(field.name for field in fields(Rules))
    return lambda: rows(f"SELECT {names} FROM fx_chatroom ORDER BY id")


def test_each_rule_has_a_field():
    assert [s.name for s in rules_form.FIELDS] == [f.name for f in fields(Rules)]


class TestMaking:
    def test_stores_all_rules(self, drh, rules):
        answer = drh.post(EDIT, data=FORM)
        assert answer.headers["Location"] == "/Admin/Chat/Rooms"
        expected = Rules(
            "lobby",
            "The Lobby",
            description="Come in",
            icon="L",
            listed=True,
            writing="L",
            keep_days=1.5,
            keep_count=7,
            per_minute=3,
            waiting=2,
            blocked="192.0.2.0/24\n",
        )
        assert rules() == [astuple(expected)]

    def test_without_a_name_makes_up_one(self, drh, rules):
        drh.post(EDIT, data={**FORM, "name": ""})
        assert len(rules()[0][0]) == 32

    def test_is_logged(self, drh, rows):
        drh.post(EDIT, data=FORM)
        (entry,) = rows(
            "SELECT page, who, what FROM admin_log ORDER BY id DESC LIMIT 1"
        )
        assert entry == ("Admin/Chat/Rooms", "drh", "made room lobby")

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("name", "No Room", "Must be small letters"),
            ("name", "x" * 32, "Must be small letters"),
            ("subject", "", "Must be a text"),
            ("subject", "x" * 201, "Must be a text"),
            ("icon", "abc", "one or two characters"),
            ("reading", "zz", "Must be one of"),
            ("keep_days", "-1", "Must be a number"),
            ("per_minute", "0", "Must be a whole number"),
            ("blocked", "192.0.2.0/99", "is no network"),
        ],
    )
    def test_with_a_wrong_rule_stores_nothing(self, drh, rules, field, value, problem):
        answer = drh.post(EDIT, data={**FORM, field: value})
        assert answer.status_code == 422
        assert problem in answer.text
        assert "Come in" in answer.text  # what was typed stays
        assert rules() == []

    def test_under_a_name_that_is_taken_is_refused(self, drh, rules, room):
        assert room
        answer = drh.post(EDIT, data=FORM)
        assert answer.status_code == 422
        assert "already a room called lobby" in answer.text
        assert len(rules()) == 1

    def test_gives_a_number_that_no_room_ever_had(self, drh, make_room):
        first = make_room("one")
        form = {"room": first.id, "action": "delete", "confirm": "one"}
        drh.post(EDIT, data=form)
        assert make_room("two").id == first.id + 1

    @pytest.mark.parametrize("login", ["alice", "dora"])
    def test_is_for_setup_users(self, client_of, rows, login):
        answer = client_of(login).post(EDIT, data=FORM)
        assert answer.status_code == 403
        assert not rows("SELECT 1 FROM fx_chatroom")


class TestChanging:
    def test_shows_what_is_stored(self, drh, room, change_room):
        change_room(room, description="<b>", keep_days=2.5, listed=True)
        page = drh.get(f"{EDIT}?room={room.id}").text
        assert "&lt;b&gt;" in page
        assert 'value="2.5"' in page

    def test_renames_a_room(self, drh, nobody, post, room):
        post("said before")
        drh.post(EDIT, data={**FORM, "room": room.id, "name": "hall", "writing": "*"})
        assert nobody.get("/chat/lobby").status_code == 404
        assert "said before" in nobody.get("/chat/hall").text

    def test_closes_a_room(self, drh, nobody, room):
        form = {**FORM, "room": room.id, "writing": "*"}
        del form["is_open"]
        drh.post(EDIT, data=form)
        page = nobody.get("/chat/lobby").text
        assert "This room is closed. You can read, not write." in page
        assert nobody.post("/send/lobby", data={"msg": "x"}).status_code == 403

    @pytest.mark.parametrize("number", ["99", "x", "-1", "9" * 30])
    def test_a_room_that_is_none_is_not_found(self, drh, room, number):
        assert room
        assert drh.get(f"{EDIT}?room={number}").status_code == 404


class TestDeleting:
    def test_leaves_nothing(self, drh, nobody, post, room, rows):
        post()
        form = {"room": room.id, "action": "delete", "confirm": "lobby"}
        drh.post(EDIT, data=form)
        assert nobody.get("/chat/lobby").status_code == 404
        tables = rows("SELECT name FROM sqlite_schema WHERE name GLOB 'fx_chatroom*1*'")
        assert tables == []
        assert not rows("SELECT 1 FROM fx_chatroompost")

    def test_needs_the_name(self, drh, nobody, room):
        form = {"room": room.id, "action": "delete", "confirm": "x"}
        answer = drh.post(EDIT, data=form)
        assert answer.status_code == 422
        assert "Nothing was deleted" in answer.text
        assert nobody.get("/chat/lobby").status_code == 200


class TestTheSettings:
    def test_are_saved(self, drh, rows):
        form = {
            "fx-chatroom-create": "L",
            "fx-chatroom-keep-days": "3",
            "fx-chatroom-max": "9",
        }
        assert "Saved." in drh.post("/Admin/Chat/Rooms", data=form).text
        found = rows("SELECT name, value FROM config WHERE name LIKE 'fx-chatroom-%'")
        assert dict(found) == form

    def test_that_are_wrong_are_not(self, drh):
        form = {
            "fx-chatroom-create": "L",
            "fx-chatroom-keep-days": "x",
            "fx-chatroom-max": "9",
        }
        answer = drh.post("/Admin/Chat/Rooms", data=form)
        assert answer.status_code == 422
        assert "Nothing was saved." in answer.text

    def test_stand_beside_the_list_of_rooms(self, drh, make_room):
        make_room("b", subject="Bee & Co", listed=True)
        make_room("a", subject="Ant", is_open=False)
        page = drh.get("/Admin/Chat/Rooms").text
        assert page.index(">Ant<") < page.index("Bee &amp; Co")
        assert "closed" in page
        assert "listed" in page

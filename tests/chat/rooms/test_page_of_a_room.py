import json
import re

import pytest

URL = "http://localhost/code"


@pytest.fixture
def boot(nobody):
    """Ask for the room's page; returns the start values of its script."""

    def ask(client=nobody, path="/chat/lobby", **options):
        page = client.get(path, **options).text
        found = re.search(r'id="chat-boot">(.*?)</script>', page, re.DOTALL)
        return json.loads(found[1])

    return ask


class TestTheStartValues:
    def test_lead_to_the_room_and_not_to_the_chat(self, boot, room):
        assert room
        found = boot(base_url=URL)
        assert found["to"] == "/code/chat/lobby/chat-"

    def test_name_no_users(self, boot, room, alice):
        assert room
        assert boot(alice)["users"] == []

    def test_allow_neither_files_nor_streams(self, boot, room):
        assert room
        found = boot()
        assert (found["maxFile"], found["streams"]) == (0, [])

    def test_have_a_storage_of_their_own(self, boot, room, alice):
        assert room
        insiders = boot(alice, path="/chat")["repo"]
        assert boot(alice)["repo"] == f"{insiders}.{room.id}"

    def test_name_a_guest_as_his_messages_will_be(self, boot, room, nobody, rows):
        me = boot()["me"]
        nobody.post("/chat/lobby/chat-send", data={"msg": "x"})
        assert rows(f"SELECT xfrom FROM {room.tables.messages}") == [(me,)]

    def test_say_whether_one_may_write(self, boot, room, change_room, bob):
        change_room(room, writing="L")
        assert (boot()["readonly"], boot(bob)["readonly"]) == (True, False)


class TestThePage:
    def test_begins_at_a_message(self, boot, post):
        first = post("first")
        for _ in range(3):
            post()
        found = boot(path=f"/chat/lobby?m={first.msgid}")
        assert (found["at"], found["gone"]) == (first.msgid, "")

    def test_says_why_a_message_is_gone(self, boot, drh, post):
        msgid = post().msgid
        drh.post(f"/chat/lobby/chat-delete/{msgid}")
        found = boot(path=f"/chat/lobby?m={msgid}")
        assert found["gone"] == f"Message #{msgid} was deleted."

    def test_says_how_long_messages_are_kept(self, nobody, room, change_room, post):
        change_room(room, keep_days=3.0, keep_count=5)
        post()
        page = nobody.get("/chat/lobby").text
        assert "Messages older than 3 days are deleted" in page

    def test_deletes_what_is_too_old(self, nobody, post, room, make_old, rows):
        post("old")
        make_old(room)
        assert "old" not in re.findall(
            r"m-b[^>]*>(.*?)<", nobody.get("/chat/lobby").text
        )
        assert not rows("SELECT 1 FROM fx_chatroompost")

    def test_has_a_field_for_a_name_where_one_is_chosen(
        self, nobody, room, change_room
    ):
        assert 'id="chat-nick"' in nobody.get("/chat/lobby").text
        change_room(room, nicknames=False)
        assert "nick" not in nobody.get("/chat/lobby").text

    def test_posts_under_the_name_that_its_script_tells(self, nobody, room, rows):
        nobody.post("/chat/lobby/chat-send", data={"msg": "x", "me": "~Ann", "k": "1"})
        assert rows(f"SELECT xfrom FROM {room.tables.messages}") == [("~Ann",)]

    def test_with_a_slash_leads_to_the_one_without(self, nobody, room):
        assert room
        assert nobody.get("/chat/lobby/").headers["Location"] == "/chat/lobby"

    def test_is_posted_to_without_scripts(self, nobody, room, rows):
        form = {"msg": "by form", "nick": "Ann", "back": "1"}
        answer = nobody.post("/chat/lobby/chat-send", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/chat/lobby")
        query = f"SELECT xfrom, xmsg FROM {room.tables.messages}"
        assert rows(query) == [("~Ann", "by form")]

    def test_stores_what_is_sent_twice_once(self, nobody, room, rows):
        form = {"msg": "x", "nick": "Ann", "k": "key-1"}
        answers = [nobody.post("/chat/lobby/chat-send", data=form) for _ in range(2)]
        assert [answer.json for answer in answers] == [
            {"msgid": 1},
            {"msgid": 1, "dup": 1},
        ]
        assert rows("SELECT seq FROM fx_chatroompost") == [(1,)]
        assert rows(f"SELECT xmsg FROM {room.tables.messages}") == [("x",)]


class TestTheHistory:
    @pytest.fixture(autouse=True)
    def _said(self, post):
        for number in range(1, 11):
            post(f"text {number}")

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ("before=4&n=2", [3, 2]),
            ("around=5&n=1", [4, 5, 6]),
            ("name=8&wait=0", [9, 10]),
            ("name=-2&wait=0", [9, 10]),
        ],
    )
    def test_is_what_was_asked_for(self, nobody, query, ids):
        answer = nobody.get(f"/chat/lobby/chat-poll?{query}").json
        assert [row["msgid"] for row in answer["msgs"]] == ids

    def test_tells_what_is_gone(self, nobody):
        answer = nobody.get("/chat/lobby/chat-poll?around=99").json
        assert (answer["code"], answer["msgs"][0]["xmsg"]) == (
            "gone",
            "There is no message #99.",
        )

    def test_has_one_message_alone(self, nobody):
        assert nobody.get("/chat/lobby/chat-fetch-one/3").json["xmsg"] == "text 3"
        assert nobody.get("/chat/lobby/chat-fetch-one/99").status_code == 404

    def test_is_searched(self, nobody):
        answer = nobody.get("/chat/lobby/chat-query?q=text&n=3&before=9&rows=1").json
        assert [row["msgid"] for row in answer["msgs"]] == [6, 7, 8]
        assert answer["total"] == 10

import threading

import pytest

from chat.live import until
from repoweb.chat.rooms.blueprint import rooms

NASTY = 'a "quoted" \\ back\nslash <b> 日本語 🦊'


@pytest.fixture
def here(app, room):
    """Wait until so many requests wait in the room."""
    with app.app_context():
        found = rooms().hub(room)

    def wait(count):
        until(lambda: len(found) == count, f"{count} waiting requests")

    return wait


@pytest.mark.usefixtures("room")
class TestAMessage:
    def test_is_plain_text_by_its_number(self, hchatd, post):
        post(NASTY)
        answer = hchatd().message(1)
        assert (answer.status, answer.text) == (200, NASTY)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"

    def test_that_is_not_there_yet_is_waited_for(self, hchatd, here, post):
        client, found = hchatd(), []
        thread = threading.Thread(target=lambda: found.append(client.message(2)))
        thread.start()
        here(1)
        post("first")
        post("second")
        thread.join(10)
        assert found[0].text == "second"

    def test_has_no_gap_before_it_where_something_was_deleted(self, nobody, drh, post):
        first = post("one")
        drh.post(f"/chat/lobby/chat-delete/{first.msgid}")
        assert post("two").seq == 2
        assert nobody.get("/msg/lobby/2").text == "two"

    def test_is_waited_for_by_as_many_as_the_room_allows(
        self, live, here, room, change_room, post
    ):
        change_room(room, waiting=2)
        waiting = [live.visitor().ask("/msg/lobby/1") for _ in range(2)]
        here(2)
        refused = live.visitor().get("/msg/lobby/1")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
        post("now")
        assert [one.answer().body for one in waiting] == [b"now", b"now"]

    def test_that_was_deleted_says_so(self, nobody, drh, post):
        drh.post(f"/chat/lobby/chat-delete/{post().msgid}")
        answer = nobody.get("/msg/lobby/1")
        assert (answer.status_code, answer.text) == (200, "This message was deleted.")

    def test_that_is_too_old_says_so(self, nobody, post, room, make_old):
        post("old")
        make_old(room)
        post("new")
        answer = nobody.get("/msg/lobby/1")
        assert (answer.status_code, answer.text) == (
            410,
            "Message 1 is no longer kept.\n",
        )
        assert nobody.get("/msg/lobby/2").text == "new"

    @pytest.mark.parametrize(
        ("number", "status"),
        [
            *(("0", 400), ("-1", 400), ("x", 400), ("1e3", 400), ("٣", 400)),
            *(("999", 404), ("999999999999999", 404), ("9" * 40, 400)),
        ],
    )
    @pytest.mark.usefixtures("room")
    def test_with_a_number_that_is_none_is_refused(self, nobody, number, status):
        answer = nobody.get(f"/msg/lobby/{number}")
        assert (answer.status_code, answer.mimetype) == (status, "text/plain")
        assert answer.text.endswith(".\n")

    @pytest.mark.parametrize("name", ["nix", "x" * 40, "0" * 32])
    @pytest.mark.usefixtures("room")
    def test_of_a_room_that_is_none_is_refused_in_words(self, nobody, name):
        answer = nobody.get(f"/msg/{name}/1")
        assert (answer.status_code, answer.mimetype) == (404, "text/plain")
        assert answer.text == "There is no such room.\n"


@pytest.mark.usefixtures("room")
class TestSending:
    def test_stores_and_tells_the_number(self, hchatd):
        client = hchatd()
        answer = client.send(NASTY)
        assert (answer.status, answer.text) == (200, "1\n")
        assert client.message(1).text == NASTY

    def test_keeps_the_blanks_of_the_first_line(self, hchatd):
        client = hchatd()
        client.send_body(b"\n    indented\n  more\n\n")
        assert client.message(1).text == "    indented\n  more"

    def test_takes_the_body_as_it_is(self, hchatd):
        client = hchatd()
        client.send_body(NASTY.encode())
        client.send_body(b"a+b%21", "application/x-www-form-urlencoded")
        assert client.message(1).text == NASTY
        assert client.message(2).text == "a b!"

    def test_gives_a_guest_the_same_name_each_time(self, hchatd, rows, room):
        one, two = hchatd(), hchatd()
        for client in (one, two, one):
            client.send("x")
        query = f"SELECT xfrom FROM {room.tables.messages} ORDER BY msgid"
        names = [name for (name,) in rows(query)]
        assert names[0] == names[2] != names[1]
        assert all(name.startswith("~guest-") for name in names)

    def test_takes_a_nickname(self, hchatd, rows, room):
        hchatd().send("x", nick="  Zoë\n the first ")
        query = f"SELECT xfrom FROM {room.tables.messages}"
        assert rows(query) == [("~Zoë the first",)]

    @pytest.mark.parametrize("body", ["", "a=b", "msg=", "msg=%20"])
    @pytest.mark.usefixtures("room")
    def test_refuses_what_is_no_message(self, nobody, body):
        kind = "application/x-www-form-urlencoded"
        answer = nobody.post("/send/lobby", data=body, content_type=kind)
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")


class TestMakingARoom:
    @pytest.mark.parametrize("page", ["/chatrooms", "/chat_create?subject=x"])
    def test_is_no_page_unless_it_is_allowed(self, drh, page):
        assert drh.get(page).status_code == 404

    def test_leads_to_a_room_with_a_name_of_32_characters(self, nobody, configure):
        nobody.get("/home")
        configure("fx-chatroom-create", "*")
        answer = nobody.get("/chat_create?subject=Bikes&public=0")
        location = answer.headers["Location"]
        assert answer.status_code == 302
        assert location.startswith("/chat/")
        assert len(location) == len("/chat/") + 32
        page = nobody.get(location)
        assert page.status_code == 200
        assert "Bikes" in page.text

    def test_lists_it_if_it_is_public(self, nobody, configure):
        nobody.get("/home")
        configure("fx-chatroom-create", "*")
        nobody.get("/chat_create?subject=Secret&public=")
        nobody.get("/chat_create?subject=Open+air&public=1")
        page = nobody.get("/chatrooms").text
        assert "Open air" in page
        assert "Secret" not in page

    @pytest.mark.usefixtures("room")
    def test_is_refused_to_who_may_not(self, nobody, bob, configure):
        configure("fx-chatroom-create", "L")
        assert nobody.get("/chat_create").status_code == 302  # to the login page
        own = {"Sec-Fetch-Site": "same-origin"}
        assert (
            bob.get("/chat_create", headers=own)
            .headers["Location"]
            .startswith("/chat/")
        )

    def test_is_refused_to_another_site(self, bob, configure, rows):
        configure("fx-chatroom-create", "L")
        answer = bob.get("/chat_create", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert not rows("SELECT 1 FROM fx_chatroom")

    def test_is_limited_for_each_address(self, nobody, configure):
        nobody.get("/home")
        configure("fx-chatroom-create", "*")
        codes = [nobody.get("/chat_create").status_code for _ in range(6)]
        assert codes == [302] * 5 + [429]

    @pytest.mark.usefixtures("room")
    def test_ends_when_there_are_enough(self, nobody, configure):
        configure("fx-chatroom-create", "*")
        configure("fx-chatroom-max", "1")
        answer = nobody.get("/chat_create")
        assert answer.status_code == 429
        assert "no more are allowed" in answer.text


class TestEntering:
    @pytest.mark.usefixtures("room")
    def test_gives_a_cookie_once(self, nobody):
        first = nobody.get("/chat/lobby")
        cookie = first.headers["Set-Cookie"]
        assert cookie.startswith("repoweb-room=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Set-Cookie" not in nobody.get("/chat/lobby").headers

    def test_shows_a_few_recent_messages(self, nobody, post):
        for number in range(60):
            post(f"message {number}")
        page = nobody.get("/chat/lobby").text
        assert "message 59" in page
        assert "message 9<" not in page

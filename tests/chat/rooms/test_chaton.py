import pytest

from chat.live import until
from repoweb.chat.rooms import clients, hub
from repoweb.chat.rooms.blueprint import rooms

from .chaton import ChatonError, said

STYLES = pytest.mark.parametrize("style", ["sexpr", "json"])
NASTY = 'a "quoted" \\ back\nslash <b> 日本語 🦊 (; #|'


@pytest.fixture
def here(app, room):
    """Wait until so many requests wait in the room."""
    with app.app_context():
        found = rooms().hub(room)

    def wait(count):
        until(lambda: len(found) == count, f"{count} waiting requests")

    return wait


@pytest.mark.usefixtures("room")
class TestLoggingIn:
    @STYLES
    def test_tells_the_addresses_and_a_number(self, chaton, live, style):
        client = chaton(style=style)

        base = f"http://127.0.0.1:{live.port}/chat/lobby"
        assert client.post_url == f"{base}/post"
        assert client.comet_url == f"{base}/comet"
        assert client.icon_url == f"{base}/icon.svg"
        assert client.room_name == "The Lobby"
        assert client.pos == 0
        assert 0 <= client.cid < 0x10000000

    def test_begins_behind_what_was_said_before(self, chaton, post):
        last = post("before")
        assert chaton().pos == last.msgid

    def test_gives_each_client_another_number(self, chaton):
        assert chaton().cid != chaton().cid

    def test_writes_the_reply_in_the_order_of_chaton(self, nobody):
        answer = nobody.post("/chat/lobby/apilogin", data={"who": "x"})
        assert answer.text.startswith(
            '((post-uri . "http://localhost/chat/lobby/post")'
            ' (comet-uri . "http://localhost/chat/lobby/comet")'
            ' (icon-uri . "http://localhost/chat/lobby/icon.svg")'
            ' (room-name . "The Lobby") (cid . '
        )

    def test_tells_addresses_under_the_path_of_the_site(self, nobody):
        answer = nobody.post(
            "/chat/lobby/apilogin",
            data={"who": "x", "s": "0"},
            base_url="https://example.org:8443/code",
            headers={"Origin": ""},  # as a program, not a browser
        )
        assert answer.json["comet-uri"] == (
            "https://example.org:8443/code/chat/lobby/comet"
        )

    def test_needs_the_name_of_the_program(self, nobody):
        answer = nobody.post("/chat/lobby/apilogin")
        assert (answer.status_code, answer.mimetype) == (401, "text/plain")
        assert "who is missing" in answer.text

    def test_is_no_page(self, nobody):
        assert nobody.get("/chat/lobby/apilogin").status_code == 405

    def test_is_refused_to_too_many_of_one_address(self, nobody, make_room):
        make_room("small", waiting=1)
        codes = [
            nobody.post("/chat/small/apilogin", data={"who": "x"}).status_code
            for _ in range(5)
        ]
        assert codes == [200, 200, 200, 200, 503]


@pytest.mark.usefixtures("room")
class TestObserving:
    @STYLES
    def test_brings_what_is_said_meanwhile(self, chaton, here, post, style):
        client = chaton(style=style)
        later = client.observe_later()
        here(1)

        stored = post(NASTY, by="né")

        packet = later.packet()
        ((nick, time, text),) = packet["content"]
        assert (nick, tuple(time), text) == (
            "né",
            (stored.seconds, stored.micros),
            NASTY,
        )
        assert (packet["pos"], packet["cid"]) == (stored.msgid, client.cid)
        assert packet["nc"] == 1
        assert packet["ver"]

    @STYLES
    def test_brings_at_once_what_was_missed(self, chaton, post, style):
        client = chaton(style=style)
        post("one")
        post("two", by="eve")
        assert said(client.observe()) == [("bob", "one"), ("eve", "two")]

    def test_keeps_the_number(self, chaton, post):
        client = chaton()
        given = client.cid
        post()
        client.observe()
        post()
        client.observe()
        assert client.cid == given

    def test_begins_with_the_newest_if_asked_from_the_beginning(self, chaton, post):
        for number in range(40):
            post(str(number))
        client = chaton()
        client.pos = 0
        assert [text for _, text in said(client.observe())] == [
            str(number) for number in range(10, 40)
        ]

    def test_begins_anew_behind_a_place_that_never_was(self, chaton, post):
        post("only")
        client = chaton()
        client.pos = 10**12
        assert said(client.observe()) == [("bob", "only")]

    def test_goes_on_where_a_long_answer_ends(self, chaton, post, monkeypatch):
        monkeypatch.setattr(hub, "MOST_ENTRIES", 2)
        client = chaton()
        for number in range(5):
            post(str(number))
        packets = [said(client.observe()) for _ in range(3)]
        assert [len(packet) for packet in packets] == [2, 2, 1]

    def test_keeps_its_place_when_old_messages_are_deleted(
        self, chaton, post, room, make_old
    ):
        client = chaton()
        post("old")
        client.observe()
        place = client.pos
        make_old(room)

        post("new")

        assert client.pos == place
        assert said(client.observe()) == [("bob", "new")]

    def test_gives_an_unknown_client_a_number_at_once(self, chaton):
        client = chaton()
        client.cid += 1
        told = client.cid
        packet = client.observe()
        assert packet["content"] in {(), ""}
        assert client.cid not in {told, -1}

    @STYLES
    def test_tells_an_unknown_client_of_a_strict_room_to_log_in(
        self, make_room, chaton, style
    ):
        make_room("strict", strict=True)
        client = chaton("strict", style=style)
        client.cid += 1
        packet = client.observe()
        assert (packet["cid"], packet["pos"]) == (-1, 0)

    def test_gives_another_number_if_one_is_used_twice(self, chaton, here, post):
        client = chaton()
        cid = client.cid
        first = client.observe_later()
        here(1)
        client.observe()
        assert client.cid != cid
        post()
        assert said(first.packet()) == [("bob", "hello")]

    def test_ends_without_news_after_some_minutes(self, app, chaton):
        app.config["POLL_SECONDS"] = 0.2
        packet = chaton().observe()
        assert packet["content"] == ()

    def test_writes_json_as_chaton_does(self, nobody, app):
        app.config["POLL_SECONDS"] = 0.1
        login = nobody.post("/chat/lobby/apilogin", data={"who": "x", "s": "0"})
        cid = login.json["cid"]
        answer = nobody.get(f"/chat/lobby/comet?p=0&c={cid}&s=0")
        assert answer.json == {
            "pos": 0,
            "nc": 1,
            "ver": answer.json["ver"],
            "cid": cid,
            "content": "",
        }

    def test_tells_who_came_after_a_while(self, monkeypatch, chaton, here, app, room):
        monkeypatch.setattr(hub, "REST_SECONDS", 0.0)
        later = chaton().observe_later()
        here(1)
        chaton()

        with app.app_context():
            rooms().hub(room)._watcher.look_again()

        packet = later.packet()
        assert (packet["nc"], packet["content"]) == (2, ())

    def test_of_a_room_that_is_deleted_ends(self, chaton, here, drh, room):
        later = chaton().observe_later()
        here(1)
        form = {"room": room.id, "action": "delete", "confirm": "lobby"}
        drh.post("/Admin/Chat/Rooms/edit", data=form)
        assert later.packet()["cid"] == -1

    def test_of_a_room_that_is_locked_ends(self, chaton, here, change_room, room):
        later = chaton().observe_later()
        here(1)
        change_room(room, reading="C")
        assert later.packet()["cid"] == -1

    def test_without_a_place_leads_to_the_page(self, nobody):
        assert nobody.get("/chat/lobby/comet").headers["Location"] == "/chat/lobby"


@pytest.mark.usefixtures("room")
class TestPosting:
    @STYLES
    def test_stores_the_text_under_the_nickname(self, chaton, rows, room, style):
        reply = chaton(style=style).talk("né", f"  {NASTY}\n")
        query = f"SELECT msgid, xfrom, xmsg FROM {room.tables.messages}"
        assert rows(query) == [(reply["pos"], "~né", NASTY)]

    def test_is_seen_by_who_observes(self, chaton, here):
        reader = chaton()
        later = reader.observe_later()
        here(1)
        chaton(style="json").talk("ann", "hi")
        assert said(later.packet()) == [("ann", "hi")]

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"text": "x"}, 400),
            ({"nick": "x"}, 400),
            ({"nick": "x", "text": " \n"}, 400),
            ({"nick": " ", "text": "x"}, 400),
            ({"nick": "x", "text": "x" * 40_001}, 413),
            ({"nick": "x", "text": "a\0b"}, 422),
        ],
    )
    def test_refuses_what_is_no_message(self, nobody, room, rows, fields, status):
        answer = nobody.post("/chat/lobby/post", data=fields)
        assert (answer.status_code, answer.mimetype) == (status, "text/plain")
        assert not rows(f"SELECT 1 FROM {room.tables.messages}")

    def test_says_how_long_a_text_may_be(self, nobody):
        data = {"nick": "x", "text": "x" * 40_001}
        answer = nobody.post("/chat/lobby/post", data=data)
        assert "40,001 characters; the limit is 40,000" in answer.text

    def test_takes_the_login_where_there_are_no_nicknames(
        self, bob, nobody, make_room, rows
    ):
        room = make_room("named", nicknames=False)
        bob.post("/chat/named/post", data={"nick": "eve", "text": "1"})
        nobody.post("/chat/named/post", data={"nick": "drh", "text": "2"})
        posters = rows(f"SELECT xfrom FROM {room.tables.messages} ORDER BY 1")
        assert posters == [("bob",), ("~guest",)]

    def test_raises_an_error_that_a_client_sees(self, chaton, change_room, room):
        client = chaton()
        change_room(room, is_open=False)
        with pytest.raises(ChatonError, match="closed"):
            client.talk("x", "y")


class TestClients:
    @pytest.fixture
    def place(self):
        return clients.Place(1, "192.0.2.1", 3)

    def test_that_do_not_come_back_have_gone(self, monkeypatch, place):
        here = clients.Clients()
        here.enter(place)
        monkeypatch.setattr(clients, "GONE_SECONDS", 0.0)
        assert here.count(1) == 0

    def test_that_wait_have_not_gone(self, monkeypatch, place):
        here = clients.Clients()
        cid = here.enter(place)
        here.come(place, cid, strict=True)
        monkeypatch.setattr(clients, "GONE_SECONDS", 0.0)
        assert here.count(1) == 1
        here.go(1, cid)
        assert here.count(1) == 0

    def test_of_one_address_are_limited(self, place):
        here = clients.Clients()
        for _ in range(3):
            here.enter(place)
        with pytest.raises(clients.TooManyWaiting):
            here.enter(place)
        here.enter(clients.Place(1, "192.0.2.2", 3))
        here.enter(clients.Place(2, "192.0.2.1", 3))

    def test_of_one_browser_are_one(self, place):
        here = clients.Clients()
        for _ in range(3):
            here.see(place, "a browser", waiting=1)
        assert here.count(1) == 1

    def test_that_make_up_names_are_not_counted(self, place):
        here = clients.Clients()
        for name in "abcdef":
            here.see(place, name)
        assert here.count(1) == 3

    def test_leave_nothing_behind(self, monkeypatch, place):
        here = clients.Clients()
        here.enter(place)
        here.see(place, "a browser", waiting=1)
        here.go(1, "a browser")
        monkeypatch.setattr(clients, "GONE_SECONDS", 0.0)
        assert here.count(1) == 0
        assert here._rooms == {}

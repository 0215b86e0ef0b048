"""Guests are outsiders: what they may not do, and what they do not learn."""

import io
import json
import re
from dataclasses import replace

import pytest

from repoweb.chat.rooms import limits
from repoweb.chat.rooms.room import is_name

READING = [
    *("/chat/lobby", "/chat/lobby/", "/chat/lobby/chat-poll?wait=0"),
    *("/chat/lobby/chat-query?q=x", "/chat/lobby/chat-fetch-one/1", "/msg/lobby/1"),
    *("/chat/lobby/comet?p=0", "/chat/lobby/a/2024/02/29", "/chat/lobby/a"),
    *("/chat/lobby/search?q=x", "/chat/lobby/b", "/chat/lobby/b.svg"),
    *("/chat/lobby/icon.svg", "/chat/lobby/var/seq", "/chat/lobby/var/index.rdf"),
    *("/chat/lobby/var/index.atom", "/chat/lobby/var/status.js"),
]
WRITING = [
    ("/chat/lobby/chat-send", {"msg": "x"}),
    ("/chat/lobby/post", {"nick": "x", "text": "x"}),
    ("/send/lobby", {"msg": "x"}),
]
OTHER = [("/chat/lobby/apilogin", {"who": "x"}), ("/chat/lobby/chat-delete/1", {})]


def is_refused(answer):
    """Whether it is an error: the chat's own protocol tells some with status 200."""
    if answer.status_code == 302:
        return answer.headers["Location"].startswith("/login?")
    return answer.status_code >= 400 or '"isError": true' in answer.text


class TestWithoutARoom:
    @pytest.mark.parametrize("page", [*READING, "/chatrooms", "/chat_create"])
    def test_there_is_no_such_page(self, nobody, drh, page):
        assert nobody.get(page).status_code == 404
        assert drh.get(page).status_code == 404

    @pytest.mark.parametrize(("page", "form"), [*WRITING, *OTHER])
    def test_nothing_can_be_sent(self, nobody, page, form):
        assert nobody.post(page, data=form).status_code == 404


class TestARoomThatIsNotForEverybody:
    @pytest.fixture(autouse=True)
    def _locked(self, post, room, change_room):
        post("secret")
        change_room(room, reading="C", writing="C", listed=True)

    @pytest.mark.parametrize("page", READING)
    def test_cannot_be_read(self, nobody, bob, page):
        answer = nobody.get(page)
        assert is_refused(answer)
        assert "secret" not in answer.text
        assert not is_refused(bob.get(page))

    @pytest.mark.parametrize(("page", "form"), [*WRITING, *OTHER])
    def test_cannot_be_written_to(self, nobody, rows, room, page, form):
        assert is_refused(nobody.post(page, data=form))
        assert rows(f"SELECT xmsg FROM {room.tables.messages}") == [("secret",)]

    def test_is_not_listed_for_others(self, nobody, bob):
        assert "The Lobby" not in nobody.get("/chatrooms").text
        assert "The Lobby" in bob.get("/chatrooms").text

    def test_does_not_tell_who_could_let_one_in(self, client_of):
        for page in READING:
            assert "drh" not in client_of("carol").get(page).text


@pytest.mark.parametrize("listed", [False, True])
def test_only_listed_rooms_are_for_search_engines(nobody, post, make_room, listed):
    post(into=make_room("other", listed=listed))
    for page in READING:
        headers = nobody.get(page.replace("lobby", "other")).headers
        assert ("X-Robots-Tag" in headers) is not listed, page


class TestARoomThatIsOnlyRead:
    @pytest.fixture(autouse=True)
    def _only_read(self, room, change_room):
        change_room(room, writing="C")

    @pytest.mark.parametrize(("page", "form"), WRITING)
    def test_is_not_written_to(self, nobody, room, rows, page, form):
        assert is_refused(nobody.post(page, data=form))
        assert not is_refused(nobody.get("/chat/lobby"))
        assert not rows(f"SELECT 1 FROM {room.tables.messages}")

    @pytest.mark.parametrize(("page", "form"), WRITING)
    def test_because_it_is_closed_says_so(self, drh, room, change_room, page, form):
        change_room(room, is_open=False)
        answer = drh.post(page, data=form)
        assert answer.status_code == 403
        assert "This room is closed." in answer.text


class TestBlockedNetworks:
    @pytest.mark.parametrize("page", READING)
    def test_are_not_let_in(self, nobody, room, change_room, page):
        change_room(room, blocked="127.0.0.0/8 # this very test")
        answer = nobody.get(page)
        assert answer.status_code == 403
        assert "You are not let into this room." in answer.text

    @pytest.mark.parametrize(("page", "form"), [*WRITING, *OTHER])
    def test_send_nothing(self, nobody, room, change_room, page, form):
        change_room(room, blocked="127.0.0.1")
        assert nobody.post(page, data=form).status_code == 403

    def test_are_others(self, nobody, room, change_room):
        change_room(room, blocked="192.0.2.0/24\n2001:db8::/32\n# 127.0.0.1")
        assert nobody.get("/chat/lobby").status_code == 200

    @pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7"])
    def test_may_be_written_in_the_other_way(self, room, change_room, address):
        change_room(room, blocked="192.0.2.0/24")
        with pytest.raises(limits.Blocked):
            limits.check_network(changed(room, "192.0.2.0/24"), address)

    def test_of_no_address_are_let_in(self, room):
        limits.check_network(changed(room, "0.0.0.0/0"), "localhost")

    @pytest.mark.parametrize("line", ["x", "1.2.3", "1.2.3.4/33", "::g"])
    def test_that_are_none_are_an_error(self, line):
        with pytest.raises(limits.BadNetwork, match="is no network"):
            limits.networks(line)


def changed(room, blocked):
    return replace(room, rules=replace(room.rules, blocked=blocked))


@pytest.mark.usefixtures("room")
def test_files_are_not_attached(nobody, room, rows):
    form = {"msg": "x", "file": (io.BytesIO(b"x"), "a.txt")}
    answer = nobody.post("/chat/lobby/chat-send", data=form)
    assert answer.status_code == 422
    assert "Files cannot be attached" in answer.text
    assert not rows(f"SELECT 1 FROM {room.tables.messages}")


class TestTheRateLimit:
    @pytest.mark.parametrize(("page", "form"), WRITING)
    def test_refuses_a_further_message(self, nobody, room, change_room, page, form):
        change_room(room, per_minute=2)
        answers = [nobody.post(page, data=form) for _ in range(3)]
        assert [is_refused(answer) for answer in answers] == [False, False, True]
        assert answers[2].status_code == 429
        assert answers[2].headers["Retry-After"] == "60"

    def test_ends_after_a_minute(self, nobody, room, change_room, sql):
        change_room(room, per_minute=1)
        form = {"msg": "x"}
        nobody.post("/send/lobby", data=form)
        sql("UPDATE fx_chatroompost SET at=at-61000000")
        assert nobody.post("/send/lobby", data=form).status_code == 200

    def test_counts_users_apart_from_guests(
        self, nobody, alice, bob, room, change_room
    ):
        change_room(room, per_minute=1)
        codes = [
            client.post("/send/lobby", data={"msg": "x"}).status_code
            for client in (nobody, alice, bob, alice)
        ]
        assert codes == [200, 200, 200, 429]

    def test_counts_rooms_apart(self, nobody, room, make_room, change_room):
        change_room(room, per_minute=1)
        make_room("other", per_minute=1)
        for name in ("lobby", "other"):
            assert nobody.post(f"/send/{name}", data={"msg": "x"}).status_code == 200


class TestTheInsidersRoom:
    @pytest.fixture(autouse=True)
    def _said(self, bob, post):
        post("hello guests")
        bob.post("/chat-send", data={"msg": "insiders only"})

    @pytest.mark.parametrize("name", ["chat", "1", "0", "insiders", "chat-poll", "%00"])
    def test_is_none_of_the_rooms(self, nobody, drh, name):
        for path in (f"/chat/{name}", f"/chat/{name}/chat-poll?wait=0"):
            for client in (nobody, drh):
                assert client.get(path).status_code == 404

    @pytest.mark.parametrize("page", READING)
    def test_is_not_seen_from_a_room(self, nobody, page):
        assert "insiders only" not in nobody.get(page).text

    def test_is_not_reached_by_a_link_in_a_message(self, nobody, post):
        post("see [chat:1]")
        page = nobody.get("/chat/lobby").text
        assert "see [chat:1]" in page
        assert "chat?m=1" not in page.replace("/chat/lobby?m=1", "")

    def test_keeps_its_messages_when_a_room_is_deleted(self, drh, bob, room):
        form = {"room": room.id, "action": "delete", "confirm": "lobby"}
        drh.post("/Admin/Chat/Rooms/edit", data=form)
        assert "insiders only" in bob.get("/chat").text


class TestWhoIsAnInsider:
    LOGINS = ("drh", "alice", "dora", "carol")

    @pytest.mark.parametrize("page", READING)
    def test_is_not_told(self, nobody, alice, post, page):
        post("hello @alice @drh")
        alice.get("/chat-poll?wait=0")
        text = nobody.get(page).text.replace("hello @alice @drh", "")
        assert not [login for login in self.LOGINS if login in text]

    def test_is_not_marked_in_a_text(self, nobody, post):
        post("hello @alice @nobody-else")
        assert 'class="at"' not in nobody.get("/chat/lobby").text

    def test_does_not_count_in_the_room(self, nobody, alice, room):
        assert room
        alice.get("/chat-poll?wait=0")
        told = nobody.get("/chat/lobby/chat-poll?wait=0").json
        assert (told["nc"], told["who"]) == (0, [])

    def test_is_not_told_by_a_deletion(self, nobody, drh, post):
        drh.post(f"/chat/lobby/chat-delete/{post(by='eve').msgid}")
        (row,) = nobody.get("/chat/lobby/chat-poll?wait=0").json["msgs"]
        assert (row["mdel"], row["xfrom"]) == (1, "eve")

    def test_is_not_told_by_the_robot(self, nobody, post, configure):
        configure("chat-timeline-user", "robot")
        post("<a href='/info/x'>x</a> <b>y</b>", by="robot")
        (row,) = nobody.get("/chat/lobby/chat-poll?wait=0").json["msgs"]
        assert "&lt;b&gt;" in row["xmsg"]

    def test_sees_titles_that_guests_do_not(self, nobody, post, sql):
        sql("UPDATE user SET cap='' WHERE login='nobody'")
        post("[trunk]")
        (row,) = nobody.get("/chat/lobby/chat-poll?wait=0").json["msgs"]
        assert row["xmsg"] == "[trunk]"


class TestDeleting:
    @pytest.fixture
    def send(self):
        def send(client):
            return client.post(
                "/chat/lobby/chat-send", data={"msg": "x", "k": "1"}
            ).json

        return send

    def test_is_for_who_wrote_it(self, bob, alice, room, send, rows):
        msgid = send(bob)["msgid"]
        assert is_refused(alice.post(f"/chat/lobby/chat-delete/{msgid}"))
        bob.post(f"/chat/lobby/chat-delete/{msgid}")
        query = f"SELECT mdel FROM {room.tables.messages}"
        assert rows(query) == [(msgid,)]

    def test_is_not_for_guests(self, nobody, room, send, rows):
        msgid = send(nobody)["msgid"]
        assert is_refused(nobody.post(f"/chat/lobby/chat-delete/{msgid}"))
        assert rows(f"SELECT mdel FROM {room.tables.messages}") == [(None,)]

    def test_is_not_for_who_has_the_same_name(self, bob, post, room, rows):
        msgid = post("x", by="bob").msgid
        assert is_refused(bob.post(f"/chat/lobby/chat-delete/{msgid}"))
        assert rows(f"SELECT mdel FROM {room.tables.messages}") == [(None,)]

    def test_is_for_administrators(self, dora, post, room, rows):
        msgid = post().msgid
        dora.post(f"/chat/lobby/chat-delete/{msgid}")
        assert rows(f"SELECT mdel FROM {room.tables.messages}") == [(msgid,)]

    @pytest.fixture
    def dora(self, client_of):
        return client_of("dora")


@pytest.mark.parametrize("page", ["/chat/lobby", "/msg/lobby/1", "/chat/lobby/a"])
def test_a_room_that_is_deleted_meanwhile_is_not_found(nobody, room, sql, page):
    sql(f"DROP TABLE {room.tables.messages}")
    answer = nobody.get(page)
    assert answer.status_code == 404
    assert "There is no such room." in answer.text


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("lobby", True), ("a", True), ("a-1", True), ("0" * 32, True)),
        *(("", False), ("A", False), ("-a", False), ("a-", False), ("a b", False)),
        *(("x" * 32, False), ("0" * 33, False), ("é", False), ("a\n", False)),
    ],
)
def test_a_name_is_a_slug_or_an_id(name, is_one):
    assert is_name(name) is is_one


def test_json_and_html_of_a_room_are_escaped(nobody, post):
    post("<script>alert(1)</script>", by="<b>")
    page = nobody.get("/chat/lobby").text
    assert "<script>alert" not in page
    assert 'data-from="&lt;b&gt;"' in page
    body = nobody.get("/chat/lobby/chat-poll?wait=0&rows=1").text
    assert "<script>alert" not in json.loads(body)["msgs"][0]["html"]


class TestAGuestWhoCallsHimselfAsAnInsider:
    """He is seen to be no insider: "drh" wrote 1, and somebody else 2."""

    @pytest.fixture(autouse=True)
    def _two(self, drh, nobody, room):
        assert room
        drh.post("/chat/lobby/chat-send", data={"msg": "one", "me": "drh"})
        nobody.post("/chat/lobby/chat-send", data={"msg": "two", "nick": "drh"})

    def test_has_a_mark_on_the_page_and_in_the_archive(self, nobody):
        for page in ("/chat/lobby", "/chat/lobby/a/today"):
            text = nobody.get(page, follow_redirects=True).text
            names = re.findall("m-from[^>]*>([^<]*)</b>", text)
            assert names[:2] == ["drh", "~drh"]

    def test_has_a_mark_in_the_feeds(self, nobody):
        rss = nobody.get("/chat/lobby/var/index.rdf").text
        assert re.findall("creator>(.*)</dc", rss) == ["~drh", "drh"]
        atom = nobody.get("/chat/lobby/var/index.atom").text
        assert re.findall("<name>(.*)</name", atom) == ["~drh", "drh"]
        assert re.findall("<title>(.*: .*)</title", atom) == ["~drh: two", "drh: one"]

    def test_has_a_mark_when_he_is_found(self, nobody):
        text = nobody.get("/chat/lobby/search?q=from:drh").text
        assert re.findall("<b>(.*?drh)</b>", text) == ["~drh", "drh"]
        text = nobody.get("/chat/lobby/search?q=from:~drh").text
        assert re.findall("<b>(.*?drh)</b>", text) == ["~drh"]

    def test_has_no_mark_in_the_protocols(self, nobody):
        told = nobody.get("/chat/lobby/comet?p=0&s=0").json
        names = [(name, text) for name, _, text in told["content"]]
        assert names == [("drh", "one"), ("drh", "two")]

    def test_is_not_told_whether_there_is_such_a_login(self, nobody):
        nobody.post("/chat/lobby/chat-send", data={"msg": "three", "nick": "nemo"})
        (*_, row) = nobody.get("/chat/lobby/chat-poll?wait=0").json["msgs"]
        assert row["xfrom"] == "~nemo"

    def test_cannot_send_the_name_without_its_mark(self, nobody, rows, room):
        for me in ("drh", "~drh", "~~drh", " drh", "\u200bdrh", "drh\u202e"):
            form = {"msg": "x", "me": me}
            assert nobody.post("/chat/lobby/chat-send", data=form).status_code == 200
        posters = rows(f"SELECT xfrom FROM {room.tables.messages} WHERE xmsg='x'")
        assert len(posters) == 6
        assert all(name.startswith("~") for (name,) in posters)

    def test_nor_can_another_insider(self, bob, rows, room):
        bob.post("/chat/lobby/chat-send", data={"msg": "x", "nick": "drh"})
        query = f"SELECT xfrom FROM {room.tables.messages} WHERE xmsg='x'"
        assert rows(query) == [("~drh",)]

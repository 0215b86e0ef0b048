"""A talk of the chat is kept as a thread, a reply, a page or a ticket."""

import pytest
from pages import parse


@pytest.fixture(autouse=True)
def _may_write(sql):
    sql("UPDATE user SET cap='oC234jfkmrnw' WHERE login='alice'")
    sql("UPDATE user SET cap='oC' WHERE login='bob'")


@pytest.fixture
def talk(alice, bob):
    """Three messages, the last with a file."""
    alice.post("/chat-send", data={"msg": "Shall we release *now*?"})
    bob.post("/chat-send", data={"msg": "Yes, see [trunk]"})
    bob.post("/chat-send", data={"msg": "log", "file": (__file__, "log.txt")})
    return [1, 2, 3]


def keep(client, messages, place, **fields):
    form = {"m": list(map(str, messages)), "place": place, **fields}
    return client.post("/chat-keep", data=form)


def last_message(client):
    return client.get("/chat-poll/-1?raw=1").json["msgs"][-1]["xmsg"]


def test_a_talk_becomes_a_thread_and_the_chat_is_told(alice, bob, talk, rows):
    answer = keep(alice, talk, "thread", title="Release")

    assert answer.status_code == 303
    text = parse(alice.get(answer.location).text).all("article")[0].text
    assert "Shall we release *now*?" in text
    assert "Yes, see [trunk]" in text
    assert "alice" in text
    assert "bob" in text
    assert "log.txt" in text
    assert rows("SELECT filename FROM attachment") == [("log.txt",)]
    assert last_message(bob) == f"Kept from the chat: [{answer.location}|Release]"


def test_it_stays_when_the_messages_are_gone(alice, talk, sql):
    place = keep(alice, talk, "thread", title="Release").location
    sql("DELETE FROM chat")

    assert "Shall we release" in alice.get(place).text


def test_some_messages_become_a_reply(alice, talk):
    thread = keep(alice, talk[:1], "thread", title="Release").location[-16:]

    answer = keep(alice, talk[1:2], "reply", post=thread)

    page = parse(alice.get(answer.location).text)
    assert len(page.all("article")) == 2
    assert "Yes, see" in page.all("article")[1].text


def test_a_page_is_made_and_continued(alice, talk):
    place = keep(alice, talk[:1], "page", title="Minutes").location
    keep(alice, talk[1:2], "page", title="Minutes")

    text = parse(alice.get(place).text).all("main")[0].text
    assert "Shall we release" in text
    assert "Yes, see" in text


def test_a_talk_becomes_a_ticket(alice, talk):
    answer = keep(alice, talk, "ticket", title="To do")

    page = alice.get(answer.location).text
    assert "To do" in page
    assert "Shall we release" in page
    assert "log.txt" in page


def test_a_preview_keeps_nothing(alice, talk, rows):
    answer = keep(alice, talk, "thread", title="Release", preview="1")

    assert answer.status_code == 200
    assert parse(answer.text).all("div", "sample")
    assert rows("SELECT count(*) FROM event WHERE type='f'") == [(0,)]


@pytest.mark.parametrize(
    ("messages", "place", "fields"),
    [
        ([], "thread", {"title": "x"}),
        ([99], "thread", {"title": "x"}),
        ([1], "thread", {"title": ""}),
        ([1], "nowhere", {"title": "x"}),
        ([1], "reply", {"post": "nix"}),
        ([1], "page", {"title": ""}),
        ([1], "ticket", {}),
    ],
)
@pytest.mark.usefixtures("talk")
def test_what_is_missing_is_said_and_nothing_kept(alice, rows, messages, place, fields):
    answer = keep(alice, messages, place, **fields)

    assert answer.status_code == 422
    assert rows("SELECT count(*) FROM event WHERE type<>'ci'") == [(0,)]
    assert rows("SELECT count(*) FROM chat") == [(3,)]


def test_who_may_write_nowhere_can_keep_nowhere(bob, talk, rows):
    assert "nowhere to keep them" in bob.get("/chat-keep").text
    for place in ("thread", "reply", "page", "ticket"):
        assert keep(bob, talk, place, title="x").status_code in {302, 403}
    assert rows("SELECT count(*) FROM event WHERE type<>'ci'") == [(0,)]


def test_messages_are_chosen_by_the_address(alice, talk):
    page = parse(alice.get("/chat-keep?m=1,3").text)

    boxes = [e for e in page.all("input") if e.get("name") == "m"]
    chosen = [e["value"] for e in boxes if "checked" in e.attributes]
    assert [e["value"] for e in boxes] == [str(n) for n in talk]
    assert chosen == ["1", "3"]

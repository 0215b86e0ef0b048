"""The robot that announces check-ins and other events: each of them, and once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from .developer import Developer
from .tables import change, messages

HASH = re.compile(r"[0-9a-f]{10,}")


class Robot:
    """Speaks in the chat of a repository, where it is switched on."""

    NAME = "chat-robot"

    def __init__(self, path):
        self.path = path

    def on(self, name=NAME):
        setting = f"VALUES('chat-timeline-user', '{name}')"
        change(self.path, f"REPLACE INTO config(name, value) {setting}")

    def off(self):
        self.on("")

    def said(self):
        """Its messages, without the hashes in them."""
        rows = messages(self.path)
        assert {row[1] for row in rows} <= {self.NAME}
        return [HASH.sub("HASH", row[2]) for row in rows]


@pytest.fixture
def robot(path):
    robot = Robot(path)
    robot.on()
    return robot


@pytest.fixture
def developer(fossil, path, folder):
    return Developer(fossil, path, folder)


@pytest.fixture
def drh(robot, repoweb, visit):
    """He has been in the chat, so that there is one."""
    drh = visit(repoweb, "drh")
    assert drh.poll(-1, wait=0) == robot.said() == []
    return drh


def test_what_fossil_announces_itself_is_not_announced_again(robot, drh, developer):
    count = developer.do_everything()
    by_fossil = messages(robot.path)
    assert len(by_fossil) == count

    drh.poll(-1)
    drh.get("chat")

    assert messages(robot.path) == by_fossil


def test_those_who_wait_hear_of_each_event_once(robot, drh, developer):
    def listen():
        """Poll until the last event has come, and ask once more."""
        cursor, heard = 0, []
        while not any("the last one" in text for text in heard):
            new = drh.poll(cursor, raw=1)
            cursor = new[-1]["msgid"]
            heard += [message["xmsg"] for message in new]
        return [*heard, *(m["xmsg"] for m in drh.poll(cursor, raw=1, wait=0))]

    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(listen)
        count = developer.do_everything()
        developer.commit("three", "the last one")
        heard = listening.result()

    assert len(heard) == count + 1
    assert [HASH.sub("HASH", text) for text in heard] == robot.said()


def test_what_fossil_did_not_announce_repoweb_does(robot, drh, developer):
    """As where somebody has written who knows no robot."""
    robot.off()
    count = developer.do_everything()
    robot.on()
    assert robot.said() == []

    drh.poll(-1)

    texts = robot.said()
    assert len(texts) == count
    drh.poll(-1)
    assert robot.said() == texts


def test_it_says_the_same_as_fossil(robot, drh, developer):
    """But for markup in comments, which newer versions render at once."""
    robot.off()
    developer.commit("one", "a comment & <more>")
    developer.commit("two", "on a branch", "--branch", "feature/x")
    developer.write("create", "Über & <uns>", "one")
    developer.write("commit", "Über & <uns>", "two")
    developer.write("create", "a technote", "text", "--technote", "now")
    robot.on()
    drh.poll(-1)
    ours = robot.said()
    change(robot.path, "DELETE FROM chat")

    developer.here("update", "trunk")
    developer.commit("three", "a comment & <more>")
    developer.commit("four", "on a branch", "--branch", "feature/y")
    developer.write("create", "Ober & <uns>", "one")
    developer.write("commit", "Ober & <uns>", "two")
    developer.write("create", "a technote", "text", "--technote", "now")

    theirs = [
        text.replace("Ober", "Über").replace("2Fy", "2Fx").replace("/y", "/x")
        for text in robot.said()
    ]
    assert [text.replace("%C3%9Cber", "Über") for text in ours] == theirs


def test_what_only_one_of_both_announced_is_told_apart(robot, drh, developer):
    """Names that are part of others, and tags of the same check-in."""
    developer.write("create", "Home Page", "one")
    developer.run("tag", "add", "rtag2", "trunk")
    robot.off()
    developer.write("create", "Home", "one")
    developer.write("commit", "Home Page", "two")
    developer.run("tag", "add", "rtag", "trunk")
    robot.on()

    drh.poll(-1)

    told = robot.said()
    assert len(told) == 5
    assert ">Home</a>" in told[2]
    assert "Changes</a> to wiki page" in told[3]
    assert 'Add tag "rtag"' in told[4]


@pytest.mark.parametrize("digits", [6, 40])
def test_hashes_may_be_shown_shorter_or_longer(robot, drh, developer, digits):
    developer.run("setting", "hash-digits", digits)
    count = developer.do_everything()

    drh.poll(-1)

    assert len(robot.said()) == count


def test_a_push_to_fossils_server_is_announced_once(robot, drh, fossil_server, clone):
    url = fossil_server.url.replace("//", "//drh:pw-drh@")
    developer = clone(url)
    developer.commit("one", "from a clone")

    developer.run("push", url, "--once")
    drh.poll(-1)

    [text] = robot.said()
    assert text.startswith("from a clone")


def test_what_was_before_the_chat_is_no_news(robot, developer, repoweb, visit):
    """Without a table fossil cannot announce; the first who enters gets no history."""
    developer.commit("one", "before there was a chat")

    drh = visit(repoweb, "drh")
    drh.get("chat")
    developer.commit("two", "afterwards")
    drh.get("chat")

    [text] = robot.said()
    assert text.startswith("afterwards")


def test_a_rebuild_announces_nothing_again(fossil, robot, drh, developer):
    developer.commit("one", "once")
    drh.poll(-1)
    robot.off()
    developer.commit("two", "silently")
    robot.on()
    drh.poll(-1)
    before = robot.said()
    assert len(before) == 2

    fossil("rebuild", robot.path)
    drh.poll(-1)

    assert robot.said() == before


def test_what_comes_while_it_is_off_is_not_told_later(robot, drh, developer):
    robot.off()
    drh.poll(-1, wait=0)

    developer.commit("one", "silently")
    drh.poll(-1, wait=0)
    robot.on()
    drh.poll(-1, wait=0)

    assert robot.said() == []


@pytest.mark.usefixtures("robot")
def test_its_messages_look_the_same_in_both_chats(drh, developer, fossil_server, visit):
    developer.commit("one", "hello")
    there = visit(fossil_server, cookies=drh.cookies)

    [ours], [theirs] = drh.poll(-1, raw=1), there.poll(-1, raw=1)

    assert ours == theirs
    assert ours["uclr"] == "transparent"
    page = drh.get("chat").text
    assert "hello" in page
    assert "&lt;a href" not in page

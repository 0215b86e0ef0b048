"""Unread marks, paging, search and feeds."""

from xml.etree import ElementTree as ET

from pages import parse


def unread(client):
    page = parse(client.get("/forum").text)
    return [e.text.split("\n")[0] for e in page.all("li", "unread")]


def test_a_thread_is_unread_until_it_was_looked_at(alice, bob, begin, reply):
    root = begin(alice)
    assert len(unread(bob)) == 1

    bob.get(f"/forumthread/{root}")
    assert unread(bob) == []

    reply(alice, root)
    assert len(unread(bob)) == 1


def test_new_posts_are_marked_once(alice, bob, begin, reply):
    root = begin(alice)
    bob.get(f"/forumthread/{root}")
    reply(alice, root)

    pages = [parse(bob.get(f"/forumthread/{root}").text) for _ in range(2)]

    assert [len(page.all("article", "new")) for page in pages] == [1, 0]


def test_everything_is_marked_as_read_at_once(alice, bob, begin, rows):
    begin(alice, "one")
    begin(alice, "two")

    bob.post("/forum_read")

    assert unread(bob) == []
    assert rows("SELECT login, thread FROM fx_forumread") == [("bob", "")]


def test_nobody_has_no_marks(nobody, sql, alice, begin, rows):
    sql("UPDATE user SET cap=cap || '2' WHERE login='nobody'")
    root = begin(alice)

    assert nobody.get(f"/forumthread/{root}").status_code == 200
    assert unread(nobody) == []
    assert rows("SELECT * FROM fx_forumread WHERE login<>'alice'") == []


def test_threads_are_listed_by_their_last_activity(alice, begin, reply):
    first = begin(alice, "first")
    begin(alice, "second")

    def titles():
        page = parse(alice.get("/forum").text)
        links = page.all("a")
        return [a.text for a in links if a["href"].startswith("/forumthread/")]

    assert titles() == ["second", "first"]
    reply(alice, first)
    assert titles() == ["first", "second"]


def test_a_long_list_has_pages(alice, begin):
    for number in range(31):
        begin(alice, f"thread {number:02}")

    newest = alice.get("/forum").text
    oldest = alice.get("/forum?x=30").text

    assert "thread 30" in newest
    assert "thread 00" not in newest
    assert "thread 00" in oldest
    assert alice.get("/forum?x=999999999999").status_code == 200


def test_words_are_found_in_the_newest_versions(alice, bob, begin, edit):
    root = begin(alice, text="the quick brown fox")
    begin(alice, "Other", "lazy dog")
    edit(alice, root, "the slow brown bear", title="A thread")

    def hits(words):
        page = parse(bob.get("/forum", query_string={"s": words}).text)
        return [li.text.split("\n")[0].split(" alice")[0] for li in page.all("li")]

    assert hits("BROWN slow") == ["A thread"]
    assert hits("quick") == []
    assert hits("other") == ["Other"]
    assert hits("<b>") == []


def test_the_feed_has_the_newest_posts(alice, bob, begin, reply):
    root = begin(alice, "One & <two>", "hello **you** [x](/timeline)")
    reply(alice, root)
    begin(alice, "Another")

    every = bob.get("/forum.atom")
    one = bob.get(f"/forum.atom?name={root}")

    assert every.mimetype == "application/atom+xml"
    space = "{http://www.w3.org/2005/Atom}"
    feeds = [ET.fromstring(answer.data) for answer in (every, one)]
    titles = [[t.text for t in f.iter(f"{space}title")][1:] for f in feeds]
    assert titles == [
        ["Post: Another", "Reply: One & <two>", "Post: One & <two>"],
        ["Reply: One & <two>", "Post: One & <two>"],
    ]
    content = [c.text for c in feeds[1].iter(f"{space}content")][-1]
    assert "<strong>you</strong>" in content
    assert 'href="http://localhost/timeline"' in content


def test_the_source_of_a_post_is_given_as_it_is(alice, begin):
    root = begin(alice, text="Hello *you*")

    raw = alice.get(f"/forumpost/{root}?raw")

    assert (raw.mimetype, raw.text) == ("text/plain", "Hello *you*")

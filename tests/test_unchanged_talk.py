"""Pages of wiki, forum, tickets and technotes that a browser has already: 304."""

import pytest

from repoweb.repository.artifacts import receive, store
from repoweb.repository.structure import TagCard
from repoweb.repository.writing import (
    attachment,
    control,
    forum,
    technote,
    ticket,
    wiki,
)
from repoweb.repository.writing.forum import NewPost
from repoweb.repository.writing.moderation import approve
from repoweb.repository.writing.put import Author, put
from repoweb.repository.writing.technote import NewTechnote

TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"
NOTE = "71ee9dc386f1c48717837d8270adb279770ad789"
TIME = "2026-01-03T00:00:00"


@pytest.fixture
def write(repository):
    def run(cards, **author):
        with repository.writing() as db:
            return put(db, cards, Author("drh", **author))

    return run


@pytest.fixture
def first(write):
    """One of each kind, by their names."""
    page = write(wiki.cards("Page", "one", "", None)).hash
    write(ticket.cards(TICKET, {"title": "A bug", "icomment": "one"}))
    return {
        "old": page,
        "page": write(wiki.cards("Page", "two", "", page)).hash,
        "post": write(forum.cards(NewPost("one", title="A thread"))).hash,
        "note": write(technote.cards(NewTechnote(NOTE, TIME, "A note", "one"))).hash,
    }


@pytest.fixture
def urls(first):
    return {
        "wiki": "/wiki?name=Page",
        "version": f"/wiki?name=Page&id={first['old']}",
        "contents": "/wcontent",
        "history": "/whistory?name=Page",
        "difference": f"/wdiff?id={first['page']}",
        "post": f"/forumpost/{first['post']}",
        "thread": f"/forumthread/{first['post']}",
        "source": f"/forumpost/{first['post']}?raw",
        "edits": f"/forumhistory/{first['post']}",
        "forum": "/forum",
        "ticket": f"/tktview/{TICKET}",
        "changes": f"/tkthistory/{TICKET}",
        "note": f"/technote/{NOTE}",
    }


@pytest.fixture
def has(urls):
    """What the browser of a client has: `has(client)` is the ETag of each page."""

    def visit(client):
        client.get(urls["thread"])  # from now on it is read
        return {name: client.get(url).headers["ETag"] for name, url in urls.items()}

    return visit


@pytest.fixture
def changed(urls):
    """Ask again for all pages; gives the names of those that are not as before."""

    def ask(client, tags):
        answers = {
            name: client.get(url, headers={"If-None-Match": tags[name]})
            for name, url in urls.items()
        }
        assert {answer.status_code for answer in answers.values()} <= {200, 304}
        return {name for name, a in answers.items() if a.status_code == 200}

    return ask


@pytest.fixture(params=[None, "drh"])
def reader(request, client_of, sql):
    sql("UPDATE user SET cap='ojr2' WHERE login='nobody'")
    return client_of(request.param)


def test_each_is_answered_without_being_rendered(
    reader, has, changed, app, monkeypatch
):
    tags = has(reader)
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", None)
    monkeypatch.setattr("repoweb.repository.loading._follow", None)

    assert changed(reader, tags) == set()


WITH_PARTS = {"wiki", "version", "contents", "history"}
THREAD = {"post", "thread", "forum", "edits"}


@pytest.fixture
def changes(write, first, repository):
    """What may happen, and the pages that it changes."""

    def attach():
        with repository.writing() as db:
            _, name = store(db, b"file", receive(db, "drh"))
        write(attachment.cards("a.txt", "Page", name))

    reply = NewPost("two", thread=first["post"], in_reply_to=first["post"])
    edit = NewPost("x", title="New", thread=first["post"], parent=first["post"])
    note = NewTechnote(NOTE, TIME, "A note", "two", parent=first["note"])
    closed = TagCard("*", "closed", first["post"], None)
    return {
        "edit": (lambda: write(wiki.cards("Page", "3", "", first["page"])), WITH_PARTS),
        "attach": (attach, {"wiki"}),
        "reply": (lambda: write(forum.cards(reply)), THREAD),
        "post edit": (lambda: write(forum.cards(edit)), THREAD),
        "close": (lambda: write(control.cards([closed])), {"post", "thread"}),
        "comment": (
            lambda: write(ticket.cards(TICKET, {"icomment": "two"})),
            {"ticket", "changes"},
        ),
        "note": (lambda: write(technote.cards(note)), {"note"}),
    }


@pytest.mark.parametrize(
    "what", ["edit", "attach", "reply", "post edit", "close", "comment", "note"]
)
def test_what_is_written_is_shown_at_once(drh, has, changed, changes, what):
    tags = has(drh)
    act, pages = changes[what]

    act()

    assert changed(drh, tags) >= pages


def test_what_was_approved_is_shown_at_once(client_of, has, changed, write, repository):
    held = write(forum.cards(NewPost("held", title="Held")), moderated=True)
    alice = client_of("alice")
    tags = has(alice)
    with repository.writing() as db:
        approve(db, held.rid)

    assert "forum" in changed(alice, tags)


class TestMarksOfWhatIsUnread:
    def test_a_thread_that_is_read_is_new_no_longer(self, alice, urls):
        listed = alice.get("/forum")
        assert ">new<" in listed.text

        assert ">new<" in alice.get(urls["thread"]).text

        tag = {"If-None-Match": listed.headers["ETag"]}
        assert ">new<" not in alice.get("/forum", headers=tag).text

    def test_nor_is_it_in_the_copy_of_the_browser(self, alice, urls):
        new = alice.get(urls["thread"])

        again = alice.get(
            urls["thread"], headers={"If-None-Match": new.headers["ETag"]}
        )

        assert again.status_code == 200
        assert ">new<" not in again.text

    def test_on_the_other_device_neither(self, client_of, urls):
        here, there = client_of("alice"), client_of("alice")
        copy = there.get("/forum")
        here.get(urls["thread"])

        tag = {"If-None-Match": copy.headers["ETag"]}

        assert ">new<" not in there.get("/forum", headers=tag).text

    @pytest.mark.usefixtures("first")
    def test_when_everything_is_marked_as_read_neither(self, alice, write):
        write(forum.cards(NewPost("x", title="Another")))
        copy = alice.get("/forum")
        assert ">new<" in copy.text

        alice.post("/forum_read")

        tag = {"If-None-Match": copy.headers["ETag"]}
        assert ">new<" not in alice.get("/forum", headers=tag).text

    def test_another_reader_has_his_own(self, alice, bob, has):
        tag = {"If-None-Match": has(alice)["forum"]}

        assert ">new<" in bob.get("/forum", headers=tag).text


@pytest.mark.parametrize(
    "url", ["/wikiedit?name=Page", "/forumnew", f"/tktedit/{TICKET}", "/wikinew"]
)
@pytest.mark.usefixtures("first")
def test_editors_are_never_kept(drh, url):
    answer = drh.get(url)

    assert answer.status_code == 200
    assert "ETag" not in answer.headers

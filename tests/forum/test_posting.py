"""Threads, replies, edits and deletions, from the form to the artifact."""

import hashlib
import io

import pytest
from pages import parse

from repoweb.repository.loading import load
from repoweb.repository.manifests import manifest_of


@pytest.fixture
def source(repository, rows):
    """The artifact that a name stands for."""

    def read(name):
        [(rid,)] = rows("SELECT rid FROM blob WHERE uuid GLOB ?", f"{name}*")
        with repository.reading() as db:
            return manifest_of(db, rid)

    return read


def posts_of(client, name, **query):
    page = parse(client.get(f"/forumthread/{name}", query_string=query).text)
    return [(a.text, a) for a in page.all("article")]


def test_a_thread_is_begun_and_listed(alice, bob, begin, source):
    name = begin(alice, "It works", "Hello *world*\r\nagain")

    assert "It works" in bob.get("/forum").text
    assert "<em>world</em>" in bob.get(f"/forumpost/{name}").text
    post = source(name)
    assert (post.title, post.user, post.text) == (
        "It works",
        "alice",
        "Hello *world*\nagain",
    )
    assert post.mimetype == "text/x-markdown"


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"title": "", "content": "x"}, "needs a title"),
        ({"title": "x", "content": " \n"}, "no text"),
        ({"title": "x", "content": "x" * 300_001}, "longer than"),
    ],
)
def test_what_is_missing_is_said_and_nothing_stored(alice, rows, form, problem):
    answer = alice.post("/forumnew", data=form)

    assert answer.status_code == 422
    assert problem in answer.text
    assert rows("SELECT count(*) FROM event WHERE type='f'") == [(0,)]


def test_a_preview_stores_nothing(alice, rows):
    form = {"title": "x", "content": "**bold**", "preview": "1"}

    answer = alice.post("/forumnew", data=form)

    assert answer.status_code == 200
    assert "<strong>bold</strong>" in answer.text
    assert rows("SELECT count(*) FROM event WHERE type='f'") == [(0,)]


def test_replies_are_nested_flat_or_by_time(alice, begin, reply):
    root = begin(alice)
    first = reply(alice, root, "first")
    reply(alice, root, "second")
    reply(alice, first, "deep")

    def texts(order):
        page = parse(alice.get(f"/forumthread/{root}?t={order}").text)
        return [
            (e.text.strip(), e.parents[-1].get("data-depth"))
            for e in page.all("div", "markup")
        ]

    assert texts("h") == [
        ("Hello", "0"),
        ("first", "1"),
        ("deep", "2"),
        ("second", "1"),
    ]
    assert [text for text, _ in texts("f")] == ["Hello", "first", "deep", "second"]
    assert [text for text, _ in texts("c")] == ["Hello", "first", "second", "deep"]
    assert texts("s") == [("Hello", "0")]


def test_a_reply_links_to_what_it_answers(alice, begin, reply):
    root = begin(alice)
    reply(alice, reply(alice, root, "second"), "third")

    page = parse(alice.get(f"/forumthread/{root}").text)

    links = [a["href"] for a in page.all("a") if a["href"].startswith("#post")]
    assert links == ["#post1", "#post2"]


def test_a_reply_names_the_version_that_it_answers(alice, begin, reply, edit, source):
    root = begin(alice)
    edited = edit(alice, root, "Hello again", title="A thread").location[-16:]

    answer = source(reply(alice, edited))

    assert answer.in_reply_to.startswith(edited)
    assert answer.thread.startswith(root)


def test_an_edit_shows_the_new_text_and_keeps_the_history(alice, bob, begin, edit):
    root = begin(alice, text="old text here")
    edit(alice, root, "new text here", title="Renamed")

    page = bob.get(f"/forumpost/{root}").text
    history = bob.get(f"/forumhistory/{root}").text

    assert "new text here" in page
    assert "old text here" not in page
    assert "Renamed" in bob.get("/forum").text
    assert "<ins>" in history
    assert "old text here" in parse(history).all("main")[0].text


def test_of_two_edits_of_one_version_the_second_is_refused(alice, drh, begin, edit):
    root = begin(alice)
    assert edit(drh, root, "drh&s", title="A thread").status_code == 303

    answer = edit(alice, root, "alice's", title="A thread")

    assert answer.status_code == 409
    assert "alice&#39;s" in answer.text
    assert "drh&amp;s" in answer.text
    assert "drh&s" in parse(alice.get(f"/forumpost/{root}").text).all("article")[0].text


def test_a_deleted_reply_is_gone_but_for_its_place(alice, begin, reply):
    root = begin(alice)
    name = reply(alice, root, "to be deleted")

    answer = alice.post("/forumedit", data={"fpid": name, "nullout": "1"})

    page = alice.get(f"/forumthread/{root}").text
    assert answer.status_code == 303
    assert "to be deleted" not in page
    assert "This post was deleted." in page


def test_a_deleted_first_post_keeps_its_thread(alice, begin, reply, source):
    root = begin(alice)
    reply(alice, root)

    answer = alice.post("/forumedit", data={"fpid": root, "nullout": "1"})

    assert source(answer.location[-16:]).title == ""
    assert "(Deleted)" in alice.get("/forum").text


def test_nobody_edits_what_is_not_his(alice, carol, drh, begin, edit):
    root = begin(alice)

    refused = [
        edit(carol, root, "carol's", title="x"),
        carol.post("/forumedit", data={"fpid": root, "nullout": "1"}),
        carol.get(f"/forumedit?fpid={root}"),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert edit(drh, root, "the administrator's", title="x").status_code == 303


def test_a_quotation_names_its_author_and_its_place(alice, begin):
    root = begin(alice, text="one\n\ntwo")

    page = parse(alice.get(f"/forumedit?fpid={root}&reply=1&quote=1").text)

    text = page.all("textarea")[0].text
    assert text.strip() == f"[alice wrote](/forumpost/{root}):\n\n> one\n>\n> two"


def test_a_closed_thread_takes_no_more(alice, drh, begin, reply):
    root = begin(alice)
    inner = reply(alice, root)
    closed = drh.post("/forumpost_close", data={"fpid": root})

    answers = [
        alice.post("/forumedit", data={"fpid": name, "reply": "1", "content": "x"})
        for name in (root, inner)
    ]

    assert closed.status_code == 303
    assert [answer.status_code for answer in answers] == [403, 403]
    drh.post("/forumpost_reopen", data={"fpid": root})
    assert reply(alice, inner)


def test_only_administrators_close_unless_moderators_may(
    alice, client_of, configure, sql, begin
):
    root = begin(alice)
    sql("UPDATE user SET cap='o5' WHERE login='bob'")
    bob = client_of("bob")

    refused = bob.post("/forumpost_close", data={"fpid": root})
    configure("forum-close-policy", "1")
    allowed = bob.post("/forumpost_close", data={"fpid": root})

    assert refused.status_code == 403
    assert allowed.status_code == 303


def test_files_are_attached_to_a_post(drh, begin, rows):
    file = (io.BytesIO(b"\x89PNG\r\n"), "../pic & 'x'.png")

    name = begin(drh, file=file)

    page = drh.get(f"/forumpost/{name}").text
    assert "pic &amp; &#39;x&#39;.png" in page
    [(target, uuid)] = rows("SELECT target, src FROM attachment")
    assert target.startswith(name)
    assert f"/raw/{uuid}?at=" in page


def test_a_file_that_is_an_artifact_stays_a_file(drh, begin, rows, repository):
    [(rid,)] = rows("SELECT min(rid) FROM blob")
    with repository.reading() as db:
        manifest = load(db, rid).replace(b"initial", b"another")
    body = manifest[:-35]
    evil = body + b"Z " + hashlib.md5(body).hexdigest().encode() + b"\n"

    begin(drh, file=(io.BytesIO(evil), "evil.txt"))

    assert rows("SELECT filename FROM attachment") == [("evil.txt.gz",)]


def test_bob_who_may_only_read_cannot_write(bob, alice, begin):
    root = begin(alice)

    answers = [
        bob.get("/forumnew"),
        bob.post("/forumnew", data={"title": "x", "content": "x"}),
        bob.post("/forumedit", data={"fpid": root, "reply": "1", "content": "x"}),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403}
    assert "New thread" not in bob.get("/forum").text


@pytest.mark.parametrize("name", ["nix", "00000000", "' OR 1", "trunk", "tip"])
def test_what_is_no_post_is_not_found(alice, begin, name):
    begin(alice)

    assert alice.get(f"/forumpost/{name}").status_code == 404
    assert alice.get(f"/forumedit?fpid={name}").status_code == 404

"""Artifacts of every kind that repoweb wrote: rebuilt the same, taken by fossil."""

from contextlib import closing

import pytest

from repoweb.repository.artifacts import receive, store
from repoweb.repository.repository import Repository
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
from repoweb.repository.writing.put import Author, put
from repoweb.repository.writing.technote import NewTechnote

from .tables import derived

TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"
NOTE = "71ee9dc386f1c48717837d8270adb279770ad789"
ALICE = Author("alice", "127.0.0.1")
BOB = Author("bob")


@pytest.fixture
def write(path):
    """Write one artifact: `write(cards)`; gives its hash."""
    with closing(Repository(path)) as repository:

        def run(cards, author=ALICE):
            with repository.writing() as db:
                return put(db, cards, author).hash

        run.repository = repository
        yield run


@pytest.fixture
def checkin(rows):
    return rows("SELECT uuid FROM blob WHERE rid=1")[0][0]


def test_a_wiki_page_from_its_first_version_to_its_end(
    write, fossil, path, checkin, rebuilds_the_same
):
    text = f"  Hello [{checkin[:10]}] and [Ünï page]\n<verbatim>[abcdef01]</verbatim>\n"
    first = write(wiki.cards("Ünï page", text, "text/x-fossil-wiki", None))
    markdown = (
        f"# MD\n[x](/info/{checkin[:12]}) `[y](abcd)`\n\n[z]: {checkin[:8]}\n\n[z]"
    )
    second = write(wiki.cards("Ünï page", markdown, "text/x-markdown", first), BOB)
    write(wiki.cards("Other's", "<b>", "text/plain", None))
    rebuilds_the_same()

    assert fossil("wiki", "export", "Ünï page", "-R", path) == markdown + "\n"
    write(wiki.cards("Ünï page", "", "text/x-markdown", second))

    rebuilds_the_same()
    assert "Ünï" not in fossil("wiki", "list", "-R", path)


def test_a_thread_with_replies_edits_a_deletion_and_a_closing(
    write, checkin, rebuilds_the_same
):
    root = write(forum.cards(NewPost(f"[a]({checkin[:9]})", title="It's a <thread>")))
    reply = write(forum.cards(NewPost("A reply", thread=root, in_reply_to=root)), BOB)
    edited = write(
        forum.cards(
            NewPost(f"[{checkin[:6]}]", "text/x-fossil-wiki", None, root, root, reply)
        )
    )
    write(forum.cards(NewPost("x", "text/plain", None, root, edited)))
    closed = write(control.cards([TagCard("*", "closed", root, "because 'x'")]))
    write(forum.cards(NewPost("y", title="Renamed", thread=root, parent=root)))
    rebuilds_the_same()

    write(forum.cards(NewPost("", "", None, root, root, edited)))
    write(control.cards([TagCard("-", "closed", root, None)]))
    write(forum.cards(NewPost("", title="", thread=root, parent=root)))

    assert closed
    rebuilds_the_same()


def test_a_ticket_from_new_to_closed(write, fossil, path, checkin, rebuilds_the_same):
    new = {
        "title": "It <breaks>",
        "status": "Open",
        "type": "Code_Defect",
        "icomment": f"See [{checkin[:10]}]",
        "comment": f"[{checkin[:11]}]",
        "mimetype": "text/x-fossil-wiki",
        "login": "alice",
        "empty": "",
    }
    write(ticket.cards(TICKET, new))
    write(ticket.cards(TICKET, {"priority": "High", "+comment": "more"}), BOB)
    write(
        ticket.cards(TICKET, {"status": "Closed", "resolution": "Fixed", "title": ""})
    )

    rebuilds_the_same()
    listed = fossil("ticket", "list", "fields", "-R", path)
    assert "resolution" in listed


def test_a_technote_and_its_next_version(write, rebuilds_the_same):
    note = NewTechnote(
        NOTE, "2026-01-03T00:00:00", "A note", "Text", "text/x-markdown", "#e0ffe0",
        ("rel", "ä b"),
    )  # fmt: skip
    first = write(technote.cards(note))
    rebuilds_the_same()

    second = NewTechnote(NOTE, "2026-01-04T00:00:00", "Later", "T2", parent=first)
    write(technote.cards(second), BOB)

    rebuilds_the_same()


def test_tags_and_properties_of_checkins(write, checkin, rebuilds_the_same):
    edits = [
        [
            TagCard("+", "sym-mytag", checkin, "some value"),
            TagCard("+", "x", checkin, None),
        ],
        [TagCard("-", "sym-mytag", checkin, None)],
        [
            TagCard("+", "bgcolor", checkin, "#c0ffc0"),
            TagCard("+", "comment", checkin, f"amended [{checkin[:10]}] <b>"),
            TagCard("+", "date", checkin, "2026-01-02T13:05:00"),
            TagCard("+", "user", checkin, "bob"),
        ],
        [
            TagCard("*", "branch", checkin, "newbr"),
            TagCard("*", "sym-newbr", checkin, None),
            TagCard("-", "sym-trunk", checkin, None),
            TagCard("*", "bgcolor", checkin, "red"),
        ],
        [TagCard("+", "closed", checkin, None)],
        [TagCard("-", "closed", checkin, None), TagCard("-", "bgcolor", checkin, None)],
    ]
    for tags in edits:
        write(control.cards(tags))
        rebuilds_the_same()


def test_attachments_of_every_kind_of_target(write, fossil, rebuilds_the_same):
    page = write(wiki.cards("A page", "x", "", None))
    write(ticket.cards(TICKET, {"title": "t"}))
    write(technote.cards(NewTechnote(NOTE, "2026-01-03T00:00:00", "n", "t")))
    post = write(forum.cards(NewPost("x", title="t")))
    with write.repository.writing() as db:
        _, content = store(db, b"\x89PNG", receive(db, "alice"))
    targets = ["A page", TICKET, NOTE]
    if fossil.version >= (2, 29):  # 2.21 takes a post for a wiki page
        targets.append(post)
    for target in targets:
        write(attachment.cards("a 'b'.png", target, content, "about it"))
        rebuilds_the_same()
        write(attachment.cards("a 'b'.png", target, content))
        write(attachment.cards("a 'b'.png", target, None))
        rebuilds_the_same()
    assert page


def test_what_was_written_is_synced_to_a_clone(write, serve_fossil, path, clone):
    root = write(forum.cards(NewPost("Hello", title="Thread")))
    write(forum.cards(NewPost("A reply", thread=root, in_reply_to=root)), BOB)
    write(wiki.cards("A page", "x", "", None))
    server = serve_fossil(path)

    developer = clone(server.url.replace("//", "//drh:pw-drh@"))

    before, after = (derived(p, ("event",)) for p in (path, developer.path))
    columns = [[row[6:] for row in found[0]["event"]] for found in (before, after)]
    assert sorted(columns[0], key=repr) == sorted(columns[1], key=repr)

"""The chat's endpoints answer as fossil's do, on the same file at the same time."""

import re
import shutil
from contextlib import ExitStack, closing

import pytest

from .programs import FossilServer, Repoweb
from .tables import change
from .visitor import Visitor

ROBOT = "chat-robot"


@pytest.fixture(scope="module")
def shared(fossil, template, tmp_path_factory):
    """The file, fossil's server and repoweb, for all tests of this module."""
    folder = tmp_path_factory.mktemp("answers")
    path = shutil.copy(template, folder)
    fossil("user", "new", "Zoë", "", "pw-Zoë", "-R", path)
    fossil("user", "capabilities", "Zoë", "oC", "-R", path)
    fossil("setting", "chat-timeline-user", ROBOT, "-R", path)
    with (
        FossilServer(fossil, path, folder / "fossil.log") as fossil_server,
        Repoweb(fossil.home, path, folder / "repoweb.log") as repoweb,
    ):
        yield path, fossil_server, repoweb
    repoweb.require_faultless()


@pytest.fixture(scope="module")
def both(shared):
    """Bob at fossil's server and at repoweb, where much has been said."""
    path, *servers = shared
    with ExitStack() as stack:
        theirs, ours, zoe = (
            stack.enter_context(closing(Visitor(server.url)))
            for server in (*servers, servers[1])
        )
        for visitor, login in ((theirs, "bob"), (ours, "bob"), (zoe, "Zoë")):
            assert visitor.log_in(login, f"pw-{login}")
        theirs.poll(before=1)
        theirs.send("one")
        ours.send("two *x* <b>", lmtime="2026-11-20T12:00:00")
        theirs.send('three "quoted" \\ \n line\ttab')
        ours.send("four", ("a b.txt", "text/plain", b"file body\n"))
        theirs.send("", ("ö.png", "image/png", b"\x89PNG\r\n\x1a\n"))
        zoe.send("sechs 日本")
        theirs.send("a mistake")
        ours.send("another")
        ours.delete(7)
        theirs.delete(8)
        change(
            path,
            "INSERT INTO chat(mtime, xfrom, xmsg, lmtime)"
            " VALUES(julianday('now'), NULL, 'eleven', ''), (julianday('now'),"
            f" '{ROBOT}', 'twelve <i>x</i>', '2026-11-20T12:00:00')",
        )
        theirs.send("thirteen")
        yield theirs, ours


@pytest.mark.parametrize(
    "parameters",
    [
        {"name": 0},
        {"name": 1},
        {"name": 8},
        {"name": "4 and more"},
        {"name": "none"},
        {"name": -1},
        {"name": -2},
        {"name": -3},
        {"name": -4},
        {"name": -100},
        {"before": 7},
        {"before": 7, "n": 2},
        {"before": 100, "n": 3},
        {"before": 6, "n": 0},
        {"before": 6, "n": -1},
        {"before": 4, "n": 2, "name": 9},
        {"before": 1},
    ],
)
def test_polls_are_answered_with_the_same_bytes(both, parameters):
    theirs, ours = (one.get("chat-poll", raw=1, **parameters) for one in both)

    assert theirs.status == 200
    assert ours.in_fossils_words == theirs.body
    assert ours.headers["content-type"] == theirs.headers["content-type"]


@pytest.mark.parametrize("cursor", ["0", "1", "-2"])
def test_the_number_may_stand_in_the_path(both, cursor):
    theirs, ours = (one.get(f"chat-poll/{cursor}", raw="") for one in both)

    assert ours.in_fossils_words == theirs.body


def test_without_raw_only_the_text_differs(both):
    """Fossil renders Markdown; repoweb shows what was typed, with links."""
    theirs, ours = (one.poll() for one in both)

    assert ours[1]["xmsg"] == "two *x* &lt;b&gt;"
    assert "<em>x</em>" in theirs[1]["xmsg"]
    for message in (*theirs, *ours):
        del message["xmsg"]
    assert ours == theirs


@pytest.mark.parametrize("count", [0, -1, 100])
def test_older_messages_come_without_rows_that_tell_deletions(both, count):
    """With `before` Fossil sends them as messages without any text; we do not."""
    theirs, ours = (one.poll(before=100, n=count, raw=1) for one in both)

    assert [m for m in theirs if m["xmsg"] or m["fsize"]] == ours
    assert len(ours) < len(theirs)


@pytest.mark.parametrize("msgid", ["1", "2", "4", "5", "11", "12", "4x"])
def test_one_message_is_the_same(both, msgid):
    theirs, ours = (one.get(f"chat-fetch-one/{msgid}", raw=1) for one in both)

    assert theirs.json["msgid"] == int(msgid.rstrip("x"))
    assert ours.body == theirs.body


@pytest.mark.parametrize("msgid", ["7", "9", "99", "x"])
def test_one_that_is_not_there_is_missed_alike(both, msgid):
    theirs, ours = (one.get(f"chat-fetch-one/{msgid}") for one in both)

    assert (ours.status, ours.body) == (theirs.status, theirs.body)
    assert ours.status == 404


@pytest.mark.parametrize(
    ("link", "content"),
    [("4/a%20b.txt", b"file body\n"), ("4", b"file body\n"), ("5/ö.png", b"\x89PNG")],
)
def test_attachments_are_the_same(both, link, content):
    theirs, ours = (
        one.get(f"chat-download/{link.replace('ö', '%C3%B6')}") for one in both
    )

    assert ours.body == theirs.body
    assert ours.body.startswith(content)
    assert ours.headers["content-type"] == theirs.headers["content-type"]


def test_colours_follow_the_map(both, shared):
    path, *_ = shared
    change(path, "INSERT INTO config(name, value) VALUES('user-color-map', 'bob drh')")

    theirs, ours = (one.poll(raw=1) for one in both)

    assert ours == theirs
    assert {m["uclr"] for m in ours if m["xfrom"] == "bob"} == {"#f3e0ca"}
    change(path, "DELETE FROM config WHERE name='user-color-map'")
    assert {m["uclr"] for m in both[1].poll() if m["xfrom"] == "bob"} == {"#dacff8"}


def test_searches_find_the_same(both, fossil):
    if not fossil.indexes_chat:
        pytest.skip("this fossil has no /chat-query")
    for words in ("two", "x", "Twelve", "two x", "none", "quoted line", "#4", "#99"):
        theirs, ours = (one.get("chat-query", q=words).json for one in both)
        for message in (*theirs["msgs"], *ours["msgs"]):
            del message["xmsg"]
        assert ours == theirs, words


def test_lists_from_a_number_on_are_the_same(both, fossil):
    if not fossil.indexes_chat:
        pytest.skip("this fossil has no /chat-query")
    for parameters in ({}, {"i": 4, "n": 3}, {"i": 99}):
        theirs, ours = (one.get("chat-query", **parameters).json for one in both)
        for message in (*theirs["msgs"], *ours["msgs"]):
            del message["xmsg"]
        assert ours == theirs, parameters


@pytest.mark.parametrize("page", ["chat-poll/0", "chat-fetch-one/1", "chat-send"])
def test_the_error_for_those_who_may_not_is_the_same(shared, visit, page):
    """But for the time, and for a field of ours at the end."""
    _, *servers = shared
    guests = [visit(server) for server in servers]

    theirs, ours = (
        guest.post(page) if page == "chat-send" else guest.get(page) for guest in guests
    )

    assert '{"isError": true,' in theirs.text
    assert _timeless(ours.text).replace(',"code":"login"', "") == _timeless(theirs.text)
    assert (ours.status, ours.headers["content-type"]) == (200, "application/json")


def _timeless(text):
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", text)


def test_what_a_foreign_page_sends_is_refused_alike(fossil, shared, both, visit):
    _, *servers = shared
    answers = []
    for bob, server in zip(both, servers, strict=True):
        foreign = visit(server, cookies=bob.cookies)
        foreign.url = "http://elsewhere.example/"
        answers.append(foreign.post("chat-send", msg="from elsewhere"))

    theirs, ours = answers
    assert ours.text.startswith('{"isError": true,')
    assert ours.json["xmsg"] == "CSRF validation failure."
    if fossil.indexes_chat:  # 2.21 does not look
        assert _timeless(ours.text).replace(',"code":"csrf"', "") == _timeless(
            theirs.text
        )
    sent = [m["msgid"] for m in both[1].poll() if m["xmsg"] == "from elsewhere"]
    assert len(sent) == (not fossil.indexes_chat)

"""Posts that wait for a moderator."""

import pytest


@pytest.fixture
def pending(carol, begin):
    return begin(carol, "Wait for it", "secret words")


def full(rows, name):
    return rows("SELECT uuid FROM blob WHERE uuid GLOB ?", f"{name}*")[0][0]


def test_only_author_and_moderators_see_it(alice, bob, carol, drh, pending):
    assert alice.get(f"/forumpost/{pending}").status_code == 404
    assert bob.get(f"/forumpost/{pending}").status_code == 404
    assert "Wait for it" not in bob.get("/forum").text
    assert "0 posts" in bob.get("/forum?s=secret+words").text
    assert "waits for a moderator" in carol.get(f"/forumpost/{pending}").text
    assert "secret words" in drh.get(f"/forumpost/{pending}").text
    assert "secret words" in drh.get("/modreq").text


@pytest.mark.usefixtures("pending")
def test_it_is_in_no_feed(bob, drh):
    assert "Wait" not in bob.get("/forum.atom").text
    assert "Wait" not in drh.get("/forum.atom").text


def test_it_is_private_until_it_is_approved(bob, drh, rows, pending):
    assert rows("SELECT count(*) FROM private") == [(1,)]

    drh.post("/modreq", data={"name": full(rows, pending), "approve": "1"})

    assert "secret words" in bob.get(f"/forumpost/{pending}").text
    assert rows("SELECT count(*) FROM private") == [(0,)]
    assert rows("SELECT count(*) FROM modreq") == [(0,)]


def test_what_is_rejected_leaves_nothing(carol, drh, rows, pending):
    uuid = full(rows, pending)

    drh.post("/modreq", data={"name": uuid, "reject": "1"})

    assert carol.get(f"/forumpost/{pending}").status_code == 404
    for table, column in [
        *(("event", "objid"), ("forumpost", "fpid"), ("private", "rid")),
        *(("unsent", "rid"), ("modreq", "objid"), ("plink", "cid")),
    ]:
        assert rows(f"SELECT {column} FROM {table} WHERE {column}>1") == []
    assert rows("SELECT 1 FROM blob WHERE uuid=?", uuid) == []


def test_a_pending_edit_hides_nothing(client_of, drh, rows, pending, edit):
    carol, bob, name = client_of("carol"), client_of("bob"), pending
    drh.post("/modreq", data={"name": full(rows, name), "approve": "1"})

    edited = edit(carol, name, "second text", title="Mine").location[-16:]

    assert "secret words" in bob.get(f"/forumpost/{name}").text
    assert "second text" not in bob.get(f"/forumpost/{name}").text
    assert "second text" in carol.get(f"/forumpost/{name}").text
    drh.post("/modreq", data={"name": full(rows, edited), "reject": "1"})
    assert "secret words" in carol.get(f"/forumpost/{name}").text


def test_it_cannot_be_answered(drh, pending):
    form = {"fpid": pending, "reply": "1", "content": "x"}

    answer = drh.post("/forumedit", data=form)

    assert answer.status_code == 422, answer.text


def test_others_do_not_decide(alice, carol, rows, pending):
    form = {"name": full(rows, pending), "approve": "1"}

    assert alice.post("/modreq", data=form).status_code in {302, 403}
    assert carol.post("/modreq", data=form).status_code in {302, 403}
    assert rows("SELECT count(*) FROM modreq") == [(1,)]


def test_a_wiki_moderator_does_not_decide_on_posts(client_of, sql, rows, pending):
    sql("UPDATE user SET cap='ol' WHERE login='bob'")
    bob = client_of("bob")
    form = {"name": full(rows, pending), "approve": "1"}

    assert "secret" not in bob.get("/modreq").text
    assert bob.post("/modreq", data=form).status_code == 403


def test_a_forum_administrator_trusts_an_author(client_of, rows, pending, begin):
    alice, bob, carol, drh = map(client_of, ("alice", "bob", "carol", "drh"))
    form = {"name": full(rows, pending), "trust": "1"}
    assert alice.post("/modreq", data=form).status_code in {302, 403}

    drh.post("/modreq", data=form)

    assert "secret words" in bob.get(f"/forumpost/{pending}").text
    assert (
        "without waiting"
        in bob.get(f"/forumpost/{begin(carol, 'Another', 'without waiting')}").text
    )

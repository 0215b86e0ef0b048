"""A conversation in the forum, held through repoweb and through fossil."""

import pytest


@pytest.fixture
def path(path, sql):
    sql(
        "UPDATE user SET cap='eiop2345C' WHERE login='alice'",
        "UPDATE user SET cap='o23pC' WHERE login='bob'",
    )
    return path


@pytest.fixture
def alice(repoweb, visit):
    return visit(repoweb, "alice")


@pytest.fixture
def bob(repoweb, visit):
    return visit(repoweb, "bob")


@pytest.fixture
def post():
    """Write through repoweb; gives the hash."""

    def run(visitor, **form):
        page = "forumedit" if "fpid" in form else "forumnew"
        answer = visitor.post(page, **form)
        assert answer.status == 303, answer.text
        return answer.headers["location"][-16:]

    return run


def test_both_show_what_the_other_wrote(
    alice, fossil_server, visit, post, rebuilds_the_same
):
    theirs = visit(fossil_server, "alice")
    root = post(alice, title="From repoweb", content="Hello *there*")
    answered = post(alice, fpid=root, reply="1", content="A reply")

    page = theirs.get(f"forumthread/{root}").text
    assert "<em>there</em>" in page
    assert "A reply" in page

    post(alice, fpid=answered, edit="1", content="A better reply")
    assert "A better reply" in theirs.get(f"forumthread/{root}").text
    rebuilds_the_same()


def test_a_moderated_conversation_is_synced_and_continued_in_the_clone(
    alice, bob, post, cloned, rows
):
    root = post(alice, title="A question", content="Who knows?")
    answer = post(bob, fpid=root, reply="1", content="I do")
    clone = cloned()
    assert clone.events("f") == 1  # for the reply waits

    [(waiting,)] = rows(f"SELECT uuid FROM blob WHERE uuid GLOB '{answer}*'")
    assert alice.post("modreq", name=waiting, approve="1").status == 303
    clone.sync()
    assert clone.events("f") == 2

    drh = clone.visitor()
    form = {"fpid": waiting, "mimetype": "text/plain", "content": "Thank *you*"}
    token = drh.form_token("forumnew")
    reply = drh.insist("forume2", reply="1", submit="Submit", csrf=token, **form)
    assert reply.status == 302
    clone.sync()

    page = bob.get(f"forumthread/{root}").text
    assert "Thank *you*" in page
    assert "3 posts" in page

"""A ticket from new to closed, through repoweb and through fossil."""

import pytest


@pytest.fixture
def path(path, sql):
    sql("UPDATE user SET cap='iojrnwkf' WHERE login='alice'")
    return path


@pytest.fixture
def alice(repoweb, visit):
    return visit(repoweb, "alice")


@pytest.fixture
def theirs(fossil_server, visit):
    """Alice at fossil's server."""
    return visit(fossil_server, "alice")


@pytest.fixture
def change(fossil, path):
    """Set fields of a ticket on fossil's command line."""
    return lambda ticket, *fields: fossil("ticket", "set", ticket, *fields, "-R", path)


@pytest.fixture
def create(alice, rows):
    """Write a new ticket through repoweb; gives its id."""

    def run(**fields):
        answer = alice.post("tktnew", **fields)
        assert answer.status == 303, answer.text
        return rows("SELECT tkt_uuid FROM ticket")[0][0]

    return run


def test_both_show_and_change_the_same_ticket(
    alice, theirs, create, change, rebuilds_the_same
):
    ticket = create(title="It <breaks>", type="Incident", content="See [trunk]")
    assert "It &lt;breaks&gt;" in theirs.get(f"tktview/{ticket}").text
    assert "It &lt;breaks&gt;" in theirs.get("rptview", rn=1).text

    change(ticket, "status", "Verified")
    page = alice.get(f"tktedit/{ticket}").text
    assert 'name="before-status" value="Verified"' in page
    form = {"before-status": "Verified", "status": "Closed", "resolution": "Fixed"}
    assert alice.post(f"tktedit/{ticket}", content="done", **form).status == 303

    assert "Closed" in theirs.get(f"tktview/{ticket}").text
    rebuilds_the_same()


def test_a_ticket_and_a_technote_are_synced_and_continued_in_the_clone(
    alice, create, cloned, rebuilds_the_same
):
    ticket = create(title="A ticket", severity="Minor")
    note = alice.post(
        "technoteedit", comment="Day 1", time="2026-01-02 03:04", content="Text"
    )
    assert note.status == 303
    clone = cloned()
    assert (clone.events("t"), clone.events("e")) == (1, 1)

    clone.developer.run("ticket", "set", ticket, "status", "Closed")
    clone.sync()

    assert "Closed" in alice.get(f"tktview/{ticket}").text
    rebuilds_the_same()

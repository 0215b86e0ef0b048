"""Check-ins are amended by control artifacts."""

import pytest
from pages import parse


@pytest.fixture
def amend(client_of):
    """Post the form of the only check-in, with some fields changed."""

    def run(login="alice", **changed):
        client = client_of(login)
        page = parse(client.get("/ci_edit?r=tip").text)
        form = {
            field["name"]: field.get("value", "")
            for field in page.all("input")
            if field.get("type") != "checkbox" or "checked" in field.attributes
        }
        form["comment"] = page.all("textarea")[0].text.lstrip("\n")
        form.update(changed)
        form = {name: value for name, value in form.items() if value is not None}
        return client.post("/ci_edit", data=form)

    return run


def tags(rows):
    return rows(
        "SELECT tagname, tagtype, value FROM tag JOIN tagxref USING(tagid)"
        " WHERE rid=1 ORDER BY 1"
    )


def test_a_form_that_is_sent_as_it_was_writes_nothing(amend, rows):
    assert amend().status_code == 303

    assert rows("SELECT count(*) FROM event WHERE type='g'") == [(0,)]


def test_comment_user_time_and_colour_are_changed_at_once(amend, rows):
    answer = amend(
        comment="amended [x]", user="bob", time="2026-01-02 03:04", colour="#c0ffc0"
    )

    assert answer.status_code == 303
    assert rows(
        "SELECT ecomment, euser, datetime(mtime), bgcolor FROM event WHERE objid=1"
    ) == [("amended [x]", "bob", "2026-01-02 03:04:00", "#c0ffc0")]
    assert rows("SELECT count(*) FROM event WHERE type='g'") == [(1,)]


def test_tags_are_added_and_taken_away(amend, rows):
    amend(tag="release", value="the note")
    assert ("sym-release", 1, "the note") in tags(rows)

    amend(cancel="release")
    assert ("sym-release", 0, None) in tags(rows)


def test_a_check_in_moves_to_a_new_branch(amend, rows, alice):
    amend(branch="new-one")

    assert ("branch", 2, "new-one") in tags(rows)
    assert ("sym-trunk", 0, None) in tags(rows)
    assert "new-one" in alice.get("/info/new-one").text


def test_a_leaf_is_closed_and_opened(amend, rows):
    amend(closed="1")
    assert ("closed", 1, None) in tags(rows)

    amend(closed=None)
    assert ("closed", 0, None) in tags(rows)


@pytest.mark.parametrize(
    "changed",
    [
        {"comment": " "},
        {"user": ""},
        {"time": "yesterday"},
        {"colour": "url(x)"},
        {"tag": "two words"},
        {"branch": "x" * 101},
    ],
)
def test_what_cannot_be_is_refused(amend, rows, changed):
    assert amend(**changed).status_code == 422
    assert rows("SELECT count(*) FROM event WHERE type='g'") == [(0,)]


def test_only_who_may_check_in_amends(bob, rows):
    assert bob.get("/ci_edit?r=tip").status_code in {302, 403}
    answer = bob.post("/ci_edit", data={"r": "tip", "comment": "x", "user": "bob"})
    assert answer.status_code in {302, 403}
    assert rows("SELECT count(*) FROM event WHERE type='g'") == [(0,)]

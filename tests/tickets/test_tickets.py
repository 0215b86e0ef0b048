"""A ticket from new to closed, and who may do what about it."""

import io

import pytest
from pages import parse


def ticket(rows, columns="*"):
    return rows(f"SELECT {columns} FROM ticket")


def test_a_ticket_is_written_and_read(alice, bob, create, rows):
    name = create(alice, content="It **really** does", severity="Critical")

    page = bob.get(f"/tktview/{name}")
    assert "It breaks" in page.text
    assert "<strong>really</strong>" in page.text
    assert "Critical" in page.text
    assert ticket(rows, "title, type, status, severity, priority") == [
        ("It breaks", "Code_Defect", "Open", "Critical", None)
    ]
    assert rows("SELECT login, mimetype, icomment FROM ticketchng") == [
        ("alice", "text/x-markdown", "It **really** does")
    ]


def test_only_what_changed_is_written(alice, create, rows):
    name = create(alice, content="x")

    alice.post(f"/tktedit/{name}", data=form_of(alice, name, status="Closed"))

    assert ticket(rows, "title, status") == [("It breaks", "Closed")]
    assert (
        "Closed ticket"
        in rows("SELECT comment FROM event WHERE type='t' ORDER BY mtime DESC LIMIT 1")[
            0
        ][0]
    )
    history = parse(alice.get(f"/tkthistory/{name}").text)
    assert next(e.text for e in history.all("dd")) == "Closed"


def form_of(client, name, **changed):
    page = parse(client.get(f"/tktedit/{name}").text)
    form = {
        f["name"]: f.get("value", "")
        for f in page.all("input")
        if "name" in f.attributes
    }
    form.pop("file", None)
    for option in page.all("option"):
        if "selected" in option.attributes:
            [select] = [p for p in option.parents if p.tag == "select"]
            form[select["name"]] = option["value"]
    return {**form, **changed}


def test_changes_of_different_fields_are_both_kept(alice, drh, create, rows):
    name = create(alice)
    first, second = form_of(alice, name), form_of(drh, name)

    alice.post(f"/tktedit/{name}", data={**first, "status": "Fixed"})
    answer = drh.post(f"/tktedit/{name}", data={**second, "priority": "High"})

    assert answer.status_code == 303
    assert ticket(rows, "status, priority") == [("Fixed", "High")]


def test_of_changes_of_the_same_field_the_second_is_refused(alice, drh, create, rows):
    name = create(alice)
    first, second = form_of(alice, name), form_of(drh, name)

    alice.post(f"/tktedit/{name}", data={**first, "status": "Fixed"})
    answer = drh.post(f"/tktedit/{name}", data={**second, "status": "Closed"})

    assert answer.status_code == 409
    assert "status is now “Fixed”" in answer.text
    assert ticket(rows, "status") == [("Fixed",)]


def test_who_may_only_append_comments_and_changes_nothing_else(
    alice, bob, create, rows
):
    name = create(alice)

    answer = bob.post(
        f"/tktedit/{name}", data={"content": "me too", "status": "Closed"}
    )

    assert answer.status_code == 303
    assert "me too" in bob.get(f"/tktview/{name}").text
    assert ticket(rows, "status") == [("Open",)]


def test_private_fields_are_hidden_and_only_their_hash_is_synced(
    alice, bob, create, rows
):
    name = create(alice, private_contact="drh@example.com")

    assert ticket(rows, "private_contact") == [
        ("b5dcd05a63ed5f58d694a141f247c7571710045d",)
    ]
    assert "drh@example.com" in alice.get(f"/tktview/{name}").text
    for page in (f"/tktview/{name}", f"/tkthistory/{name}"):
        text = bob.get(page).text
        assert "drh@example.com" not in text
        assert "b5dcd05a" not in text


def test_a_field_of_the_sites_own_is_in_the_form(alice, sql, configure):
    sql("ALTER TABLE ticket ADD COLUMN browser TEXT")
    script = "set browser_choices {\n Firefox\n {Other one}\n}"
    configure("ticket-common", script)

    page = parse(alice.get("/tktnew").text)

    options = [
        o["value"] for o in page.all("option") if o.parents[-1].get("name") == "browser"
    ]
    assert options == ["", "Firefox", "Other one"]


def test_files_are_attached_to_a_ticket(alice, bob, create):
    name = create(alice, file=(io.BytesIO(b"abc"), "log.txt"))

    assert "log.txt" in bob.get(f"/tktview/{name}").text


def test_a_ticket_without_a_title_is_refused(alice, rows):
    assert alice.post("/tktnew", data={"title": " "}).status_code == 422
    assert ticket(rows) == []


def test_who_may_not_is_refused(bob, nobody, create, alice, sql):
    name = create(alice)
    sql("UPDATE user SET cap='' WHERE login='nobody'")

    assert bob.post("/tktnew", data={"title": "x"}).status_code in {302, 403}
    for path in ("/ticket", f"/tktview/{name}", f"/tktedit/{name}", "/rptview/1"):
        assert nobody.get(path).status_code in {302, 401, 403}


@pytest.mark.parametrize("name", ["nix", "00000000", "' OR 1", "abc"])
def test_what_is_no_ticket_is_not_found(alice, create, name):
    create(alice)

    for page in ("tktview", "tktedit", "tkthistory", "tinfo"):
        assert alice.get(f"/{page}/{name}").status_code == 404


def test_tickets_are_found_by_their_words(alice, bob, create):
    create(alice, title="The door", content="squeaks loudly")
    create(alice, title="The window")

    def found(words):
        page = parse(bob.get("/ticket", query_string={"s": words}).text)
        return [a.text for a in page.all("a") if a["href"].startswith("/tktview/")]

    assert found("door SQUEAKS") == ["The door"]
    assert sorted(found("the")) == ["The door", "The window"]
    assert found("nothing %") == []


class TestWhereTicketsAreModerated:
    @pytest.fixture
    def pending(self, carol, configure, create, rows):
        configure("modreq-tkt", "1")
        name = create(carol, title="Pending")
        [(uuid,)] = rows("SELECT uuid FROM modreq JOIN blob ON rid=objid")
        return name, uuid

    def test_a_new_one_waits(self, bob, carol, drh, pending):
        name, uuid = pending
        assert bob.get(f"/tktview/{name}").status_code == 404
        assert "Pending" not in bob.get("/rptview/1").text
        assert "Pending" not in bob.get("/ticket?s=pending").text
        assert "Pending" in carol.get("/rptview/1").text
        assert "waits for a moderator" in carol.get(f"/tktview/{name}").text

        drh.post("/modreq", data={"name": uuid, "approve": "1"})

        assert "Pending" in bob.get(f"/tktview/{name}").text

    def test_one_that_is_rejected_is_gone(self, carol, drh, pending, rows):
        name, uuid = pending

        drh.post("/modreq", data={"name": uuid, "reject": "1"})

        assert carol.get(f"/tktview/{name}").status_code == 404
        assert rows("SELECT * FROM ticket") == []
        assert rows("SELECT * FROM ticketchng") == []

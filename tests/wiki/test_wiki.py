"""Wiki pages: written, read, compared, deleted, and who may do that."""

import io

import pytest
from pages import parse

from repoweb.wiki import views

NAMES = ["Home Page", "Ünï & <b>", "a/b", "branch/trunk", "x?y#z", "100%", "'quoted\""]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_written_and_read(alice, bob, write, name):
    answer = write(alice, name, "Hello *world*")

    assert answer.status_code == 303
    page = bob.get("/wiki", query_string={"name": name})
    assert page.status_code == 200
    assert "<em>world</em>" in page.text
    assert alice.get(answer.location).status_code == 200
    listed = parse(bob.get("/wcontent").text).all("td")
    assert name in [td.text.strip() for td in listed]


@pytest.mark.parametrize("name", ["", " x", "x ", "a  b", "x" * 101, "a\nb", "é" * 51])
def test_a_name_that_no_page_can_have_is_refused(alice, write, rows, name):
    assert write(alice, name, "x", "").status_code == 422
    assert rows("SELECT count(*) FROM event WHERE type='w'") == [(0,)]


def test_a_page_that_is_not_there_can_be_written(alice, bob):
    ours, his = (c.get("/wiki?name=New+page") for c in (alice, bob))

    assert (ours.status_code, his.status_code) == (404, 404)
    assert "Write it" in ours.text
    assert "Write it" not in his.text


def test_of_two_edits_of_one_version_the_second_is_shown_a_conflict(
    alice, drh, write, rows
):
    write(alice, "Page", "one\ntwo\nthree")
    base = rows("SELECT max(uuid) FROM blob WHERE rid>1")[0][0]
    assert write(drh, "Page", "one\nTWO of drh\nthree", base).status_code == 303

    answer = write(alice, "Page", "one\ntwo\nTHREE of alice", base)

    assert answer.status_code == 409
    page = parse(answer.text)
    assert "THREE of alice" in page.all("textarea")[0].text
    assert "TWO" in page.all("section", "conflict")[0].text
    assert "TWO of drh" in alice.get("/wiki?name=Page").text
    [base] = [e["value"] for e in page.all("input") if e.get("id") is None
              and e.get("name") == "base"][:1]  # fmt: skip
    assert write(alice, "Page", "both", base).status_code == 303


def test_a_page_that_somebody_else_made_meanwhile_is_not_overwritten(alice, drh, write):
    write(drh, "Page", "drh's", "")

    assert write(alice, "Page", "alice's", "").status_code == 409


def test_a_deleted_page_keeps_its_history_and_can_come_back(alice, bob, write):
    write(alice, "Page", "text of old")
    write(alice, "Page", "", delete="1")

    assert bob.get("/wiki?name=Page").status_code == 404
    assert "Page" not in parse(bob.get("/wcontent").text).all("main")[0].text
    assert "deleted" in bob.get("/wcontent?all=1").text
    assert "deleted" in bob.get("/whistory?name=Page").text
    write(alice, "Page", "back again")
    assert "back again" in bob.get("/wiki?name=Page").text


def test_an_empty_text_deletes_nothing_by_mistake(alice, write):
    write(alice, "Page", "text")

    assert write(alice, "Page", " ").status_code == 422
    assert alice.get("/wiki?name=Page").status_code == 200


def test_versions_are_listed_shown_and_compared(alice, bob, write, rows):
    write(alice, "Page", "old words here")
    write(alice, "Page", "new words here")
    [(older,), (newer,)] = rows(
        "SELECT uuid FROM blob JOIN event ON objid=rid WHERE type='w' ORDER BY rid"
    )

    history = bob.get("/whistory?name=Page").text
    assert older in history
    assert newer in history
    assert "old words" in bob.get(f"/wiki?name=Page&id={older[:16]}").text
    for query in (f"id={newer}", f"id={newer}&pid={older}"):
        assert "<ins>" in bob.get(f"/wdiff?{query}").text
    assert bob.get(f"/winfo/{older[:12]}").status_code == 302
    for bad in ("/wdiff?id=nix", "/winfo/zz", f"/wiki?name=Other&id={older}"):
        assert bob.get(bad).status_code == 404


def test_of_very_many_versions_the_oldest_are_a_click_away(
    alice, bob, write, monkeypatch
):
    monkeypatch.setattr(views, "MOST_VERSIONS", 2)
    for text in ("one", "two", "three"):
        write(alice, "Page", text)

    def texts(url):
        page = parse(bob.get(url).text)
        return len(page.all("tr")) - 1, [a["href"] for a in page.all("a", "btn")]

    shown, (more,) = texts("/whistory?name=Page")
    assert (shown, *texts(more)) == (2, 3, [])


def test_a_preview_stores_nothing(alice, write, rows):
    answer = write(alice, "Page", "[Other page] **x**", preview="1")

    assert answer.status_code == 200
    assert "<strong>x</strong>" in answer.text
    assert rows("SELECT count(*) FROM event WHERE type='w'") == [(0,)]


def test_the_preview_of_the_editor_renders_as_the_page_will(alice):
    form = {"content": "[Other page]", "mimetype": "text/x-fossil-wiki", "wiki": "1"}

    html = alice.post("/preview", data=form).text

    assert 'href="/wiki?name=Other+page"' in html


def test_something_is_appended(alice, bob, write):
    write(alice, "Page", "first")

    answer = alice.post("/wikiappend", data={"name": "Page", "content": "second"})

    assert answer.status_code == 303
    text = parse(bob.get("/wiki?name=Page").text).all("div", "markup")[0].text
    assert text.split() == ["first", "second"]
    assert bob.post("/wikiappend", data={"name": "Page"}).status_code in {302, 403}


def test_who_may_only_read_cannot_write(bob, write, rows):
    assert write(bob, "Page", "x", "").status_code in {302, 403}
    assert bob.get("/wikiedit?name=Page").status_code in {302, 403}
    assert rows("SELECT count(*) FROM event WHERE type='w'") == [(0,)]


def test_creating_and_changing_need_their_own_letters(client_of, sql, alice, write):
    write(alice, "Page", "x")
    sql("UPDATE user SET cap='ojf' WHERE login='bob'")
    creator = client_of("bob")
    assert write(creator, "Mine", "x", "").status_code == 303
    assert write(creator, "Page", "y").status_code in {302, 403}


class TestWhereTheWikiIsModerated:
    @pytest.fixture
    def pending(self, alice, carol, write, configure, rows):
        """The hash of a change of carol's that waits."""
        write(alice, "Page", "public")
        configure("modreq-wiki", "1")
        write(carol, "Page", "changed by carol")
        return rows("SELECT uuid FROM modreq JOIN blob ON rid=objid")[0][0]

    def test_a_change_waits_until_it_is_approved(self, alice, bob, pending):
        assert "public" in bob.get("/wiki?name=Page").text
        assert "changed by carol" in alice.get("/modreq").text

        alice.post("/modreq", data={"name": pending, "approve": "1"})

        assert "changed by carol" in bob.get("/wiki?name=Page").text

    def test_one_that_is_rejected_leaves_nothing(self, alice, bob, pending, rows):
        alice.post("/modreq", data={"name": pending, "reject": "1"})

        assert "public" in bob.get("/wiki?name=Page").text
        assert len(rows("SELECT 1 FROM event WHERE type='w'")) == 1
        assert rows("SELECT 1 FROM plink") == []

    def test_who_moderates_does_not_wait(self, alice, bob, write, configure):
        configure("modreq-wiki", "1")

        write(alice, "Page", "public")

        assert "public" in bob.get("/wiki?name=Page").text


def test_files_are_attached_and_taken_away(alice, bob, write, rows):
    write(alice, "Page", "x")
    form = {"page": "Page", "comment": "about", "file": (io.BytesIO(b"abc"), "a b.txt")}

    answer = alice.post("/attachadd", data=form)

    assert answer.status_code == 303
    assert "a b.txt" in bob.get("/wiki?name=Page").text
    assert "a b.txt" in bob.get("/attachlist").text
    [(uuid,)] = rows("SELECT src FROM attachment")
    assert bob.get(f"/raw/{uuid}").data == b"abc"
    alice.post("/attachadd", data={"page": "Page", "remove": "a b.txt"})
    assert "a b.txt" not in bob.get("/wiki?name=Page").text


@pytest.mark.parametrize(
    "query", ["", "page=Nix", "tkt=abcd", "technote=", "forumpost=00", "page="]
)
def test_nothing_is_attached_to_nothing(alice, query):
    assert alice.get(f"/attachadd?{query}").status_code == 404


def test_a_link_to_a_page_leads_to_it(alice, bob, write):
    write(alice, "Home Page", "x")
    write(alice, "Other", "[Home Page] [Missing]", mimetype="text/x-fossil-wiki")

    page = parse(bob.get("/wiki?name=Other").text)

    links = {a.text: a for a in page.all("a")}
    assert links["Home Page"]["href"] == "/wiki?name=Home+Page"
    assert links["Missing"].classes == ["missing"]


class TestRenaming:
    @pytest.fixture
    def rename(self, alice):
        def run(name, new, base=None):
            if base is None:
                page = parse(alice.get("/wikirename", query_string={"name": name}).text)
                fields = {e.get("name"): e.get("value") for e in page.all("input")}
                base = fields["base"]
            form = {"name": name, "new": new, "base": base}
            return alice.post("/wikirename", data=form)

        return run

    def test_links_to_the_old_name_still_lead_to_the_page(
        self, alice, bob, write, rename
    ):
        write(alice, "Old name", "The **text**")

        answer = rename("Old name", "New name")

        assert answer.location == "/wiki?name=New+name"
        assert "<strong>text</strong>" in bob.get(answer.location).text
        left = parse(bob.get("/wiki?name=Old+name").text)
        links = [a["href"] for a in left.all("a") if a.text == "New name"]
        assert links == ["/wiki?name=New+name"]

    def test_a_page_that_is_there_is_not_overwritten(self, alice, write, rename):
        write(alice, "One", "first")
        write(alice, "Two", "second")

        assert rename("One", "Two").status_code == 409
        assert rename("One", "Three", base="0" * 64).status_code == 409
        assert "second" in alice.get("/wiki?name=Two").text

    @pytest.mark.parametrize("new", ["", "One", "a]b", "x" * 101])
    def test_a_name_that_cannot_be_is_refused(self, alice, write, rename, new):
        write(alice, "One", "first")

        assert rename("One", new).status_code == 422

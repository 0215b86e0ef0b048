"""/info/NAME: what a name stands for, to those who may know it."""

import pytest
from pages import parse

from repoweb.repository.attachments import Upload, attach, detach
from repoweb.repository.writing.put import Author

CHECKIN = "9109215add" + "1" * 54
PAGE = "3a6e000001" + "2" * 54
POST = "f0404f0404" + "3" * 54
SECRET = "5ec4e75ec4" + "4" * 54
TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"


@pytest.fixture(autouse=True)
def _artifacts(repository):
    with repository.writing() as db:
        for rid, (uuid, kind, comment) in enumerate(
            [
                (CHECKIN, "ci", "Add the <b>parser</b>"),
                (PAGE, "w", "+Home Page"),
                (POST, "f", "Post: Hello"),
                (SECRET, "ci", "Secret"),
            ],
            start=10,
        ):
            db.execute(
                "INSERT INTO blob(rid, size, uuid) VALUES(?, 12345, ?)", (rid, uuid)
            )
            db.execute(
                "INSERT INTO event(type, mtime, objid, user, comment)"
                " VALUES(?, julianday('2026-05-01 10:00'), ?, 'alice', ?)",
                (kind, rid, comment),
            )
        db.execute("INSERT INTO private VALUES(13)")
        db.execute("INSERT INTO tag VALUES(20, 'sym-feature/x'), (21, 'sym-rel-1')")
        db.execute(
            "INSERT INTO tag VALUES(22, 'sym-Trunk'), (23, ?)", (f"tkt-{TICKET}",)
        )
        db.execute(
            "INSERT INTO tagxref(tagid, tagtype, value, mtime, rid) VALUES"
            " (8, 2, 'feature/x', 1, 10), (20, 2, NULL, 1, 10), (21, 1, NULL, 1, 10),"
            " (22, 1, NULL, 1, 10), (23, 1, NULL, 1, 11)"
        )
        db.execute(
            "INSERT INTO ticket(tkt_uuid, tkt_mtime, tkt_ctime, title, status)"
            " VALUES(?, 2461000.5, 2461000.5, 'It breaks', 'Open')",
            (TICKET,),
        )
        names = enumerate(["a.c", "b.c", "c.c", "d.c", "e.c"], start=1)
        db.executemany("INSERT INTO filename VALUES(?, ?)", names)
        db.execute(
            "INSERT INTO mlink(mid, fid, pid, fnid, pfnid, isaux) VALUES"
            " (10, 5, 0, 1, 0, 0), (10, 5, 4, 2, 0, 0), (10, 0, 4, 3, 0, 0),"
            " (10, 5, 4, 4, 1, 0), (10, 5, 4, 5, 0, 1)"
        )


def facts_of(page):
    names = [cell.text for cell in page.all("th")]
    cells = [cell.text for cell in page.all("td")]
    return dict(zip(names, cells, strict=False))


def hash_of(page):
    return page.all("td", "hash")[0].text


class TestWhatIsShown:
    @pytest.mark.parametrize(
        "name", [CHECKIN, CHECKIN[:4], CHECKIN[:10].upper(), "feature/x", "rel-1"]
    )
    def test_it_has_many_names(self, nobody, name):
        page = parse(nobody.get(f"/info/{name}").text)

        assert hash_of(page) == CHECKIN

    def test_a_name_is_taken_as_it_is_written(self, nobody):
        page = parse(nobody.get("/info/Trunk").text)

        assert hash_of(page) == CHECKIN

    def test_a_name_in_other_letters_is_found_if_there_is_no_better_one(self, nobody):
        page = parse(nobody.get("/info/TRUNK").text)

        assert page.all("h1")[0].text.startswith("Check-in ")
        assert hash_of(page) != CHECKIN

    def test_a_ticket_by_its_number(self, nobody):
        answer = nobody.get(f"/info/{TICKET}", follow_redirects=True)

        assert "It breaks" in answer.text

    def test_an_attachment_leads_to_its_file(self, nobody, repository, sql):
        sql("UPDATE user SET cap='hj' WHERE login='nobody'")
        upload, alice = Upload("notes.txt", b"as\nfiled\n"), Author("alice")
        with repository.writing() as db:
            added = attach(db, "Home Page", upload, alice)
            gone = detach(db, "Home Page", "notes.txt", alice)

        answer = nobody.get(f"/info/{added.hash}", follow_redirects=True)

        page = parse(answer.text)
        assert page.all("h1")[0].text == "Attachment notes.txt"
        assert "filed" in page.all("pre")[0].text
        assert hash_of(parse(nobody.get(f"/info/{gone.hash}").text)) == gone.hash

    @pytest.mark.parametrize(
        "name",
        [
            *("910", "deadbeef", "nix", "910921x", "http:%2F%2Fx.org", "mailto:a@b.c"),
            *("%2Fhome", "a%00b", "%ff", "x" * 300),
        ],
    )
    def test_what_names_nothing_is_not_found(self, nobody, name):
        answer = nobody.get(f"/info/{name}", follow_redirects=True)

        assert answer.status_code == 404

    def test_what_was_asked_for_is_named(self, nobody):
        assert "There is nothing called “nix” here." in nobody.get("/info/nix").text

    def test_without_a_name_there_is_nothing(self, nobody):
        assert nobody.get("/info/").status_code == 404
        assert nobody.get("/info").status_code == 404


class TestWhoMaySeeIt:
    @pytest.mark.parametrize(
        ("name", "letter"),
        [(CHECKIN, "o"), ("rel-1", "o"), (PAGE, "j"), (POST, "2"), (TICKET, "r")],
    )
    def test_each_needs_its_capability(self, nobody, sql, name, letter):
        sql("UPDATE user SET cap='' WHERE login='nobody'")
        assert nobody.get(f"/info/{name}").location == f"/login?g=info/{name}"

        sql("UPDATE user SET cap=? WHERE login='nobody'", letter)

        answer = nobody.get(f"/info/{name}")

        assert "login" not in answer.headers.get("Location", "")

    def test_forum_posts_are_not_for_readers_of_the_rest(self, nobody):
        assert nobody.get(f"/info/{POST}").status_code == 302

    def test_who_is_logged_in_is_told_what_he_lacks(self, client_of):
        answer = client_of("carol").get(f"/info/{POST}")

        assert answer.status_code == 403
        assert "needs (2)" in answer.text

    @pytest.mark.parametrize("login", [None, "alice", "drh"])
    def test_private_artifacts_are_for_nobody(self, client_of, login):
        assert client_of(login).get(f"/info/{SECRET}").status_code == 404


class TestSeveralOfAName:
    @pytest.fixture
    def alike(self, sql):
        """A file and a ticket whose names begin alike."""
        sql("INSERT INTO blob(size, uuid) VALUES(1, ?)", "feed" + "1" * 60)
        sql("INSERT INTO tag(tagname) VALUES(?)", "tkt-feed" + "2" * 36)

    @pytest.mark.usefixtures("alike")
    def test_all_of_them_are_listed(self, nobody):
        answer = nobody.get("/info/feed")

        page = parse(answer.text)
        assert (answer.status_code, answer.mimetype) == (300, "text/html")
        assert [e.text for e in page.all("span", "hash")] == [
            *("feed" + "1" * 60, "feed" + "2" * 36)
        ]

    @pytest.mark.usefixtures("alike")
    def test_elsewhere_it_is_asked_for_more_digits(self, nobody, sql):
        sql("INSERT INTO blob(size, uuid) VALUES(1, ?)", "feed" + "3" * 60)

        answer = nobody.get("/fdiff?v1=feed&v2=tip")

        assert answer.status_code == 404
        assert "more of its digits" in answer.text


def test_a_wiki_page_is_described_if_there_is_no_better_page(nobody, sql):
    sql("UPDATE event SET type='g', comment=? WHERE objid=11", "<b>bold</b> <script>")

    page = parse(nobody.get(f"/info/{PAGE}").text)

    assert page.all("h1")[0].text == "Tag 3a6e000001"
    assert facts_of(page)["User"].strip() == "alice"
    assert not page.all("script")


def test_a_phantom_has_a_page_that_says_so(nobody, sql):
    sql("UPDATE blob SET size=-1 WHERE rid=11")
    sql("DELETE FROM event WHERE objid=11")

    answer = nobody.get(f"/info/{PAGE}", follow_redirects=True)

    assert answer.status_code in {200, 404}
    assert "not" in answer.text or "never" in answer.text


@pytest.mark.parametrize("page", ["info", "ci", "vinfo", "ci_tags", "ainfo"])
def test_fossils_older_addresses_have_the_name_as_a_parameter(nobody, page):
    answer = nobody.get(f"/{page}?name={CHECKIN[:10]}")

    assert answer.status_code == 200
    assert CHECKIN[:10] in answer.text
    assert nobody.get(f"/{page}?name=nix").status_code == 404


@pytest.mark.parametrize("page", ["ci", "vinfo", "ci_tags"])
def test_without_a_name_they_say_what_is_missing(nobody, page):
    answer = nobody.get(f"/{page}")

    assert answer.status_code == 400
    assert "“name” is missing" in answer.text

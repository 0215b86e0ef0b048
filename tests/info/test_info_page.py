"""/info/NAME: what a name stands for, to those who may know it."""

import pytest
from pages import parse

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
            "INSERT INTO ticket(tkt_uuid, title, status)"
            " VALUES(?, 'It breaks', 'Open')",
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


class TestWhatIsShown:
    def test_a_check_in_with_all_that_is_known_of_it(self, nobody):
        page = parse(nobody.get(f"/info/{CHECKIN[:10]}").text)

        assert facts_of(page) == {
            "Hash": CHECKIN,
            "User": "alice",
            "Time": "2026-05-01 10:00:00 UTC",
            "Branch": "feature/x",
            "Tags": "Trunk, feature/x, rel-1",
            "Size": "12,345 bytes",
        }
        assert page.all("pre")[0].text == "Add the <b>parser</b>"

    def test_the_files_that_it_changed(self, nobody):
        page = parse(nobody.get(f"/info/{CHECKIN}").text)

        cells = [cell.text for cell in page.all("td")][6:]
        assert cells == [
            *("added", "a.c", "changed", "b.c", "deleted", "c.c", "renamed", "d.c")
        ]

    @pytest.mark.parametrize(
        "name", [CHECKIN, CHECKIN[:4], CHECKIN[:10].upper(), "feature/x", "rel-1"]
    )
    def test_it_has_many_names(self, nobody, name):
        page = parse(nobody.get(f"/info/{name}").text)

        assert facts_of(page)["Hash"] == CHECKIN

    def test_a_name_is_taken_as_it_is_written(self, nobody):
        page = parse(nobody.get("/info/Trunk").text)

        assert facts_of(page)["Hash"] == CHECKIN

    def test_a_name_in_other_letters_is_found_if_there_is_no_better_one(self, nobody):
        page = parse(nobody.get("/info/TRUNK").text)

        assert page.all("h1")[0].text.startswith("Branch trunk: ")

    def test_a_ticket_by_its_number(self, nobody):
        page = parse(nobody.get(f"/info/{TICKET}").text)

        assert page.all("h1")[0].text == "Ticket 2301002ccf: It breaks, Open"

    @pytest.mark.parametrize(
        "name",
        [
            *("910", "deadbeef", "nix", "910921x", "http:%2F%2Fx.org", "mailto:a@b.c"),
            *("%2Fhome", "a%00b", "[9109215add]", "%ff", "x" * 300),
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

        assert nobody.get(f"/info/{name}").status_code == 200

    def test_forum_posts_are_not_for_readers_of_the_rest(self, nobody):
        assert nobody.get(f"/info/{POST}").status_code == 302

    def test_who_is_logged_in_is_told_what_he_lacks(self, client_of):
        answer = client_of("carol").get(f"/info/{POST}")

        assert answer.status_code == 403
        assert "needs (2)" in answer.text

    @pytest.mark.parametrize("login", [None, "alice", "drh"])
    def test_private_artifacts_are_for_nobody(self, client_of, login):
        assert client_of(login).get(f"/info/{SECRET}").status_code == 404


def test_what_people_wrote_is_escaped(nobody, sql):
    text = "<script>alert(1)</script>"
    sql("UPDATE event SET comment=?1, user=?1 WHERE objid=10", text)
    sql("UPDATE filename SET name=? WHERE fnid=1", text)

    page = parse(nobody.get(f"/info/{CHECKIN}").text)

    assert not page.all("script")
    assert page.all("pre")[0].text == text

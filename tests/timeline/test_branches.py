"""/brlist, /taglist, /leaves, and the timelines of branches and tags."""

import pytest
from pages import parse

from repoweb.timeline.branch_queries import branches


def rows_of(answer):
    page = parse(answer.text)
    return [e.text.split() for e in page.all("tr") if e.text.strip()][1:]


class TestBranches:
    def test_each_is_there_with_its_last_change(self, nobody, made):
        trunk, feature = rows_of(nobody.get("/brlist"))

        assert trunk[:4] == ["trunk", "2026-05-01", "15:00", made["six"][:10]]
        assert trunk[6:] == ["5", "check-ins"]
        assert feature[:3] == ["feature", "2026-05-01", "14:00"]
        assert feature[6:] == ["2", "check-ins", "closed"]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            *(("open", ["trunk"]), ("closed", ["feature"])),
            *(
                ("all&sort=name", ["feature", "trunk"]),
                ("sort=checkins", ["trunk", "feature"]),
            ),
            ("sort=nix", ["trunk", "feature"]),
        ],
    )
    def test_they_are_chosen_and_sorted(self, nobody, query, names):
        assert [row[0] for row in rows_of(nobody.get(f"/brlist?{query}"))] == names

    def test_one_that_was_merged_says_into_which(self, nobody, sql, made):
        sql(
            "INSERT INTO plink(pid, cid, isprim, mtime) VALUES(?, ?, 0, 1)",
            *(made.rids["five"], made.rids["six"]),
        )

        assert "merged into trunk" in nobody.get("/brlist").text

    def test_without_check_ins_there_is_none(self, nobody, sql):
        sql("DELETE FROM event")

        assert "There are no such branches." in nobody.get("/brlist").text


class TestManyBranches:
    """The first come at once, the others after the page."""

    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr("repoweb.timeline.branches._AT_ONCE", 1)

    def test_so_many_come_at_once(self, nobody):
        answer = nobody.get("/brlist")

        assert [row[0] for row in rows_of(answer)] == ["trunk"]
        page = parse(answer.text)
        [rest] = page.all("p", "rest")
        assert rest["data-whole"] == "?whole=1"
        assert "1 more branch follows." in rest.text
        assert "data-later" in page.by_id("more").attributes

    def test_the_whole_page_has_all_of_those_that_were_chosen(self, nobody):
        answer = nobody.get("/brlist?sort=name&whole=1")

        assert [row[0] for row in rows_of(answer)] == ["feature", "trunk"]
        assert not parse(answer.text).all("p", "rest")

    def test_of_few_nothing_follows(self, nobody):
        assert not parse(nobody.get("/brlist?open").text).all("p", "rest")


class TestTags:
    def test_those_that_do_not_propagate_are_listed(self, nobody):
        cells = [e.text for e in parse(nobody.get("/taglist").text).all("td")]

        assert cells == ["rel-1", "2026-05-01 11:00", "1"]

    def test_without_any_that_is_said(self, nobody, sql):
        sql("DELETE FROM tagxref WHERE tagtype=1")

        assert "There are no tags." in nobody.get("/taglist").text


class TestLeaves:
    @pytest.mark.parametrize(
        ("page", "names"),
        [
            *(
                ("leaves", ["six"]),
                ("leaves?closed", ["five"]),
                ("leaves?all", ["six", "five"]),
            ),
            *(("brtimeline", ["three"]), ("tagtimeline", ["two"])),
        ],
    )
    def test_each_page_has_its_check_ins(self, nobody, page, names):
        found = parse(nobody.get(f"/{page}").text).all("span", "said")

        texts = [said.text.removeprefix("check-in ") for said in found]
        assert [text for text in texts if "empty" not in text] == names


@pytest.mark.parametrize(
    "page", ["brlist", "taglist", "leaves", "brtimeline", "tagtimeline"]
)
def test_they_need_the_capability_to_read_code(nobody, sql, page):
    sql("UPDATE user SET cap='j' WHERE login='nobody'")

    assert nobody.get(f"/{page}").status_code == 302


def add_branches(db, first, behind):
    """Let each check-in be on a branch of its own."""
    for rid in range(first, behind):
        db.execute(
            "INSERT INTO blob(rid, rcvid, size, uuid) VALUES(?, 1, -1, ?)",
            (rid, f"{rid:040x}"),
        )
        db.execute(
            "INSERT INTO event(type, mtime, objid, user, comment)"
            " VALUES('ci', ?, ?, 'alice', 'x')",
            (rid, rid),
        )
        db.execute(
            "INSERT INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
            " VALUES(8, 2, ?1, ?1, 'b' || ?1, 0, ?1)",
            (rid,),
        )
        db.execute(
            "INSERT INTO plink(pid, cid, isprim) VALUES(?, ?, 1)", (rid, rid + 1)
        )


def steps_of(db):
    """Count how many hundreds of steps SQLite needs to list the branches."""
    steps = []
    db.set_progress_handler(lambda: steps.append(1), 100)
    found = branches(db, "time")
    db.set_progress_handler(None, 0)
    return len(steps), len(found)


def test_ten_times_as_many_branches_take_about_ten_times_as_long(repository):
    with repository.writing() as db:
        add_branches(db, 10_000, 10_100)
        few, _ = steps_of(db)
        add_branches(db, 10_100, 11_000)
        many, found = steps_of(db)

    assert found >= 1000
    assert many < 20 * few


class TestOddOnes:
    def test_check_ins_before_their_parents_are_shown_with_them(
        self, nobody, sql, made
    ):
        assert "There are none." in nobody.get("/timewarps").text

        sql(
            "UPDATE event SET mtime=julianday('2026-04-01') WHERE objid=?",
            made.rids["three"],
        )

        said = parse(nobody.get("/timewarps").text).all("span", "said")
        assert [e.text for e in said] == ["check-in two", "check-in three"]

    @pytest.mark.parametrize(
        ("today", "count"), [("2030-05-01", 6), ("2030-01-01", 1), ("2030-01-02", 0)]
    )
    def test_a_day_is_shown_as_it_was_in_every_year(self, nobody, today, count):
        page = parse(nobody.get(f"/thisdayinhistory?today={today}").text)

        assert len(page.all("span", "said")) == count

    def test_this_day_is_today(self, nobody, sql):
        sql("UPDATE event SET mtime=julianday('now', '-10 years') WHERE objid=1")

        assert "initial empty" in nobody.get("/thisdayinhistory").text

    def test_what_is_no_day_is_told(self, nobody):
        assert nobody.get("/thisdayinhistory?today=nix").status_code == 400

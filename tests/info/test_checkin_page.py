"""/info, /ci and /vinfo of a check-in: what was changed, by whom, and what is near."""

import pytest
from pages import parse

pytestmark = pytest.mark.usefixtures("made")


def facts_of(page):
    names = [cell.text for cell in page.within("table", "facts", "th")]
    cells = [" ".join(e.text.split()) for e in page.within("table", "facts", "td")]
    return dict(zip(names, cells, strict=True))


def changes_of(page):
    return [" ".join(e.text.split()) for e in page.within("ul", "changes", "li")]


@pytest.fixture
def page_of(nobody, made):
    """Open the page of a check-in."""

    def open_page(name, query="", base="info"):
        answer = nobody.get(f"/{base}/{made[name]}?{query}")
        assert answer.status_code == 200
        return parse(answer.text)

    return open_page


class TestFacts:
    def test_all_that_is_known_of_it(self, page_of, made):
        short = {name: uuid[:10] for name, uuid in made.hashes.items()}

        assert facts_of(page_of("four")) == {
            "User": "drh",
            "Time": "2026-05-01 13:00:00 UTC",
            "Branch": "trunk",
            "Parent": f"{short['two']} 2026-05-01 11:00 drh",
            "Merged from": f"{short['three']} 2026-05-01 12:00 alice on feature",
            "Child": f"{short['six']} 2026-05-01 15:00 drh",
            "Hash": made["four"],
        }

    def test_tags_and_leaves_are_marked(self, page_of):
        assert facts_of(page_of("two"))["Tags"] == "rel-1"
        assert facts_of(page_of("five"))["Branch"] == "feature closed leaf"
        assert facts_of(page_of("six"))["Branch"] == "trunk leaf"

    def test_an_edited_one_shows_both(self, page_of, sql, made):
        sql(
            "UPDATE event SET euser='eve', ecomment='Better', omtime=mtime,"
            " mtime=mtime+1 WHERE objid=?",
            made.rids["six"],
        )

        facts = facts_of(page_of("six"))

        assert facts["User"] == "eve originally drh"
        assert facts["Time"] == (
            "2026-05-02 15:00:00 UTC originally 2026-05-01 15:00:00"
        )
        assert page_of("six").all("div", "comment")[0].text == "Better"

    def test_cherrypicks_and_backouts_are_told(self, page_of, sql, made):
        rids = made.rids
        sql("INSERT INTO cherrypick VALUES(?, ?, 0)", rids["five"], rids["six"])
        sql("INSERT INTO cherrypick VALUES(?, ?, 1)", rids["two"], rids["six"])

        assert facts_of(page_of("six"))["Cherrypicked"].startswith(made["five"][:10])
        assert facts_of(page_of("six"))["Backed out"].startswith(made["two"][:10])
        assert "Cherrypicked into" in facts_of(page_of("five"))

    def test_its_neighbours_are_drawn(self, page_of, made):
        nodes = [n["data-node"] for n in page_of("four").all("circle")]

        assert nodes == [made[n][:16] for n in ("six", "four", "three", "two")]

    @pytest.mark.parametrize("base", ["ci", "vinfo"])
    def test_fossils_other_addresses_lead_there(self, page_of, base, made):
        assert facts_of(page_of("two", base=base))["Hash"] == made["two"]

    def test_all_tags_are_on_a_page_of_their_own(self, nobody, made, sql):
        sql(
            "UPDATE tagxref SET tagtype=0 WHERE rid=? AND value IS NULL",
            made.rids["six"],
        )

        page = parse(nobody.get(f"/ci_tags/{made['six']}").text)

        cells = [" ".join(e.text.split()) for e in page.all("td")]
        assert cells[:4] == [
            "branch",
            "trunk",
            "propagates",
            f"inherited from {made['six'][:10]}",
        ]
        assert cells[6] == "cancelled"


class TestChanges:
    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("one", ["added a.txt +3 -0", "added src/b.py +1 -0"]),
            ("two", ["edited a.txt +1 -1"]),
            ("four", ["added c +1 -0"]),
            ("five", ["renamed c → d"]),
            ("six", ["deleted a.txt +0 -3", "added bin", "edited src/b.py +1 -1"]),
        ],
    )
    def test_files_are_listed_with_what_happened(self, page_of, name, changes):
        assert changes_of(page_of(name)) == changes

    def test_the_difference_marks_words_and_lines(self, page_of):
        page = page_of("six")

        assert [e.text for e in page.all("ins")] == ["2"]
        assert [e.text for e in page.all("del")] == ["1"]
        [row] = [r for r in page.all("tr", "i") if "x = " in r.text]
        assert row.text == "1+x = 2"

    def test_side_by_side_has_both(self, page_of):
        page = page_of("two", "diff=2")

        [pair] = [r for r in page.within("table", "sbs", "tr") if "two" in r.text]
        assert pair.text == "2two22"
        assert not page.all("td", "s")

    def test_without_differences_there_is_the_list(self, page_of):
        page = page_of("two", "diff=0")

        assert not page.all("table", "diff")
        assert changes_of(page) == ["edited a.txt +1 -1"]

    def test_binary_and_moved_files_say_so(self, page_of):
        notes = [p.text for p in page_of("six").within("section", "file-diff", "p")]
        moved = [p.text for p in page_of("five").within("section", "file-diff", "p")]

        assert notes == ["Binary: 0 bytes before, 2 now."]
        assert moved == ["The content is the same."]

    def test_a_content_that_is_not_here_is_named_and_the_rest_shown(
        self, page_of, sql, made
    ):
        sql(
            "UPDATE blob SET size=-1, content=NULL WHERE rid=("
            "SELECT pid FROM mlink JOIN filename USING(fnid)"
            " WHERE mid=? AND name='src/b.py')",
            made.rids["six"],
        )

        page = page_of("six")

        notes = [p.text for p in page.within("section", "file-diff", "p")]
        assert "cannot be read" in notes[-1]
        assert len(page.all("tr", "d")) == 3

    def test_a_damaged_content_is_named_too(self, page_of, sql, made):
        sql(
            "UPDATE blob SET content=x'00000003789c00' WHERE rid=("
            "SELECT pid FROM mlink JOIN filename USING(fnid)"
            " WHERE mid=? AND name='a.txt')",
            made.rids["six"],
        )

        notes = [p.text for p in page_of("six").within("section", "file-diff", "p")]

        assert "cannot be read" in notes[0]

    def test_what_people_wrote_is_escaped(self, nobody, sql, made):
        evil = "<script>alert(1)</script>"
        sql("UPDATE event SET comment=?1, user=?1", evil)
        sql("UPDATE filename SET name=?1 || fnid", evil)
        sql("UPDATE tagxref SET value=? WHERE tagid=8", evil)

        for name in made.hashes.values():
            page = parse(nobody.get(f"/info/{name}").text)
            assert not [e for e in page.all("script") if not e.get("src")]


class TestWays:
    def test_links_to_other_pages_about_it_lead_somewhere(self, client_of, made):
        alice = client_of("alice")
        page = parse(alice.get(f"/info/{made['four']}").text)

        ways = {a.text: a["href"] for a in page.within("nav", "ways", "a")}

        assert {"Files", "Patch", "Ancestors", "Discuss in chat"} <= set(ways)
        assert ways["Discuss in chat"] == f"/chat?text=%5B{made['four'][:16]}%5D%20"
        for url in ways.values():
            with alice.get(url, buffered=True) as answer:
                assert answer.status_code in {200, 302}, url

    def test_who_may_not_chat_has_no_link_to_it(self, page_of):
        ways = [a.text for a in page_of("four").within("nav", "ways", "a")]

        assert "Discuss in chat" not in ways
        assert "Files" in ways

    def test_without_hyperlinks_there_are_none(self, sql, page_of):
        sql("UPDATE user SET cap='o' WHERE login='nobody'")

        page = page_of("four")

        main = [a for a in page.all("a") if any(p.tag == "main" for p in a.parents)]
        shown = [a["href"] for a in main if "#" not in a["href"]]
        assert shown == []


def test_queries_do_not_grow_with_the_history(nobody, made, queries_of, sql):
    url = f"/info/{made['two']}"
    before = queries_of(lambda: nobody.get(url))
    for n in range(300):
        sql(
            "INSERT INTO event(type, mtime, objid) VALUES('ci', ?, ?)",
            2460000 + n,
            9000 + n,
        )
        sql(
            "INSERT INTO plink(pid, cid, isprim, mtime) VALUES(?, ?, 1, 1)",
            9000 + n,
            9001 + n,
        )

    assert queries_of(lambda: nobody.get(url)) <= before < 60

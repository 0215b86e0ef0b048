"""/finfo, /annotate, /blame and /praise: how a file came to be."""

import re

import pytest
from pages import parse

from repoweb.repository.annotation import Limit, annotate
from repoweb.repository.common import common_runs
from repoweb.repository.history import of_name
from repoweb.repository.names import find


@pytest.fixture
def versions(commit):
    """Four check-ins of a poem, by three people."""
    return [
        commit({"poem": text}, comment, user)
        for text, comment, user in [
            ("one\ntwo\nthree\n", "Begin", "alice"),
            ("one\n2\nthree\n", "Write a number", "bob"),
            ("zero\none\n2\nthree\n", "Begin earlier", "carol"),
            ("zero\none\n2\nthree\nfour\n", "Go on", "alice"),
        ]
    ]


@pytest.fixture
def rename(sql, rows):
    """Say that a check-in renamed a file, as its manifest may."""

    def make(checkin, old, new):
        ((mid,),) = rows("SELECT rid FROM blob WHERE uuid=?", checkin)
        sql(
            "UPDATE mlink SET pfnid=(SELECT fnid FROM filename WHERE name=?),"
            " pid=(SELECT fid FROM mlink JOIN filename USING(fnid) WHERE name=?"
            "  AND fid>0 ORDER BY mid DESC LIMIT 1)"
            " WHERE mid=? AND fnid=(SELECT fnid FROM filename WHERE name=?)",
            old,
            old,
            mid,
            new,
        )

    return make


class TestTheHistory:
    def test_it_tells_each_change_newest_first(self, nobody, versions):
        page = parse(nobody.get("/finfo?name=poem").text)

        rows = [cell.text.strip() for cell in page.all("td")][2::4]
        comments = [re.sub(r" [0-9a-f]{10} by .*", "", text) for text in rows]
        changes = [span.text for span in page.all("span", "change")]
        assert comments == ["Go on", "Begin earlier", "Write a number", "Begin"]
        assert changes == ["edited", "edited", "edited", "added"]
        assert f"/info/{versions[0][:16]}" in [a["href"] for a in page.all("a", "hash")]

    def test_with_a_check_in_it_ends_there(self, nobody, versions):
        page = parse(nobody.get(f"/finfo?name=poem&ci={versions[1]}").text)

        assert len(page.all("span", "change")) == 2

    def test_it_goes_on_on_the_next_page(self, nobody, versions):
        first = parse(nobody.get("/finfo?name=poem&n=3").text)
        (older,) = [a for a in first.all("a") if a.text == "Older"]

        second = parse(nobody.get(older["href"]).text)

        assert len(first.all("span", "change")) == 3
        assert [span.text for span in second.all("span", "change")] == ["added"]
        assert f"/info/{versions[0][:16]}" in [
            a["href"] for a in second.all("a", "hash")
        ]

    @pytest.mark.usefixtures("versions")
    @pytest.mark.parametrize(
        ("query", "comments"),
        [
            ("a=2099-03-01 14:30", ["Go on", "Begin earlier"]),
            ("b=2099-03-01 14:30", ["Write a number", "Begin"]),
            ("b=209903011300", ["Begin"]),
            ("a=2099-03-01 13:30&b=2099-03-01 15:30", ["Begin earlier", "Write"]),
            ("b=2099-03-01", ["Go on", "Begin earlier", "Write a number", "Begin"]),
            ("a=2100-01-01", []),
            ("ci=tip&a=2099-03-01 15:30", ["Go on"]),
        ],
    )
    def test_it_is_that_of_a_time(self, nobody, query, comments):
        page = parse(nobody.get(f"/finfo?name=poem&{query}").text)

        texts = [cell.text.strip() for cell in page.all("td")][2::4]
        assert len(texts) == len(comments)
        assert all(
            text.startswith(start) for text, start in zip(texts, comments, strict=True)
        )

    @pytest.mark.usefixtures("versions")
    @pytest.mark.parametrize("query", ["a=nix", "b=2099-99-99"])
    def test_what_is_no_time_is_told(self, nobody, query):
        assert nobody.get(f"/finfo?name=poem&{query}").status_code == 400

    def test_between_two_check_ins_it_is_that_of_the_way(self, nobody, versions):
        first, second, third, _ = versions

        page = parse(nobody.get(f"/finfo?name=poem&from={second}&to={third}").text)
        back = parse(nobody.get(f"/finfo?name=poem&from={first}").text)

        links = [a["href"] for a in page.within("table", "history", "a")]
        assert [link[6:] for link in links if link.startswith("/info/")] == [
            *(third[:16], second[:16])
        ]
        assert "on the way from check-in" in page.all("p", "note")[0].text
        assert [span.text for span in back.all("span", "change")] == ["added"]

    def test_a_version_stands_out_that_is_asked_for(self, nobody, versions):
        page = parse(nobody.get(f"/finfo?name=poem&m={versions[2][:10]}").text)

        (row,) = page.all("tr", "marked")
        assert "Begin earlier" in row.text
        assert parse(nobody.get("/finfo?name=poem&m=").text).all("tr", "marked") == []

    @pytest.mark.usefixtures("versions")
    def test_a_deleted_file_keeps_its_history(self, nobody, commit):
        commit({"other": "x"})

        page = parse(nobody.get("/finfo?name=poem").text)

        assert page.all("span", "change")[0].text == "deleted"

    @pytest.mark.usefixtures("versions")
    def test_it_follows_a_file_under_its_older_name(self, nobody, commit, rename):
        renaming = commit({"rhyme": "zero\none\n2\nthree\nfour\n"}, "Rename")
        rename(renaming, "poem", "rhyme")
        commit({"rhyme": "zero\n", "poem": "another\n"}, "Another poem")

        followed = parse(nobody.get("/finfo?name=rhyme&ci=tip").text)
        by_name = parse(nobody.get("/finfo?name=rhyme").text)

        assert [span.text for span in followed.all("span", "change")] == [
            *("edited", "renamed", "edited", "edited", "edited", "added")
        ]
        assert len(by_name.all("span", "change")) == 2

    def test_a_file_that_never_was_is_not_found(self, nobody):
        assert nobody.get("/finfo?name=nix").status_code == 404

    def test_it_takes_no_more_statements_if_it_is_longer(self, repository, commit):
        for number in range(30):
            commit({"a": f"{number}\n"})

        with repository.reading() as db:
            assert len(of_name(db, "a", 10)) == 10


def sources(page):
    """Tell for each line the check-in that is shown beside it."""
    found, current = [], ""
    for row in [r for r in page.elements if r.tag == "tr"]:
        cells = [c for c in page.all("td") if row in c.parents]
        if len(cells) == 3:
            links = [a for a in page.all("a") if cells[0] in a.parents]
            current = links[0]["href"].removeprefix("/info/") if links else ""
        found.append((current, cells[-1].text))
    return found


class TestAnnotations:
    def test_each_line_has_the_check_in_that_made_it(self, nobody, versions):
        first, second, third, fourth = (uuid[:16] for uuid in versions)

        page = parse(nobody.get("/annotate?filename=poem&checkin=tip").text)

        assert sources(page) == [
            (third, "zero"),
            (first, "one"),
            (second, "2"),
            (first, "three"),
            (fourth, "four"),
        ]

    @pytest.mark.usefixtures("versions")
    def test_blame_names_who_made_it(self, nobody):
        page = parse(nobody.get("/blame/poem").text)
        praise = parse(nobody.get("/praise/poem").text)

        who = [cell.text.split()[-1] for cell in page.all("td", "who")]
        assert who == ["carol", "alice", "bob", "alice", "alice"]
        assert [cell.text for cell in praise.all("td", "who")] == [
            cell.text for cell in page.all("td", "who")
        ]

    def test_an_older_check_in_has_its_own(self, nobody, versions):
        page = parse(nobody.get(f"/annotate?filename=poem&checkin={versions[1]}").text)

        assert [line for _, line in sources(page)] == ["one", "2", "three"]

    def test_lines_are_older_than_the_versions_that_were_looked_at(
        self, nobody, versions
    ):
        page = parse(nobody.get("/annotate?filename=poem&checkin=tip&limit=2").text)

        assert [source for source, _ in sources(page)] == [
            *("", "", "", "", versions[3][:16])
        ]

    def test_white_space_can_be_ignored(self, nobody, commit):
        first = commit({"a": "if x:\n  y\n"})
        second = commit({"a": "if x:\n      y\n"})

        heeded = parse(nobody.get("/annotate/a").text)
        ignored = parse(nobody.get("/annotate/a?w=1").text)

        assert [source for source, _ in sources(heeded)] == [first[:16], second[:16]]
        assert [source for source, _ in sources(ignored)] == [first[:16], first[:16]]

    def test_an_older_name_is_followed(self, nobody, commit, rename):
        first = commit({"old": "one\ntwo\n"})
        second = commit({"new": "one\n2\n"})
        rename(second, "old", "new")

        page = parse(nobody.get("/annotate/new").text)

        assert [source for source, _ in sources(page)] == [first[:16], second[:16]]

    def test_a_file_that_came_again_is_new(self, nobody, commit):
        commit({"a": "one\n"})
        commit({"b": "x\n"})
        again = commit({"a": "one\n"})

        assert sources(parse(nobody.get("/annotate/a").text)) == [(again[:16], "one")]

    def test_an_empty_file_has_no_lines(self, nobody, commit):
        commit({"a": ""})

        assert "The file is empty" in nobody.get("/annotate/a").text

    @pytest.mark.parametrize("content", [b"\0", b"a\0b"])
    def test_a_binary_file_has_none_either(self, nobody, commit, content):
        commit({"a": content})

        assert nobody.get("/annotate/a").status_code == 404

    def test_a_long_file_has_pages(self, nobody, commit):
        commit({"a": "".join(f"line {n}\n" for n in range(1, 10_003))})

        first = parse(nobody.get("/annotate/a").text)
        (behind,) = [a["href"] for a in first.all("a") if a.text == "Lines behind"]
        second = parse(nobody.get(behind).text)
        (before,) = [a["href"] for a in second.all("a") if a.text == "Lines before"]

        assert [line for _, line in sources(second)] == ["line 10001", "line 10002"]
        assert "ln10001" in {e.get("id") for e in second.elements}
        assert before == "/annotate?filename=a&checkin=tip&first=1"

    @pytest.mark.usefixtures("versions")
    @pytest.mark.parametrize("first", ["0", "2", "99999999999", "x", "-1"])
    def test_a_short_file_has_one_page(self, nobody, first):
        page = parse(nobody.get(f"/annotate/poem?first={first}").text)

        assert len(sources(page)) == 5

    def test_a_reverse_one_tells_until_when_each_line_stays(self, nobody, versions):
        first, second, third, fourth = (uuid[:16] for uuid in versions)

        page = nobody.get(f"/annotate/poem?checkin={first}&origin=tip")

        lines = [(line, source) for source, line in sources(parse(page.text))]
        assert lines == [("one", ""), ("two", first), ("three", "")]
        assert "Until when each line of poem stays" in page.text
        assert page.status_code == 200
        assert {second, third, fourth}.isdisjoint(dict(lines).values())

    def test_a_file_that_was_deleted_stays_until_then(self, nobody, commit):
        first = commit({"a": "one\ntwo\n", "b": ""})
        second = commit({"a": "one\n2\n", "b": ""})
        commit({"b": "x\n"})

        page = parse(nobody.get(f"/annotate/a?checkin={first}&origin=tip").text)

        assert [source for source, _ in sources(page)] == [second[:16], first[:16]]

    def test_a_file_that_does_not_change_is_as_it_was(self, nobody, commit):
        commit({"a": "one\n"})
        second = commit({"a": "one\n", "b": "x\n"})

        page = parse(nobody.get(f"/annotate/a?checkin={second}&origin=tip").text)

        assert sources(page) == [("", "one")]

    @pytest.mark.usefixtures("versions")
    @pytest.mark.parametrize("origin", ["nix", "%00", "rid:99999"])
    def test_an_origin_that_is_none_is_not_found(self, nobody, origin):
        assert nobody.get(f"/annotate/poem?origin={origin}").status_code == 404

    @pytest.mark.usefixtures("versions")
    @pytest.mark.parametrize("limit", ["none", "5s", "0.01s", "1", "0", "x", "9" * 40])
    def test_any_limit_gives_a_page(self, nobody, limit):
        page = nobody.get(f"/annotate?filename=poem&limit={limit}")

        assert page.status_code == 200

    @pytest.mark.usefixtures("versions")
    def test_it_is_kept(self, repository):
        with repository.reading() as db:
            rid = find(db, "tip", "ci")
            first = annotate(db, rid, "poem", Limit())

            assert annotate(db, rid, "poem", Limit()) is first


class TestCommonLines:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("", ""),
            ("a", ""),
            ("", "a"),
            ("abc", "abc"),
            ("abc", "xabcx"),
            ("abcdef", "abXef"),
            ("aaaa", "aa"),
            ("abcabba", "cbabac"),
            ("abc" * 60, "abd" * 60),
            ("".join(map(chr, range(300, 500))), "".join(map(chr, range(350, 550)))),
        ],
    )
    def test_runs_are_equal_and_ascend(self, old, new):
        a, b = ([c.encode() for c in text] for text in (old, new))
        at_a = at_b = 0

        for x, y, length in common_runs(a, b):
            assert x >= at_a
            assert y >= at_b
            assert length > 0
            assert a[x : x + length] == b[y : y + length]
            at_a, at_b = x + length, y + length

        assert at_a <= len(a)
        assert at_b <= len(b)

    def test_nothing_common_is_passed_over_at_the_ends(self):
        a = [b"%d" % n for n in range(500)]
        b = [*a[:200], b"new", *a[210:]]

        assert sum(length for _, _, length in common_runs(a, b)) == 490

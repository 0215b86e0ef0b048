"""/timeline: what it shows for each filter, its pages, its graph, and for whom."""

import re
from datetime import timedelta
from functools import partial

import pytest
from history import FILES
from pages import parse

from repoweb.repository.content import artifact_hash
from repoweb.repository.regexp import Regexp
from repoweb.repository.writing import wiki
from repoweb.repository.writing.put import Author, put
from repoweb.timeline import spans

FIRST = "initial empty check-in"


def texts_of(answer):
    """The comments of the rows, newest first."""
    return [e.text for e in parse(answer.text).all("span", "said")]


@pytest.fixture
def shown(nobody, made):
    """Ask for a timeline: `shown("p={two}")` lists the names of the check-ins."""

    def ask(query="", client=nobody):
        query = query.format(**made.hashes)
        answer = client.get(f"/timeline?{query}")
        assert answer.status_code == 200, answer.text
        return [text.removeprefix("check-in ") for text in texts_of(answer)]

    return ask


ALL = ["six", "five", "four", "three", "two", "one", FIRST]


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            *(("", ALL), ("y=all", ALL), ("y=ci", ALL), ("y=w", []), ("n=2", ALL[:2])),
            *(("u=alice", ["five", "three"]), ("u=nix", [])),
            *(("t=feature", ["five", "three"]), ("t=rel-1", ["two"]), ("t=nix", [])),
            ("r=feature", ["five", "four", "three", "two"]),
            *(
                ("s=CHECK-IN+fo", ["four"]),
                ("s=%25", []),
                ("s=alice", ["five", "three"]),
            ),
            *(("chng=bin", ["six"]), ("chng=src/*+d", ["six", "five", "one"])),
            *(("a=2026-05-01+14:00", ["six", "five"]), ("a={five}", ["six", "five"])),
            *(
                ("b=2026-05-01+10:30", ["one", FIRST]),
                ("b=rel-1", ["two", "one", FIRST]),
            ),
            ("a={two}&b={four}", ["four", "three", "two"]),
            *(("c={four}&n=3", ["five", "four", "three"]), ("ym=202605", ALL[:-1])),
            *(("ym=2026-01", [FIRST]), ("year=2026", ALL), ("year=2025", [])),
            *(("p={five}", ["five", "three", "two", "one", FIRST]),),
            *(
                ("p={four}&n=2", ["four", "three", "two"]),
                ("d={three}", ["six", "five", "four", "three"]),
            ),
            ("dp={three}", ALL),
            ("df={three}", ["six", "five", "four", "three"]),
            ("p={five}&bt={two}", ["five", "three", "two"]),
            ("p={six}&bt=rel-1", ["six", "four", "three", "two"]),
            ("d={one}&ft={three}", ["three", "two", "one"]),
            ("d={one}&ft=feature", ["three", "two", "one"]),
            ("dp={three}&bt={two}&ft={four}", ["four", "three", "two"]),
            ("p=nix&p2={two}", ["two", "one", FIRST]),
            ("p2={two}", ["two", "one", FIRST]),
            ("d=nix&d2={five}", ["five"]),
            ("dp=nix&dp2={five}", ["five", "three", "two", "one", FIRST]),
            ("p={six}&d={two}", ["six", "four", "three", "two"]),
            ("p={five}&d={two}", ["five", "three", "two"]),
            ("p={two}&d={six}", ["six"]),
            ("p={five}&bt={six}", ["six", "five"]),
            ("p={four}&d={four}", ["six", "four", "three", "two", "one", FIRST]),
            ("p={five}&bt={two}&x={six}", ["six", "five", "three", "two"]),
            ("from={one}&to={five}", ["five", "three", "two", "one"]),
            ("from={five}&to={four}", ["five", "four", "three", "two"]),
            ("from={five}&to={four}&shortest", ["five", "four", "three"]),
            ("from={one}&to={two}&rel", ["four", "three", "two", "one", FIRST][:-1]),
            ("from={six}&to={two}&mionly", ["six", "four", "three", "two"]),
            ("from={one}&to=nix&to2={two}", ["two", "one"]),
            ("from={one}&to={six}&min", ["six", "one"]),
            ("from={one}&to={five}&min", ["five", "three", "two", "one"]),
            ("from={one}&ft=feature", ["three", "two", "one"]),
            ("from={one}&ft={six}", ["six", "four", "two", "one"]),
            ("from={six}&bt=rel-1", ["six", "four", "two"]),
            ("from={six}&bt=feature", ["six", "four", "three"]),
            ("from={three}&bt={six}", ["three"]),
            ("bid=y{one}-n{four}", ["four", "two", "one"]),
            ("bid=y{one}-s{three}-nabcdabcd-y{six}", ["three", "one"]),
            ("bid=nix", ALL),
            ("oldestfirst&n=2", ["five", "six"]),
            ("y=h", []),
            ("me={six}&you={five}", ["six", "five", "four", "three"]),
            ("me={six}&you={six}", ["six"]),
            ("from={one}&to={six}&chng=bin", ["six"]),
            ("t=feature&rel", ["five", "four", "three", "two"]),
            ("r=feature&mionly", ["five", "three", "two"]),
            ("t=rel-*&ms=glob", ["two"]),
            ("t=REL%25&ms=like", ["two"]),
            ("t=REL-.&ms=regexp", []),
            ("t=rel-%5Cd&ms=regexp", ["two"]),
            ("t=rel&ms=regexp", []),
            ("t=x,rel.*+fea%2B%3Ft.*&ms=re", ["five", "three", "two"]),
            ("r=f(ea|ae)ture&ms=regexp", ["five", "four", "three", "two"]),
            ("t=rel-1+nix&ms=list", ["two"]),
            ("t=rel-1&x={six},+nix", ["six", "two"]),
            ("t=rel-1&x={six},{one}", ["six", "two", "one"]),
            ("r=rel-1&m={six}", ["six", "four", "three", "two", "one"]),
            ("r=feature&ncp", ["five", "four", "three", "two"]),
            ("tl=rel-1,feature", ["five", "three", "two"]),
            ("rl=feat*", ["five", "four", "three", "two"]),
            ("ml=feature", ["five", "three", "two"]),
            ("ymd=20260501", ALL[:-1]),
            ("ymd=2026-01-01", [FIRST]),
            ("ymd=20260101-20260501", ALL),
            ("yw=20260501", ALL[:-1]),
            ("yw=2026-17", ALL[:-1]),
            ("days=1", []),
            ("year=0&n=1", ["six"]),
            ("namechng", ["five"]),
            ("forks", []),
            ("cherrypicks", []),
            ("y=n", []),
            ("f={four}", ["six", "four", "three", "two"]),
        ],
    )
    def test_each_shows_what_it_says(self, shown, query, names):
        assert shown(query) == names

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            *(("y=x", 400), ("n=x", 400), ("a=nix", 400), ("b=2026-99-99", 400)),
            *(("ym=x", 400), ("ym=202613", 400), ("older=x", 400), ("older=1,x", 400)),
            *(("p=nix", 404), ("d=nix", 404), ("n=-1", 400), ("n=²", 400)),
            *(("from=nix&to=tip", 404), ("me=tip&you=nix", 404), ("uf=nix", 404)),
            *(("cf=abcd", 404), ("bt=nix&p=tip", 404), ("t=a&ms=nix", 400)),
            *(("t=(&ms=regexp", 400), ("t=[a&ms=regexp", 400), ("t=*&ms=re", 400)),
            *(("p=nix&p2=nix", 404), ("from=tip&ft=nix", 404), ("ft=x&d=tip", 404)),
            ("p=tip&d=rel-1&bt=tip", 400),
            *(("yw=x", 400), ("ymd=20261301", 400), ("days=x", 400)),
            *(("year=0000", 400), ("year=9999", 400), ("yw=9999-99", 400)),
        ],
    )
    def test_what_makes_no_sense_is_told(self, nobody, query, status):
        assert nobody.get(f"/timeline?{query}").status_code == status

    @pytest.mark.parametrize("query", ["n=0", "n=99999999999", "s=%00", "t=%00", "u='"])
    def test_odd_values_do_no_harm(self, nobody, query):
        assert nobody.get(f"/timeline?{query}").status_code == 200

    def test_check_ins_with_a_file_are_shown_until_it_changed(self, shown):
        uuid = artifact_hash(FILES["one"]["src/b.py"])

        assert shown(f"uf={uuid}") == ["five", "four", "three", "two", "one"]
        assert shown(f"cf={uuid}&n=1") == ["one"]

    def test_the_ends_of_a_way_stand_out(self, nobody, made):
        page = parse(nobody.get(f"/timeline?from={made['one']}&to={made['four']}").text)

        marked = {row["id"] for row in page.all("tr", "marked")}
        assert marked == {f"e{made.rids[name]}" for name in ("one", "four")}

    @pytest.mark.parametrize("query", ["from={}&to={}", "me={}&you={}"])
    def test_a_way_is_found_with_the_same_queries_however_long(
        self, nobody, made, queries_of, query
    ):
        nobody.get("/timeline")
        ways = [query.format(made["six"], made[end]) for end in ("four", "one")]

        near, far = (
            queries_of(partial(nobody.get, f"/timeline?{way}")) for way in ways
        )

        assert near == far

    def test_the_ends_stand_out_no_more_if_that_is_not_wished(self, nobody, made):
        way = f"from={made['one']}&to={made['four']}"

        page = parse(nobody.get(f"/timeline?{way}&nd&sel1={made['two']}").text)

        marked = {row["id"] for row in page.all("tr", "marked")}
        assert marked == {f"e{made.rids['two']}"}

    def test_of_a_bisect_each_says_what_was_found(self, nobody, made):
        bisect = f"y{made['one']}-n{made['four']}-s{made['two']}"

        rows = parse(nobody.get(f"/timeline?bid={bisect}").text).all("div", "note")

        words = [re.search("good|bad|skipped", row.text) for row in rows]
        assert [word and word[0] for word in words] == ["bad", "skipped", "good"]

    def test_a_ticket_and_a_page_have_timelines(self, shown, sql, made):
        sql("INSERT INTO tag(tagname) VALUES('tkt-abcdef'), ('wiki-Page [1]')")
        for name, tag in (("two", "tkt-abcdef"), ("six", "wiki-Page [1]")):
            tagid = "(SELECT tagid FROM tag WHERE tagname=?)"
            sql(
                f"UPDATE event SET tagid={tagid} WHERE objid=?", *(tag, made.rids[name])
            )

        assert shown("tkt=abcd") == ["two"]
        assert shown("tkt=*") == []
        assert shown("wiki=Page [1]") == ["six"]
        assert shown("wiki=Page 1") == []

    def test_new_threads_are_posts_that_begin_one(self, nobody, sql, made):
        sql("UPDATE user SET cap='hgjorz2' WHERE login='nobody'")
        for name, text in (("two", "Post: A"), ("six", "Reply: A")):
            sql(
                "UPDATE event SET type='f', comment=? WHERE objid=?",
                text,
                made.rids[name],
            )

        assert texts_of(nobody.get("/timeline?y=h")) == ["Post: A"]
        assert texts_of(nobody.get("/timeline?y=f")) == ["Reply: A", "Post: A"]

    @pytest.mark.parametrize(
        "expression",
        ["(a*)*b", "(.*.*)*x", "((r|re|rel)*-)*q", "(.?){30}(.?){30}x", "(.*a){40}"],
    )
    def test_no_regular_expression_keeps_the_server_busy(
        self, nobody, sql, expression, monkeypatch
    ):
        """What would take others years takes steps that are counted here."""
        sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500)"
            " INSERT INTO tag(tagname) SELECT 'sym-rel' || i || '-aaaaaaaaaaa' FROM n"
        )
        steps = []
        follow = Regexp._follow
        monkeypatch.setattr(
            Regexp, "_follow", lambda *args: steps.append(args) or follow(*args)
        )

        answer = nobody.get("/timeline", query_string={"t": expression, "ms": "regexp"})

        assert answer.status_code == 200
        assert len(steps) < 2000

    def test_one_that_is_too_costly_is_refused(self, nobody):
        answer = nobody.get("/timeline", query_string={"t": "(a{99}){99}", "ms": "re"})

        assert answer.status_code == 400
        assert "too long" in answer.text

    def test_files_are_listed_if_so_wished(self, nobody):
        page = parse(nobody.get("/timeline?v&t=feature").text)

        assert [e.text for e in page.within("ul", "files", "li")] == [
            *("deleted c", "renamed d", "added c")
        ] or [e.text for e in page.within("ul", "files", "li")] == [
            *("renamed d", "deleted c", "added c")
        ]

    def test_hidden_check_ins_are_shown_on_request(self, shown, sql, made):
        sql(
            "INSERT INTO tagxref(tagid, tagtype, srcid, origid, mtime, rid)"
            " VALUES(5, 1, 1, 1, 1, ?)",
            made.rids["two"],
        )

        assert "two" not in shown()
        assert "two" in shown("unhide")

    def test_private_check_ins_never_are(self, shown, sql, made, drh):
        sql("INSERT INTO private VALUES(?)", made.rids["two"])

        assert "two" not in shown()
        assert "two" not in shown("p=tip", drh)


class TestWhatIsAbout:
    @pytest.fixture(autouse=True)
    def _pages(self, repository, made):  # noqa: ARG002 - first the check-ins
        with repository.writing() as db:
            for name in ("branch/feature", "tag/rel-1"):
                put(db, wiki.cards(name, f"This is {name}.", "", None), Author("drh"))

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            *(("r=feature", "branch/feature"), ("t=rel-1", "tag/rel-1")),
            *(("t=rel-1&rel", "tag/rel-1"), ("r=feature&nowiki", None)),
            *(("t=feature", None), ("r=rel-1", None), ("", None)),
            ("r=feature&ms=glob", None),
        ],
    )
    def test_a_wiki_page_about_the_branch_stands_above(self, nobody, query, name):
        page = parse(nobody.get(f"/timeline?{query}").text)

        texts = [article.text for article in page.all("article")]
        assert texts == ([f"This is {name}.{name}"] if name else [])

    def test_who_may_not_read_the_wiki_does_not_see_it(self, nobody, sql):
        sql("UPDATE user SET cap='ho' WHERE login='nobody'")

        assert "This is" not in nobody.get("/timeline?r=feature").text


class TestPages:
    def test_older_leads_through_all_of_them_and_newer_back(self, nobody):
        seen, url = [], "/timeline?n=3"
        while url:
            answer = nobody.get(url)
            seen.append(texts_of(answer))
            url = link(answer, "next")
        back = nobody.get(link(answer, "prev"))

        names = [n if n == FIRST else f"check-in {n}" for n in ALL]
        assert seen == [names[:3], names[3:6], names[6:]]
        assert texts_of(back) == names[3:6]
        assert texts_of(nobody.get(link(back, "prev"))) == names[:3]

    def test_the_first_page_leads_only_back_in_time(self, nobody):
        answer = nobody.get("/timeline?n=3")

        assert link(answer, "prev") is None
        assert link(answer, "next")

    def test_filters_stay(self, nobody):
        url = link(nobody.get("/timeline?n=1&u=alice&y=ci"), "next")

        assert texts_of(nobody.get(url)) == ["check-in three"]

    def test_events_of_the_same_moment_are_all_shown_once(self, nobody, sql):
        sql("UPDATE event SET mtime=julianday('2026-05-01')")
        seen, url = [], "/timeline?n=2"
        while url:
            answer = nobody.get(url)
            seen += texts_of(answer)
            url = link(answer, "next")

        assert sorted(seen) == sorted(n if n == FIRST else f"check-in {n}" for n in ALL)

    def test_the_number_of_queries_does_not_depend_on_what_is_shown(
        self, nobody, queries_of
    ):
        few = queries_of(lambda: nobody.get("/timeline?n=1&v"))
        many = queries_of(lambda: nobody.get("/timeline?n=7&v"))

        assert many <= few + 2 < 40

    def test_who_has_it_already_gets_no_copy(self, nobody, sql):
        tag = nobody.get("/timeline").headers["ETag"]
        ask = {"If-None-Match": tag}
        assert nobody.get("/timeline", headers=ask).status_code == 304

        sql("INSERT INTO blob(size, uuid) VALUES(1, ?)", "ab" * 20)

        assert nobody.get("/timeline", headers=ask).status_code == 200

    @pytest.mark.parametrize("page", ["timeline", "timeline.atom"])
    def test_a_copy_of_today_does_not_hold_tomorrow(self, nobody, monkeypatch, page):
        url = f"/{page}?ymd=now"
        tag = nobody.get(url).headers["ETag"]
        assert nobody.get(url, headers={"If-None-Match": tag}).status_code == 304

        tomorrow = spans._today() + timedelta(days=1)
        monkeypatch.setattr(spans, "_today", lambda: tomorrow)

        assert nobody.get(url, headers={"If-None-Match": tag}).status_code == 200


def link(answer, rel):
    found = [e["href"] for e in parse(answer.text).all("a") if e.get("rel") == rel]
    return found[0] if found else None


class TestTheGraph:
    def test_each_check_in_is_a_node_with_its_hash(self, nobody, made):
        page = parse(nobody.get("/timeline").text)

        nodes = [node["data-node"] for node in page.all("circle")]
        assert nodes[:-1] == [made[name][:16] for name in ALL[:-1]]

    def test_leaves_and_closed_ones_are_marked(self, nobody):
        page = parse(nobody.get("/timeline").text)

        assert [e.text for e in page.all("span", "mark")] == ["leaf", "closed leaf"]
        assert len([c for c in page.all("circle") if "leaf" in c.classes]) == 2
        assert len([p for p in page.all("path") if "x" in p.classes]) == 1

    def test_a_merge_is_an_arrow(self, nobody):
        page = parse(nobody.get("/timeline").text)

        assert len([p for p in page.all("path") if "a" in p.classes]) == 1

    def test_branches_have_colours_of_their_own(self, nobody):
        page = parse(nobody.get("/timeline").text)

        hues = {c.classes[0] for c in page.all("circle")}
        assert len(hues) == 2
        assert "um" in hues

    @pytest.mark.parametrize(
        ("colour", "drawn"),
        [("#ffc0c0", True), ("red", True), ('"><script>', False), ("url(x)", False)],
    )
    def test_a_colour_that_somebody_chose_is_behind_it(
        self, nobody, sql, colour, drawn
    ):
        sql("UPDATE event SET bgcolor=?", colour)

        page = parse(nobody.get("/timeline").text)

        assert bool(page.all("rect")) is drawn

    def test_cherrypicks_are_left_out_if_that_is_wished(self, nobody, sql, made):
        sql(
            "INSERT INTO cherrypick VALUES(?, ?, 0)",
            made.rids["five"],
            made.rids["six"],
        )
        picks = [
            [e for e in parse(nobody.get(url).text).elements if "k" in e.classes]
            for url in ("/timeline", "/timeline?ncp")
        ]

        assert picks[0]
        assert picks[1] == []

    def test_without_it_there_is_none(self, nobody):
        assert '<svg class="graph"' not in nobody.get("/timeline?ng").text


class TestWhatIsWritten:
    @pytest.mark.parametrize("field", ["comment", "user", "brief", "bgcolor"])
    def test_nothing_becomes_active(self, nobody, sql, field):
        evil = '<script>alert(1)</script><img src=x onerror="x"> [javascript:alert(1)]'
        sql(f"UPDATE event SET {field}=?", evil)

        page = parse(nobody.get("/timeline").text)

        assert [e for e in page.all("script") if "src" not in e.attributes] == []
        assert not [e for e in page.elements if "onerror" in e.attributes]
        assert not re.search(r'href="javascript:', nobody.get("/timeline").text)

    def test_further_paragraphs_are_folded(self, nobody, sql, made):
        sql(
            "UPDATE event SET comment=? WHERE objid=?", "One.\n\nTwo.", made.rids["six"]
        )

        page = parse(nobody.get("/timeline?n=1").text)

        assert page.all("details", "more")[0].text.split() == ["moreTwo."]

    @pytest.mark.parametrize(
        ("comment", "text"),
        [
            ("+Home <b>", "Added wiki page Home <b>"),
            (":Home", "Changes to wiki page Home"),
            ("-Home", "Deleted wiki page “Home”"),
        ],
    )
    def test_the_sign_of_a_wiki_page_becomes_words(
        self, nobody, sql, made, comment, text
    ):
        sql(
            "UPDATE event SET type='w', comment=? WHERE objid=?",
            comment,
            made.rids["six"],
        )

        assert texts_of(nobody.get("/timeline?n=1")) == [text]

    def test_a_hash_in_a_comment_is_a_link(self, nobody, sql, made):
        sql("UPDATE event SET comment=?", f"see [{made['one'][:10]}]")

        assert f'href="/info/{made["one"][:16]}"' in nobody.get("/timeline").text

    def test_where_comments_are_plain_they_stay_so(self, nobody, sql, configure):
        configure("timeline-plaintext", "1")
        sql("UPDATE event SET comment='<b>bold</b> & more'")

        assert texts_of(nobody.get("/timeline?n=1")) == ["<b>bold</b> & more"]


class TestForWhom:
    def test_without_hyperlinks_there_are_none_into_the_history(self, nobody, sql):
        assert "/info/" in nobody.get("/timeline").text

        sql("UPDATE user SET cap='o' WHERE login='nobody'")

        page = parse(nobody.get("/timeline").text)
        links = [a["href"] for a in page.within("table", "timeline", "a")]
        assert links == []

    @pytest.mark.parametrize(
        ("kind", "letter"),
        [("ci", "o"), ("g", "o"), ("w", "j"), ("e", "j"), ("t", "r"), ("f", "2")],
    )
    def test_events_need_the_capability_of_their_kind(self, nobody, sql, kind, letter):
        sql("UPDATE event SET type=?, comment='secret'", kind)
        others = "ojr2".replace(letter, "")
        sql("UPDATE user SET cap=? WHERE login='nobody'", others)
        assert texts_of(nobody.get("/timeline")) == []

        sql("UPDATE user SET cap=? WHERE login='nobody'", letter)

        assert texts_of(nobody.get("/timeline"))[0].endswith("ecret")

    def test_who_may_see_nothing_is_asked_to_log_in(self, nobody, sql):
        sql("UPDATE user SET cap='' WHERE login='nobody'")

        assert nobody.get("/timeline").location == "/login?g=timeline"


@pytest.mark.parametrize("page", ["timeline?v", "leaves", "brlist", "finfo?name=a.txt"])
def test_the_place_of_the_site_runs_nothing_in_links(nobody, page):
    place = '/"><script>alert(1)</script>'

    text = nobody.get(f"/{page}", environ_overrides={"SCRIPT_NAME": place}).text

    assert "&lt;script&gt;alert(1)" in text or "%3Cscript%3Ealert(1)" in text
    assert "<script>alert(1)" not in text

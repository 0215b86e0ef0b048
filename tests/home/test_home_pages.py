"""/, /home, /stat and /robots.txt."""

import pytest
from pages import parse

DESCRIPTION = "First <b>line</b>\nstill first.\n\nSecond.\n\n\n"


@pytest.fixture
def add_event(repository):
    """Put an artifact on the timeline; returns its hash."""

    def add(kind, comment, *, time="now", user="alice", private=False):
        with repository.writing() as db:
            rid = db.execute("SELECT max(rid)+1 FROM blob").fetchone()[0]
            uuid = f"{rid:010x}" + "0" * 54
            db.execute("INSERT INTO blob(rid, size, uuid) VALUES(?, 5, ?)", (rid, uuid))
            db.execute(
                "INSERT INTO event(type, mtime, objid, user, comment)"
                " VALUES(?, julianday(?), ?, ?, ?)",
                (kind, time, rid, user, comment),
            )
            if private:
                db.execute("INSERT INTO private VALUES(?)", (rid,))
        return uuid

    return add


def events_of(client):
    return [cell.text for cell in parse(client.get("/home").text).all("td")[1::2]]


class TestTheBareAddress:
    @pytest.mark.parametrize("url", ["/", "/index"])
    def test_it_leads_to_the_home_page(self, nobody, url):
        answer = nobody.get(url)

        assert (answer.status_code, answer.location) == (302, "/home")

    @pytest.mark.parametrize("page", ["/stat", "stat", "/chat", "/info/trunk?x=1"])
    def test_it_leads_where_the_setting_says(self, nobody, configure, page):
        configure("index-page", page)

        assert nobody.get("/").location == "/" + page.lstrip("/")

    @pytest.mark.parametrize(
        "page",
        [
            "/ext/index.html",
            "",
            "//evil.org",
            "http://evil.org",
            "javascript:alert(1)",
            "/\\evil.org",
        ],
    )
    def test_where_there_is_no_such_page_it_leads_home(self, nobody, configure, page):
        configure("index-page", page)

        assert nobody.get("/").location == "/home"

    @pytest.mark.parametrize("page", ["/", "/index", "index"])
    def test_it_never_leads_to_itself(self, nobody, configure, page):
        configure("index-page", page)

        assert nobody.get("/").location == "/home"

    def test_below_a_prefix_it_stays_there(self, nobody):
        assert nobody.get("/", base_url="http://localhost/code").location == (
            "/code/home"
        )


class TestHome:
    def test_it_says_what_the_project_is(self, nobody, configure):
        configure("project-description", DESCRIPTION)

        page = parse(nobody.get("/home").text)

        texts = [p.text for p in page.all("p")]
        assert texts == ["First <b>line</b>\nstill first.", "Second."]

    def test_it_shows_the_latest_changes(self, nobody, add_event):
        add_event("ci", "Add the parser", time="2026-05-01 10:00")
        add_event("t", "New ticket", user="bob", time="2026-05-02 10:00")

        texts = events_of(nobody)

        assert texts[1].startswith("New ticketTicket")
        assert texts[1].endswith("by bob")
        assert texts[2].startswith("Add the parserCheck-in")

    def test_the_newest_is_first_and_there_are_ten(self, nobody, add_event):
        for number in range(12):
            add_event("ci", f"Change {number}", time=f"2030-01-01 10:{number:02}")

        texts = events_of(nobody)

        assert len(texts) == 10
        assert texts[0].startswith("Change 11")

    @pytest.mark.parametrize(
        ("kind", "letter"),
        [("ci", "o"), ("w", "j"), ("t", "r"), ("e", "j"), ("f", "2"), ("g", "o")],
    )
    def test_each_kind_is_for_those_who_may_see_it(
        self, nobody, add_event, sql, kind, letter
    ):
        add_event(kind, "+What happened")
        sql("UPDATE user SET cap='' WHERE login='nobody'")
        assert not any("What happened" in text for text in events_of(nobody))

        sql("UPDATE user SET cap=? WHERE login='nobody'", letter)

        assert any("What happened" in text for text in events_of(nobody))

    def test_forum_posts_are_not_for_those_who_only_read_the_rest(
        self, nobody, add_event
    ):
        """Fossil's timeline shows them to whoever has o, j and r."""
        add_event("f", "Post: Secret")

        assert not any("Secret" in text for text in events_of(nobody))

    def test_private_artifacts_are_shown_to_nobody(self, drh, add_event):
        add_event("ci", "Secret", private=True)
        add_event("ci", "Public")

        texts = events_of(drh)

        assert any("Public" in text for text in texts)
        assert not any("Secret" in text for text in texts)

    @pytest.mark.parametrize("sign", "+-:")
    def test_a_wiki_page_is_named_without_fossils_sign(self, nobody, add_event, sign):
        add_event("w", f"{sign}Home Page")

        assert events_of(nobody)[0].startswith("Home PageWiki")

    def test_a_file_attached_to_a_page_is_told_without_loss(self, nobody, add_event):
        add_event("w", "Add attachment a.txt to wiki page")

        assert events_of(nobody)[0].startswith("Add attachment")

    def test_an_edited_comment_counts(self, nobody, add_event, sql):
        add_event("ci", "Tpyo")
        sql("UPDATE event SET ecomment='Typo', euser='eve' WHERE comment='Tpyo'")

        assert events_of(nobody)[0].startswith("Typo")
        assert "by eve" in events_of(nobody)[0]

    def test_what_people_wrote_is_escaped(self, nobody, add_event):
        add_event("ci", "<script>alert(1)</script>", user="<img src=x onerror=x>")

        page = parse(nobody.get("/home").text)

        assert not page.all("script")
        assert not page.all("img")

    def test_where_there_is_nothing_to_see_it_says_so(self, nobody, sql):
        sql("UPDATE user SET cap='' WHERE login='nobody'")

        page = nobody.get("/home")

        assert "Nothing to see here yet." in page.text


class TestStat:
    def facts(self, client):
        page = parse(client.get("/stat").text)
        names = [cell.text for cell in page.all("th")]
        return dict(zip(names, [cell.text for cell in page.all("td")], strict=True))

    def test_it_counts_what_is_there(self, nobody, add_event):
        add_event("ci", "x")
        add_event("w", "+x")

        facts = self.facts(nobody)

        assert facts["Artifacts"] == "3 (0 as deltas)"
        assert facts["Check-ins"] == "2"
        assert facts["Branches"] == "1"
        assert facts["Users"] == "5"
        assert facts["Schema"] == "2015-01-24"
        assert "journal mode wal" in facts["SQLite"]

    def test_it_tells_how_old_the_project_is(self, nobody, sql, rows):
        ((day,),) = rows("SELECT date('now', '-400 days')")
        sql("UPDATE event SET mtime=julianday(?)", day)

        assert self.facts(nobody)["Project age"] == f"400 days, since {day}"

    def test_a_repository_without_a_check_in_has_no_age(self, nobody, sql):
        sql("DELETE FROM event")

        facts = self.facts(nobody)

        assert facts["Project age"] == "no check-ins"
        assert facts["Check-ins"] == "0"

    def test_the_picture_shows_the_months(self, nobody, add_event, sql):
        sql("DELETE FROM event")
        for day in ("2026-01-31 23:59:59", "2026-02-01", "2026-02-28", "2026-03-05"):
            add_event("ci", "x", time=day)

        page = parse(nobody.get("/stat").text)

        titles = [title.text for title in page.all("title")[1:]]
        assert titles == ["2026-01: 1", "2026-02: 2", "2026-03: 1"]
        assert "at most 2" in page.all("figcaption")[0].text

    def test_the_picture_shows_three_years_at_most(self, nobody, add_event):
        for day in ("2019-05-01", "2026-01-31"):
            add_event("ci", "x", time=day)

        page = parse(nobody.get("/stat").text)

        assert len(page.all("title")[1:]) == 36

    def test_without_events_there_is_no_picture(self, nobody, sql):
        sql("DELETE FROM event")

        assert not parse(nobody.get("/stat").text).all("figure")

    def test_it_needs_check_out(self, nobody, sql):
        sql("UPDATE user SET cap='j' WHERE login='nobody'")

        assert nobody.get("/stat").status_code == 302


def test_robots_are_kept_away_from_what_is_not_for_them(nobody):
    answer = nobody.get("/robots.txt")

    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    first, *others = answer.text.splitlines()
    assert first == "User-agent: *"
    assert {"Disallow: /chat", "Disallow: /Admin", "Disallow: /setup"} <= set(others)


def test_robots_need_not_read_what_costs_much(nobody):
    lines = nobody.get("/robots.txt").text.splitlines()

    costly = [f"Disallow: /{page}" for page in ("annotate", "zip", "vdiff", "search")]
    assert set(costly) <= set(lines)


def test_robots_are_told_the_paths_of_the_server(nobody):
    lines = nobody.get("/robots.txt", base_url="http://x.org/sites/a").text.splitlines()

    assert "Disallow: /sites/a/chat" in lines

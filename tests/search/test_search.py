"""/search: what the settings allow, and of that what the visitor may see."""

from datetime import UTC, datetime

import pytest
from pages import parse

from repoweb.repository.checkin import check_in
from repoweb.search import engine
from repoweb.search.documents import Document
from repoweb.search.engine import Scan, search, snippet, words_of
from repoweb.search.settings import KINDS

ALL = [kind.setting.name for kind in KINDS]
TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"


@pytest.fixture(autouse=True)
def _project(repository):
    files = {
        "doc/guide.md": b"# Guide\n\nHow to <b>feed</b> the walrus.\n",
        "src/main.c": b"int walrus;\n",
    }
    time = datetime(2099, 3, 1, tzinfo=UTC)
    with repository.writing() as db:
        comment = "Teach the walrus\nto sing loudly"
        check_in(db, files, comment=comment, user="alice", time=time)
        db.execute("INSERT INTO tag VALUES(30, ?)", (f"tkt-{TICKET}",))
        db.execute(
            "INSERT INTO tagxref(tagid, tagtype, mtime, rid) VALUES(30, 1, 1, 1)"
        )
        db.execute(
            "INSERT INTO ticket(tkt_id, tkt_uuid, tkt_mtime, title, comment,"
            " private_contact) VALUES(1, ?, 2461000, 'Walrus is hungry',"
            " 'It eats fish', 'secret@walrus.example')",
            (TICKET,),
        )


@pytest.fixture
def allow(configure):
    def make(*names):
        for name in names:
            configure(name, "1")
        configure("doc-glob", "*.md")

    return make


def found(answer):
    page = parse(answer.text)
    return [link.text for link in page.within("ol", "results", "a")]


class TestWhatIsFound:
    def test_nothing_unless_it_is_allowed(self, nobody, client_of):
        assert "Searching is not enabled" in nobody.get("/search?s=walrus").text
        assert "say what may be searched" in client_of("drh").get("/search").text

    def test_everything_that_is_allowed(self, client_of, allow):
        allow(*ALL)

        titles = found(client_of("drh").get("/search?s=walrus"))

        assert sorted(titles) == [
            "Teach the walrus",
            "Walrus is hungry",
            "doc/guide.md",
        ]

    def test_all_words_must_be_there(self, client_of, allow):
        allow(*ALL)
        drh = client_of("drh")

        assert found(drh.get("/search?s=LOUDLY walrus")) == ["Teach the walrus"]
        assert found(drh.get("/search?s=fish walrus")) == ["Walrus is hungry"]
        assert found(drh.get("/search?s=walrus penguin")) == []

    def test_a_title_counts_more_than_a_text(self, client_of, allow):
        allow(*ALL)

        assert found(client_of("drh").get("/search?s=walrus"))[-1] == "doc/guide.md"

    def test_one_kind_can_be_chosen(self, client_of, allow):
        allow(*ALL)

        assert found(client_of("drh").get("/search?s=walrus&y=d")) == ["doc/guide.md"]

    def test_only_documents_that_the_globs_name(self, client_of, allow, configure):
        allow("search-doc")
        configure("doc-glob", "*.c")

        assert found(client_of("drh").get("/search?s=walrus")) == ["src/main.c"]

    def test_results_lead_to_their_pages(self, client_of, allow, rows):
        allow(*ALL)
        ((uuid,),) = rows("SELECT uuid FROM leaf JOIN blob USING(rid)")
        page = parse(client_of("drh").get("/search?s=walrus").text)

        assert {a["href"] for a in page.within("ol", "results", "a")} == {
            f"/info/{uuid[:16]}",
            f"/tktview/{TICKET[:16]}",
            "/doc/trunk/doc/guide.md",
        }

    def test_private_columns_of_tickets_are_not_looked_at(self, client_of, allow):
        allow(*ALL)

        assert found(client_of("drh").get("/search?s=secret")) == []

    def test_private_check_ins_are_not_found(self, client_of, allow, sql):
        allow(*ALL)
        sql("INSERT INTO private SELECT rid FROM leaf")

        assert found(client_of("drh").get("/search?s=sing")) == []


class TestWhoFindsWhat:
    @pytest.mark.parametrize(
        ("letter", "titles"),
        [
            ("o", ["Teach the walrus", "doc/guide.md"]),
            ("r", ["Walrus is hungry"]),
            ("j", []),
        ],
    )
    def test_by_capability(self, nobody, allow, sql, letter, titles):
        allow(*ALL)
        sql("UPDATE user SET cap=? WHERE login='nobody'", letter)

        assert found(nobody.get("/search?s=walrus")) == titles


class TestHostileWords:
    @pytest.mark.parametrize(
        "query",
        [
            *('"', "'", "*", "walrus AND", "NEAR(a b)", "(", "a:b", "-x", "%", "_"),
            *("<script>alert(1)</script>", "\0", "ü" * 500, "", " ", "a" * 5000),
        ],
    )
    def test_any_is_answered(self, nobody, allow, query):
        allow(*ALL)

        answer = nobody.get("/search", query_string={"s": query})

        assert answer.status_code == 200
        assert not [e for e in parse(answer.text).all("script") if not e.get("src")]

    def test_what_was_found_is_escaped(self, client_of, allow):
        allow(*ALL)

        page = parse(client_of("drh").get("/search?s=feed").text)

        (text,) = page.all("div", "snippet")
        assert "<b>feed</b>" in text.text
        assert [mark.text for mark in page.all("mark")] == ["feed"]


class TestTheIndexOfFossil:
    @pytest.fixture
    def index(self, sql, rows):
        """Make the tables as Fossil does; the view's functions are Fossil's alone."""
        sql(
            "CREATE TABLE ftsdocs(rowid INTEGER PRIMARY KEY, type CHAR(1), rid INTEGER,"
            " name TEXT, idxed BOOLEAN, label TEXT, url TEXT, mtime DATE, bx TEXT,"
            " UNIQUE(type, rid))"
        )
        sql("CREATE VIRTUAL TABLE ftsidx USING fts5(content='', title, body)")
        ((rid,),) = rows("SELECT rid FROM leaf")

        def put(title, body, *, idxed=True):
            sql(
                "INSERT INTO ftsdocs(rowid, type, rid, idxed) VALUES(7, 'c', ?, ?)",
                *(rid, idxed),
            )
            sql("INSERT INTO ftsidx(rowid, title, body) VALUES(7, ?, ?)", title, body)

        return put

    def test_it_tells_where_to_look(self, client_of, allow, index):
        allow("search-ci")
        index("", "sing")
        drh = client_of("drh")

        assert found(drh.get("/search?s=sing")) == ["Teach the walrus"]
        assert found(drh.get("/search?s=loudly")) == []  # says the index
        assert found(drh.get("/search?s=walrus")) == ["Teach the walrus"]  # a title

    def test_what_it_does_not_have_yet_is_found_all_the_same(
        self, client_of, allow, index
    ):
        allow("search-ci")
        index("", "", idxed=False)

        assert found(client_of("drh").get("/search?s=walrus")) == ["Teach the walrus"]


class TestTheSearch:
    def test_words_are_few_and_in_small_letters(self):
        assert words_of("Über-Mut  don't (x) [9]") == ["über-mut", "don't", "x", "9"]
        assert len(words_of("a b " * 50)) == engine.MOST_WORDS

    def test_it_stops_in_time_and_says_so(self):
        documents = [Document("c", n, "walrus", "/x", "", lambda: "") for n in range(9)]
        ticks = iter(range(100))
        scan = Scan(["walrus"], 4, lambda: next(ticks))

        assert len(list(scan.through(documents))) == 5
        assert not scan.is_complete

    def test_without_words_nothing_is_looked_at(self, repository):
        with repository.reading() as db:
            assert search(db, [], [kind.letter for kind in KINDS]).found == []

    def test_a_piece_is_cut_around_the_first_word(self):
        text = "x" * 300 + " walrus & " + "y" * 300

        piece = snippet(text, ["walrus"])

        assert piece.startswith("…x")
        assert "<mark>walrus</mark> &amp; y" in piece
        assert piece.endswith("…")


class TestTheSettings:
    def test_they_can_be_changed(self, client_of, rows):
        drh = client_of("drh")

        answer = drh.post("/Admin/Search", data={"search-ci": "1", "doc-glob": "*.md"})

        assert "Saved." in answer.text
        assert rows("SELECT value FROM config WHERE name='search-ci'") == [("1",)]
        assert found(drh.get("/search?s=sing")) == ["Teach the walrus"]

    def test_not_by_others(self, client_of):
        assert client_of("alice").post("/Admin/Search").status_code == 403


@pytest.mark.parametrize(("page", "kind"), [("wikisrch", "w"), ("docsrch", "d")])
def test_fossils_other_searches_lead_here(nobody, page, kind):
    answer = nobody.get(f"/{page}?s=a+%26b")

    assert answer.location == f"/search?y={kind}&s=a+%26b"

"""/doc, /uv and attachments: files as documents, in which nothing runs."""

import hashlib

import pytest
from pages import parse

from repoweb.repository.content import compress

POLICY = "sandbox allow-same-origin allow-popups"


@pytest.fixture
def docs(commit):
    return commit(
        {
            "www/index.wiki": "<title>Welcome</title>\nSee [./more.md|more].\n",
            "www/more.md": "# More\n\n[back](index.wiki) [a]($ROOT/home) [b](/home)\n",
            "www/page.html": "<h1>Page</h1><script>alert(1)</script><img src=a.png>",
            "www/framed.html": (
                "<div class='fossil-doc' data-title='In a frame'>"
                "<p onclick='x()'>Hello <script>alert(1)</script></p></div>"
            ),
            "www/a.png": b"\x89PNG\0",
            "www/style.css": "p { color: red }",
            "www/code.js": "alert(1)",
            "html/index.html": "<p>An index</p>",
            "404.md": "# Nothing here\n\nSorry.\n",
        }
    )


@pytest.mark.usefixtures("docs")
class TestDocuments:
    def test_a_wiki_document_has_its_title_and_the_menu(self, nobody):
        page = parse(nobody.get("/doc/tip/www/index.wiki").text)

        assert page.all("title")[0].text.startswith("Welcome — ")
        assert page.all("h1")[0].text == "Welcome"
        assert "Timeline" in [a.text for a in page.within("nav", "wide", "a")]

    def test_links_stay_relative_or_lead_to_the_site(self, nobody):
        page = parse(nobody.get("/doc/tip/www/more.md", base_url="http://x/a/b").text)

        links = [a["href"] for a in page.within("article", "markup", "a")]
        assert links == ["index.wiki", "/a/b/home", "/a/b/home"]

    @pytest.mark.parametrize(
        ("folder", "text"),
        [("www/", "Welcome"), ("www", "Welcome"), ("html/", "An index")],
    )
    def test_a_folder_is_shown_by_its_index(self, nobody, folder, text):
        assert text in nobody.get(f"/doc/tip/{folder}").text

    def test_what_is_not_there_is_answered_by_the_projects_own_page(self, nobody):
        answer = nobody.get("/doc/tip/nix.html")

        assert answer.status_code == 404
        assert "Sorry." in answer.text

    def test_a_document_of_the_project_runs_nothing(self, nobody):
        answer = nobody.get("/doc/tip/www/page.html")

        policy = answer.headers["Content-Security-Policy"]
        assert "<script>alert(1)</script>" in answer.text
        assert POLICY in policy
        assert "allow-scripts" not in policy
        assert "script-src" not in policy
        assert policy.startswith("default-src 'none'")

    def test_one_in_the_sites_frame_is_cleaned(self, nobody):
        answer = nobody.get("/doc/tip/www/framed.html")
        page = parse(answer.text)

        assert page.all("h1")[0].text == "In a frame"
        assert "alert" not in answer.text
        assert not [e for e in page.elements if "onclick" in e.attributes]

    @pytest.mark.parametrize(
        ("name", "mimetype"),
        [
            ("a.png", "image/png"),
            ("style.css", "text/css"),
            ("code.js", "text/plain"),
            ("page.html", "text/html"),
        ],
    )
    def test_each_has_its_type(self, nobody, name, mimetype):
        assert nobody.get(f"/doc/tip/www/{name}").mimetype == mimetype

    def test_the_latest_is_that_of_the_last_change(self, nobody, commit, docs):
        commit({"other": "x"})

        assert nobody.get("/doc/tip/www/more.md").status_code == 404
        assert nobody.get("/doc/latest/www/more.md").status_code == 404  # deleted
        assert nobody.get(f"/doc/{docs}/www/more.md").status_code == 200

    def test_without_a_path_the_top_is_shown(self, nobody):
        assert nobody.get("/doc/tip").location == "/doc/tip/"
        assert nobody.get("/doc").location == "/doc/tip/"

    def test_a_check_out_is_none_of_ours(self, nobody):
        same = nobody.get("/doc/tip/www/index.wiki").text

        assert "Welcome" in same
        assert "Welcome" in nobody.get("/doc/ckout/www/index.wiki").text


class TestUnversionedFiles:
    @pytest.fixture
    def unversioned(self, sql):
        sql(
            "CREATE TABLE unversioned(uvid INTEGER PRIMARY KEY AUTOINCREMENT,"
            " name TEXT UNIQUE, rcvid INTEGER, mtime DATETIME, hash TEXT, sz INTEGER,"
            " encoding INT, content BLOB)"
        )
        sql(
            "INSERT INTO rcvfrom(rcvid, uid) SELECT 99, uid FROM user WHERE login='drh'"
        )

        def put(name, content, *, packed=False, mtime=1_700_000_000):
            sql(
                "INSERT INTO unversioned(name, rcvid, mtime, hash, sz, encoding,"
                " content) VALUES(?, 99, ?, ?, ?, ?, ?)",
                *(name, mtime, None if content is None else sha1(content)),
                *(len(content or b""), int(packed)),
                compress(content) if packed else content,
            )

        return put

    def test_without_any_the_list_is_empty(self, nobody):
        assert "There are no unversioned files" in nobody.get("/uvlist").text
        assert nobody.get("/juvlist").json == []
        assert nobody.get("/uv/x").status_code == 404

    @pytest.mark.parametrize("packed", [False, True])
    def test_one_is_sent_by_its_name_and_its_hash(self, nobody, unversioned, packed):
        unversioned("download/a b.txt", b"hello\n", packed=packed)

        assert nobody.get("/uv/download/a b.txt").text == "hello\n"
        assert nobody.get(f"/uv/{sha1(b'hello' + bytes([10]))}").text == "hello\n"

    def test_they_are_listed(self, nobody, unversioned):
        unversioned("b.txt", b"1", mtime=1_700_000_000)
        unversioned("a.txt", b"22", mtime=1_600_000_000)
        unversioned("gone.txt", None)

        listed = parse(nobody.get("/uvlist").text).within(*TABLE_LINKS)
        aged = parse(nobody.get("/uvlist?byage=1").text).within(*TABLE_LINKS)
        assert [a.text for a in listed] == ["a.txt", "b.txt"]
        assert [a.text for a in aged] == ["b.txt", "a.txt"]
        assert "gone.txt" in nobody.get("/uvlist?showdel=1").text
        assert nobody.get("/juvlist").json[0] == {
            "name": "a.txt",
            "mtime": 1_600_000_000,
            "hash": sha1(b"22"),
            "size": 2,
            "user": "drh",
        }

    def test_a_damaged_one_is_named(self, nobody, unversioned, sql):
        unversioned("a.txt", b"hello", packed=True)
        sql("UPDATE unversioned SET content=x'00000005ff'")

        answer = nobody.get("/uv/a.txt")

        assert answer.status_code == 404
        assert sha1(b"hello") in answer.text

    def test_nothing_in_them_runs(self, nobody, unversioned):
        unversioned("a.html", b"<script>alert(1)</script>")

        assert POLICY in nobody.get("/uv/a.html").headers["Content-Security-Policy"]


TABLE_LINKS = ("table", "files", "a")


def sha1(content):
    return hashlib.sha1(content).hexdigest()


class TestAttachments:
    TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"

    @pytest.fixture
    def attach(self, put, sql):
        """Attach a content to something; gives the number of the attachment."""

        def make(kind, target, name, content):
            _, source = put(content)
            rid, _ = put(f"A {name} {target} {source}\n".encode())
            sql(
                "INSERT INTO attachment(attachid, isLatest, mtime, src, target,"
                " filename, comment, user)"
                " VALUES(?, 1, 2461000, ?, ?, ?, 'why', 'bob')",
                *(rid, source, target, name),
            )
            sql(
                "INSERT INTO event(type, mtime, objid, user, comment)"
                " VALUES(?, 2461000, ?, 'bob', 'Add attachment')",
                *(kind, rid),
            )
            return rid

        return make

    def test_one_is_shown_with_what_is_known_of_it(self, nobody, attach):
        attach("w", "Home Page", "a.txt", b"hello\n")

        page = nobody.get("/attachview?page=Home Page&file=a.txt").text

        assert "1hello" in parse(page).all("span", "l")[0].text
        assert "by bob" in page
        assert "why" in page

    def test_one_is_downloaded(self, nobody, attach):
        attach("w", "Home", "a.html", b"<script>alert(1)</script>")

        saved = nobody.get("/attachdownload?page=Home&file=a.html")
        shown = nobody.get("/attachimage?page=Home&file=a.html")

        assert saved.headers["Content-Disposition"] == "attachment; filename=a.html"
        assert saved.data == shown.data == b"<script>alert(1)</script>"
        assert shown.headers["Content-Security-Policy"].endswith("sandbox")

    @pytest.mark.parametrize(
        ("kind", "target", "query", "letter"),
        [
            ("w", "Home", "page=Home", "j"),
            ("t", TICKET, f"tkt={TICKET[:10]}", "r"),
            ("e", TICKET, f"technote={TICKET}", "j"),
            ("f", TICKET, f"forumpost={TICKET[:4]}", "2"),
        ],
    )
    def test_it_is_for_those_who_may_see_what_it_belongs_to(  # noqa: PLR0913, PLR0917
        self, nobody, attach, sql, kind, target, query, letter
    ):
        rid = attach(kind, target, "a.txt", b"x")
        urls = [f"/attachview?{query}&file=a.txt", f"/attachview?attachid={rid}"]

        sql("UPDATE user SET cap='' WHERE login='nobody'")
        assert [nobody.get(url).status_code for url in urls] == [302, 302]
        sql("UPDATE user SET cap=? WHERE login='nobody'", letter)
        assert [nobody.get(url).status_code for url in urls] == [200, 200]

    @pytest.mark.parametrize(
        "query",
        [
            *("page=Home&file=nix", "page=nix&file=a.txt", "page=Home", "file=a.txt"),
            *("attachid=999", "attachid=x", "tkt=*&file=a.txt", "attachid=" + "9" * 30),
        ],
    )
    def test_what_is_not_there_is_not_found(self, nobody, attach, query):
        attach("w", "Home", "a.txt", b"x")

        assert nobody.get(f"/attachview?{query}").status_code == 404

    def test_one_that_waits_for_approval_is_not_shown(self, nobody, attach, sql):
        rid = attach("w", "Home", "a.txt", b"x")
        sql("INSERT INTO private VALUES(?)", rid)

        assert nobody.get("/attachview?page=Home&file=a.txt").status_code == 404

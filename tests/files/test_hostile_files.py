"""Names and contents that make trouble: each gets a page that makes sense."""

import hashlib

import pytest
from pages import parse

from repoweb.repository.content import compress

NAMES = [
    "ein ganz normaler Name.txt",
    "Ünïcödé/日本語/файл.txt",
    "עברית.txt",
    "😀.txt",
    "new\nline.txt",
    "tab\t.txt",
    "quo\"te's.txt",
    "<script>alert(1)</script>.txt",
    "a&b=c?d#e%20f+g.txt",
    "back\\slash.txt",
    "{{ 7*7 }}.txt",
    "-rf",
    "...",
    "x" * 250,
    " leading and trailing ",
    "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p",
    "CON",
    "$(id).txt",
]


@pytest.fixture
def strange(commit):
    return commit({name: f"text of {name}\n" for name in NAMES})


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.usefixtures("strange")
    def test_each_file_is_shown_under_its_name(self, nobody, name):
        query = {"name": name, "ci": "tip", "filename": name, "checkin": "tip"}
        found = {
            page: nobody.get(page, query_string=query)
            for page in ("/file", "/finfo", "/annotate", "/blame", "/raw")
        }

        assert {page: answer.status_code for page, answer in found.items()} == (
            dict.fromkeys(found, 200)
        )
        assert found["/raw"].text == f"text of {name}\n"
        for page in ("/file", "/finfo", "/annotate", "/blame"):
            assert not [
                e for e in parse(found[page].text).all("script") if not e.get("src")
            ]

    @pytest.mark.usefixtures("strange")
    def test_links_in_lists_lead_to_each_file(self, nobody):
        for url in ("/dir?ci=tip", "/tree?ci=tip", "/fileage", "/tree?flat"):
            links = [a["href"] for a in parse(nobody.get(url).text).all("a", "file")]
            assert len(links) >= len([name for name in NAMES if "/" not in name])
            for link in links:
                assert (link, nobody.get(link).status_code) == (link, 200)

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "/etc/passwd", "a/../b", "a//b", "./a", "a/", ""]
    )
    def test_a_check_in_with_a_name_that_leads_away_is_refused(
        self, nobody, manifest, name
    ):
        uuid = manifest(f"{name} {'a' * 40}")

        for page in ("dir", "tree", "zip/x.zip", "tarball/x.tar.gz", "file/a"):
            checkin = {"ci": uuid, "r": uuid}
            answer = nobody.get(f"/{page}", query_string=checkin)
            assert (page, answer.status_code) == (page, 404)
            assert uuid in answer.text
        assert nobody.get(f"/doc/{uuid}/a").status_code == 404

    @pytest.mark.usefixtures("strange")
    @pytest.mark.parametrize(
        "url",
        [
            "/dir?ci=tip&name=..%2f..",
            "/file/..%2f..%2fetc%2fpasswd",
            "/file?name=%00",
            "/file?name=%ff%fe",
            "/doc/tip/..%2f..%2fetc%2fpasswd",
            "/doc/tip/%00",
            "/raw?filename=..%2fx",
            "/finfo?name=%00",
            "/annotate?filename=../x",
            "/zip/..%2f..%2fx.zip",
            "/uv/..%2fx",
            "/tree?name=%00",
            "/artifact/zzzz",
            "/artifact/",
            "/hexdump/..",
            "/attachview?page=..&file=..",
            "/attachview?tkt=*&file=x",
            "/file/a?ci=%00",
            "/dir?ci=rid:99999999999999999999",
        ],
    )
    def test_addresses_that_name_nothing_are_not_found(self, nobody, url):
        assert nobody.get(url, follow_redirects=True).status_code in {404, 302}


class TestContents:
    CARD = "a.txt " + "a" * 40

    def pages_of(self, uuid):
        return [
            *(f"/file/a.txt?ci={uuid}", f"/annotate/a.txt?checkin={uuid}"),
            *(f"/raw?filename=a.txt&ci={uuid}", f"/doc/{uuid}/a.txt"),
        ]

    def test_a_phantom_is_named(self, nobody, manifest, sql):
        sql("INSERT INTO blob(rcvid, size, uuid) VALUES(0, -1, ?)", "a" * 40)
        uuid = manifest(self.CARD)

        for url in self.pages_of(uuid):
            assert (url, nobody.get(url).status_code) == (url, 404)
        assert "a" * 40 in nobody.get(f"/file/a.txt?ci={uuid}").text
        assert "missing" in nobody.get(f"/dir?ci={uuid}").text

    def test_a_shunned_file_is_missing(self, nobody, manifest):
        uuid = manifest(self.CARD)

        for url in self.pages_of(uuid):
            assert (url, nobody.get(url).status_code) == (url, 404)
        for url in (f"/dir?ci={uuid}", f"/tree?ci={uuid}", f"/zip/{uuid}/x.zip"):
            assert (url, nobody.get(url, buffered=True).status_code) == (url, 200)

    def test_a_damaged_file_is_named(self, nobody, commit, sql):
        uuid = commit({"a.txt": "hello\n"})
        name = hashlib.sha3_256(b"hello\n").hexdigest()
        sql("UPDATE blob SET content=? WHERE uuid=?", b"\0\0\0\6nonsense", name)

        for url in [*self.pages_of(uuid), f"/zip/{uuid}/x.zip", f"/tarball/{uuid}/x"]:
            answer = nobody.get(url)
            assert (url, answer.status_code) == (url, 404)
            assert name in answer.text

    def test_a_damaged_check_in_is_named(self, nobody, commit, sql):
        uuid = commit({"a.txt": "hello\n"})
        sql("UPDATE blob SET content=? WHERE uuid=?", compress(b"C nonsense\n"), uuid)

        for url in [f"/dir?ci={uuid}", *self.pages_of(uuid), f"/zip/{uuid}/x.zip"]:
            answer = nobody.get(url)
            assert (url, answer.status_code) == (url, 404)
            assert uuid in answer.text

    def test_a_baseline_that_is_no_check_in_is_named(self, nobody, manifest, put):
        _, other = put(b"no check-in\n")
        uuid = manifest("a.txt", more=[f"B {other}"])

        answer = nobody.get(f"/dir?ci={uuid}")

        assert answer.status_code == 404
        assert other in answer.text

    @pytest.mark.parametrize("login", [None, "alice", "drh"])
    def test_a_private_check_in_has_no_pages(self, client_of, commit, sql, login):
        uuid = commit({"secret.txt": "secret\n"})
        name = hashlib.sha3_256(b"secret\n").hexdigest()
        sql("INSERT INTO private SELECT rid FROM blob WHERE uuid IN (?, ?)", uuid, name)
        client = client_of(login)

        for url in [
            *(f"/dir?ci={uuid}", f"/file/secret.txt?ci={uuid}", f"/raw/{name}"),
            *(f"/artifact/{name}", f"/hexdump/{name}", f"/zip/{uuid}/x.zip"),
            *(f"/doc/{uuid}/secret.txt", "/finfo?name=secret.txt", f"/artifact/{uuid}"),
        ]:
            assert (url, client.get(url).status_code) == (url, 404)
        assert "secret" not in client.get("/dir").text

    def test_who_may_not_read_posts_gets_not_their_artifacts_either(
        self, client_of, nobody, put, sql
    ):
        rid, uuid = put(b"text of a post\n")
        sql(
            "INSERT INTO event(type, mtime, objid, user, comment)"
            " VALUES('f', 1, ?, 'alice', 'Post')",
            rid,
        )

        for url in (f"/raw/{uuid}", f"/artifact/{uuid}", f"/hexdump/{uuid}"):
            assert nobody.get(url).status_code == 302
            assert client_of("alice").get(url).status_code == 200

    def test_a_large_binary_has_a_page(self, nobody, commit):
        commit({"a.bin": bytes(50 * 1024 * 1024)})

        page = nobody.get("/file/a.bin")
        raw = nobody.get("/raw?filename=a.bin")

        assert "This file is binary, 50.0 MiB" in page.text
        assert len(raw.data) == 50 * 1024 * 1024

"""/file, /artifact, /hexdump and /raw: what is in a file."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from pages import parse

PYTHON = 'def greet(name):\n    """Say <hello>."""\n    return f"hello {name}"\n'
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def sha3(content):
    return hashlib.sha3_256(content).hexdigest()


def lines_of(page):
    return [line.text.rstrip("\n") for line in page.all("span", "l")]


def marked(page):
    return [
        a["id"] for a in page.all("a") if any("mark" in p.classes for p in a.parents)
    ]


class TestAText:
    @pytest.fixture(autouse=True)
    def _project(self, commit):
        commit({"src/a.py": PYTHON, "CRLF.txt": "one\r\ntwo\r\n", "empty": ""})

    def test_its_lines_have_numbers_and_colours(self, nobody):
        page = parse(nobody.get("/file/src/a.py?ci=tip").text)

        assert lines_of(page) == [
            f"{number}{text}" for number, text in enumerate(PYTHON.splitlines(), 1)
        ]
        assert "def" in [span.text for span in page.all("span", "c-k")]

    @pytest.mark.parametrize(
        ("ln", "ids"),
        [
            ("2", ["ln2"]),
            ("2-3", ["ln2", "ln3"]),
            ("3-2", ["ln2", "ln3"]),
            ("1+3", ["ln1", "ln3"]),
            ("99", []),
            ("0", []),
            ("x", []),
            ("1-2-3", []),
            ("9" * 99, []),
        ],
    )
    def test_lines_that_are_asked_for_are_marked(self, nobody, ln, ids):
        page = parse(nobody.get("/file/src/a.py", query_string={"ln": ln}).text)

        assert marked(page) == ids

    def test_the_first_marked_line_gets_the_focus(self, nobody):
        page = parse(nobody.get("/file/src/a.py?ln=2-3").text)

        assert [a["id"] for a in page.all("a") if "autofocus" in a.attributes] == [
            "ln2"
        ]

    def test_ends_of_lines_do_not_matter(self, nobody):
        assert lines_of(parse(nobody.get("/file/CRLF.txt").text)) == ["1one", "2two"]

    def test_an_empty_file_says_so(self, nobody):
        assert "The file is empty" in nobody.get("/file/empty").text

    def test_talking_about_lines_begins_with_their_link(self, client_of, rows):
        page = parse(client_of("alice").get("/file/src/a.py?ci=tip&ln=2-3").text)
        ((tip,),) = rows("SELECT uuid FROM leaf JOIN blob USING(rid)")

        (link,) = [a for a in page.all("a") if "data-discuss" in a.attributes]
        assert link["href"].startswith("/chat?text=")
        (text,) = parse_qs(urlsplit(link["href"]).query)["text"]
        assert text == f"[/file/src/a.py?ci={tip[:16]}&ln=2-3] "

    def test_who_may_not_chat_is_not_asked_to(self, nobody):
        assert "data-discuss" not in nobody.get("/file/src/a.py").text

    def test_a_folder_leads_to_its_list(self, nobody):
        assert nobody.get("/file/src?ci=tip").location == "/dir?ci=tip&name=src"

    @pytest.mark.parametrize(
        "name", ["nix", "src/a.p", "src/a.py/x", "%2e%2e/src/a.py"]
    )
    def test_a_file_that_is_not_there_is_named(self, nobody, name):
        assert nobody.get(f"/file/{name}").status_code == 404


class TestOtherKinds:
    def test_markdown_is_rendered_and_its_source_can_be_seen(self, nobody, commit):
        commit({"doc/a.md": "# Title\n\n[next](b.md#x) [top](../c.md) [up](/home)\n"})

        page = parse(nobody.get("/file/doc/a.md").text)
        source = parse(nobody.get("/file/doc/a.md?txt=1").text)

        links = [a["href"] for a in page.within("article", "markup", "a")]
        assert links == ["/file/doc/b.md?ci=tip#u-x", "/file/c.md?ci=tip", "/home"]
        assert lines_of(source)[0] == "1# Title"

    def test_marked_lines_of_markdown_are_those_of_its_source(self, nobody, commit):
        commit({"a.md": "one\n\ntwo\n"})

        assert marked(parse(nobody.get("/file/a.md?ln=3").text)) == ["ln3"]

    def test_a_picture_is_shown(self, nobody, commit):
        content = b"\x89PNG\r\n\x1a\n\0"
        commit({"a.png": content})

        (image,) = parse(nobody.get("/file/a.png").text).all("img")

        assert image["src"] == f"/raw/{sha3(content)}"
        assert nobody.get(image["src"]).mimetype == "image/png"

    def test_what_is_binary_can_be_downloaded(self, nobody, commit):
        commit({"a.bin": b"\0\1\2"})

        answer = nobody.get("/file/a.bin")

        assert "This file is binary, 3 bytes" in answer.text

    @pytest.mark.parametrize(
        "content",
        [
            "Grüße".encode("utf-16"),
            "Grüße".encode("latin-1"),
            b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe",
        ],
    )
    def test_other_encodings_are_read(self, nobody, commit, content):
        commit({"a.txt": content})

        assert lines_of(parse(nobody.get("/file/a.txt").text)) == ["1Grüße"]

    def test_only_a_part_of_a_huge_text_is_on_one_page(self, nobody, commit):
        commit({"a.txt": "".join(f"line {n}\n" for n in range(1, 50_001))})

        first = parse(nobody.get("/file/a.txt").text)
        later = parse(nobody.get("/file/a.txt?ln=30000").text)

        assert lines_of(first)[-1] == "10000line 10000"
        assert "30000line 30000" in lines_of(later)
        assert len(lines_of(later)) == 10_000

    def test_a_line_without_an_end_is_cut(self, nobody, commit):
        commit({"a.js": "x" * 5_000_000})

        assert len(nobody.get("/file/a.js").data) < 3_000_000


class TestAnArtifact:
    def test_a_file_says_where_it_is_used(self, nobody, commit):
        commit({"a.txt": "x\n"}, "Begin")

        page = parse(nobody.get(f"/artifact/{sha3(b'x' + bytes([10]))[:10]}").text)

        (use,) = page.all("p", "use")
        assert "a.txt" in use.text
        assert "Begin" in use.text

    def test_a_check_in_leads_to_its_page(self, nobody, commit):
        uuid = commit({"a.txt": "x\n"})

        assert nobody.get(f"/artifact/{uuid[:10]}").location == f"/info/{uuid}"

    @pytest.mark.parametrize("page", ["artifact", "whatis"])
    def test_the_name_of_a_file_is_understood_too(self, nobody, commit, page):
        older = commit({"a.txt": "one\n", "b/tip": "two\n"})
        commit({"a.txt": "three\n"})

        for url, text in (
            (f"/{page}/a.txt", "three"),
            (f"/{page}?name=a.txt", "three"),
            (f"/{page}?filename=b/tip&ci={older}", "two"),
            (f"/{page}/a.txt?ci={older}", "one"),
            (f"/{page}/{sha3(b'one' + bytes([10]))}", "one"),
        ):
            assert (url, *lines_of(parse(nobody.get(url).text))) == (url, f"1{text}")
        assert nobody.get(f"/{page}/nix").status_code == 404
        assert nobody.get(f"/{page}?name=nix&ci=tip").status_code == 404

    def test_an_unused_artifact_is_shown_too(self, nobody, put):
        _, uuid = put(b"nobody's text\n")

        assert lines_of(parse(nobody.get(f"/artifact/{uuid}").text)) == [
            "1nobody's text"
        ]

    def test_bytes_are_dumped(self, nobody, put):
        _, uuid = put(bytes(range(32, 64)) + b"\0\xff")

        (dump,) = parse(nobody.get(f"/hexdump/{uuid}").text).all("pre")

        first, _, last, _ = dump.text.split("\n")
        assert first == (
            "00000000  20 21 22 23 24 25 26 27  28 29 2a 2b 2c 2d 2e 2f"
            "   !\"#$%&'()*+,-./"
        )
        assert last.split() == ["00000020", "00", "ff", ".."]

    def test_many_bytes_are_dumped_page_by_page(self, nobody, put):
        _, uuid = put(bytes(200_000))

        page = parse(nobody.get(f"/hexdump/{uuid}?at=131072").text)

        assert page.all("pre")[0].text.startswith("00020000")
        assert [a.text for a in page.within("nav", "ways", "a")] == [
            *("Previous", "Next", "Raw")
        ]


class TestRawBytes:
    def test_they_are_the_same(self, nobody, commit):
        content = bytes(range(256)) * 999
        commit({"a b/ü.bin": content})

        assert nobody.get(f"/raw/{sha3(content)}").data == content
        assert nobody.get(f"/raw/{sha3(content)[:8]}").data == content
        assert nobody.get("/raw?ci=tip&filename=a b/ü.bin").data == content
        assert nobody.get(f"/secureraw/{sha3(content)}").data == content

    def test_only_a_hash_in_full_is_secure(self, nobody, put):
        _, uuid = put(b"x")

        assert nobody.get(f"/secureraw/{uuid[:16]}").status_code == 404

    @pytest.mark.parametrize(
        ("name", "content", "served"),
        [
            ("a.html", "<script>alert(1)</script>", ("text/html", "inline")),
            ("a.svg", "<svg onload='alert(1)'/>", ("image/svg+xml", "inline")),
            ("a.js", "alert(1)", ("text/plain", "inline")),
            ("a.py", "x", ("text/plain", "inline")),
            ("a.md", "x", ("text/plain", "inline")),
            ("a.pdf", b"%PDF\0", ("application/pdf", "inline")),
            ("a.exe", b"MZ\0", ("application/", "attachment")),
            ("noname", b"\0", ("application/octet-stream", "attachment")),
            ("noname", "text", ("text/plain", "inline")),
            ("a.html", b"\0<script>", ("application/octet-stream", "attachment")),
            ("a.wasm", b"\0asm", ("text/plain", "inline")),
        ],
    )
    def test_nothing_in_them_runs(self, nobody, commit, name, content, served):
        mimetype, disposition = served
        commit({name: content})

        answer = nobody.get(f"/raw?ci=tip&filename={name}")

        assert answer.mimetype.startswith(mimetype)
        assert answer.headers["Content-Disposition"].startswith(disposition)
        assert answer.headers["Content-Security-Policy"] == SANDBOX
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        ("wanted", "mimetype"),
        [
            ("image/gif", "image/gif"),
            ("text/javascript", "text/plain"),
            ("application/ecmascript", "text/plain"),
            ("text/html\r\nX-Evil: 1", "text/plain"),
            ("nonsense", "text/plain"),
        ],
    )
    def test_a_type_can_be_asked_for_unless_it_would_run(
        self, nobody, put, wanted, mimetype
    ):
        _, uuid = put(b"x")

        answer = nobody.get(f"/raw/{uuid}", query_string={"m": wanted})

        assert answer.mimetype == mimetype
        assert "X-Evil" not in answer.headers

    @pytest.mark.parametrize(
        "name", ["a\r\nX-Evil: 1", 'a"b', "../../etc/passwd", "ü" * 300, ".", "", "\0"]
    )
    def test_a_name_to_be_saved_as_is_made_harmless(self, nobody, put, name):
        _, uuid = put(b"x")

        answer = nobody.get(f"/raw/{uuid}", query_string={"at": name})

        disposition = answer.headers["Content-Disposition"]
        assert "X-Evil" not in answer.headers
        assert not {"/", "\r", "\n", "\\"}.intersection(disposition)

    def test_a_part_can_be_asked_for(self, nobody, put):
        _, uuid = put(b"0123456789")

        answer = nobody.get(f"/raw/{uuid}", headers={"Range": "bytes=2-4"})

        assert (answer.status_code, answer.data) == (206, b"234")

    def test_large_ones_are_sent_whole(self, nobody, commit):
        content = b"0123456789abcdef" * (50 * 65536)
        commit({"large.txt": content})

        answer = nobody.get("/raw?ci=tip&filename=large.txt")

        assert answer.content_length == len(content) == 50 * 1024 * 1024
        assert hashlib.sha1(answer.data).digest() == hashlib.sha1(content).digest()

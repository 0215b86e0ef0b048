"""Messages that are sent over HTTP end in Fossil's table, byte for byte."""

import random

import pytest
from werkzeug.formparser import MultiPartParser

from repoweb.chat import schema
from repoweb.chat.settings import MIB
from repoweb.repository.obscure import obscure

from .forms import file, multipart

FOSSIL = {"User-Agent": "Fossil/2.29 (2026-08-21 16:59:42 [40c12262fa])"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def texts(rows):
    return lambda: [row[0] for row in rows("SELECT xmsg FROM chat ORDER BY msgid")]


@pytest.fixture
def chat_is_empty(repository, rows):
    with repository.writing() as db:
        schema.make_ready(db)
    return lambda: rows("SELECT count(*) FROM chat") == [(0,)]


def test_a_message_is_stored_as_it_was_typed(bob, rows):
    text = "  #include <stdio.h>\n\t__init__ \\x a | b  "

    answer = bob.post("/chat-send", data={"msg": text, "lmtime": "2026-11-20T12:00:00"})

    assert (answer.status_code, answer.text) == (200, "")
    assert rows("SELECT lmtime, xfrom, xmsg, file FROM chat") == [
        ("2026-11-20T12:00:00", "bob", text, None)
    ]


def test_the_answer_is_fossils(bob):
    answer = bob.post("/chat-send", data={"msg": "hello"})

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.data == b""


class TestTheText:
    @pytest.mark.parametrize(
        "text",
        [
            "\ttabs\tand\t",
            "trailing blanks   ",
            "   leading blanks",
            "\n\nlines\n\n",
            "a\rb",
            "   ",
            "مرحبا \u202eabc\u202c שלום",
            "e\u0301 é ﬁ",
            "👩‍👩‍👧‍👦 🏳️‍🌈 😀",
            "\u200b\ufeff\u2028\u2029\x85\xa0",
            "\x01\x02\x03\x1b[31m\x7f",
            "%20 + & = ; \" ' < > \\",
            "[x](javascript:alert(1)) *a* _b_ `c` # d",
        ],
    )
    def test_is_kept_byte_for_byte(self, bob, texts, text):
        for encoded in ({"data": {"msg": text}}, multipart(msg=text)):
            bob.post("/chat-send", **encoded)

        assert texts() == [text, text]

    def test_loses_only_the_line_ends_of_the_transport(self, bob, texts):
        bob.post("/chat-send", data={"msg": "a\r\nb\r\n\rc\n\r"})

        assert texts() == ["a\nb\n\rc\n\r"]

    def test_comes_back_as_it_was_sent(self, bob):
        text = "\t<&>\"'\\ é 😀\n "

        bob.post("/chat-send", data={"msg": text})

        assert bob.get("/chat-poll/0?raw=1").json["msgs"][0]["xmsg"] == text

    def test_with_nul_is_refused(self, bob, chat_is_empty):
        answer = bob.post("/chat-send", data={"msg": "a\0b"})

        assert answer.status_code == 422
        assert answer.json["xmsg"] == "A message cannot contain NUL characters."
        assert chat_is_empty()

    def test_that_is_no_utf8_is_stored_readably(self, bob, texts):
        bob.post("/chat-send", **multipart(msg=b"a\xffb"))

        assert texts() == ["a�b"]

    @pytest.mark.parametrize("form", [{}, {"msg": ""}, {"message": "x"}])
    def test_that_is_empty_is_ignored(self, bob, chat_is_empty, form):
        answer = bob.post("/chat-send", data=form)

        assert (answer.status_code, answer.data) == (200, b"")
        assert chat_is_empty()

    def test_as_long_as_allowed_is_stored(self, bob, configure, texts):
        configure("fx-chat-max-text", "100")
        text = "😀" * 100

        bob.post("/chat-send", data={"msg": text})

        assert texts() == [text]

    def test_longer_than_allowed_is_refused_with_both_lengths(
        self, bob, configure, chat_is_empty
    ):
        configure("fx-chat-max-text", "1000")

        answer = bob.post("/chat-send", data={"msg": "x" * 1001})

        assert answer.status_code == 413
        assert answer.data.startswith(b'{"isError": true,')
        assert answer.json["xmsg"] == (
            "This message has 1,001 characters; the limit is 1,000."
        )
        assert answer.json["code"] == "long"
        assert chat_is_empty()

    @pytest.mark.parametrize(
        "encode",
        [lambda form: {"data": form}, lambda form: multipart(**form, file=file())],
        ids=["form", "multipart"],
    )
    def test_too_long_to_be_read_at_all_is_refused_too(
        self, bob, chat_is_empty, encode
    ):
        form = {"msg": "x" * (2 * MIB)}

        answer = bob.post("/chat-send", **encode(form))

        assert answer.status_code == 413
        assert answer.data.startswith(b'{"isError": true,')
        assert chat_is_empty()

    def test_too_long_is_answered_with_200_to_fossil(self, bob, chat_is_empty):
        answer = bob.post("/chat-send", data={"msg": "x" * (2 * MIB)}, headers=FOSSIL)

        assert answer.status_code == 200
        assert answer.data.startswith(b'{"isError": true,')
        assert chat_is_empty()

    def test_too_long_is_answered_with_a_page_to_a_browser_without_scripts(self, bob):
        accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        form = {"msg": "x" * (2 * MIB), "back": "1"}

        answer = bob.post("/chat-send", data=form, headers=accept)

        assert answer.status_code == 413
        assert answer.mimetype == "text/html"

    def test_of_the_longest_setting_can_be_sent_in_a_form(self, bob, configure, texts):
        configure("fx-chat-max-text", "200000")
        text = "😀" * 200_000

        answer = bob.post("/chat-send", **multipart(msg=text, file=file()))

        assert (answer.status_code, answer.data) == (200, b"")
        assert texts() == [text]


class TestTheSendersTime:
    @pytest.mark.parametrize(
        "time",
        [
            "",
            "now",
            "2026-11-20",
            "2026-11-20 12:00:00",
            "2026-11-20T12:00:00Z",
            "2026-11-20T12:00:00<b>",
            "٢٠٢٦-11-20T12:00:00",
            "2026-11-20T12:00:00\n",
        ],
    )
    def test_of_another_form_is_not_stored(self, bob, rows, time):
        bob.post("/chat-send", data={"msg": "x", "lmtime": time})

        assert rows("SELECT lmtime FROM chat") == [(None,)]


class TestAKey:
    def test_is_answered_with_the_number(self, bob):
        answer = bob.post("/chat-send", data={"msg": "hello", "k": "abc-_9"})

        assert answer.data == b'{"msgid":1}'
        assert answer.headers["Content-Type"] == "application/json"

    def test_sent_again_is_answered_with_the_same_number(self, bob, texts):
        form = {"msg": "hello", "k": "abc"}
        bob.post("/chat-send", data=form)

        answer = bob.post("/chat-send", data=form)

        assert answer.data == b'{"msgid":1,"dup":1}'
        assert texts() == ["hello"]

    def test_sent_again_stores_no_second_attachment(self, bob, rows):
        for _ in range(2):
            bob.post("/chat-send", **multipart(k="abc", file=file(b"1234")))

        assert rows("SELECT msgid, file FROM chat") == [(1, b"1234")]

    def test_of_another_user_is_another_key(self, bob, alice, texts):
        bob.post("/chat-send", data={"msg": "bob's", "k": "abc"})

        answer = alice.post("/chat-send", data={"msg": "alice's", "k": "abc"})

        assert answer.data == b'{"msgid":2}'
        assert texts() == ["bob's", "alice's"]

    def test_of_a_deleted_message_does_not_bring_it_back(self, bob, rows):
        form = {"msg": "hello", "k": "abc"}
        bob.post("/chat-send", data=form)
        bob.post("/chat-delete/1")

        answer = bob.post("/chat-send", data=form)

        assert answer.data == b'{"msgid":1,"dup":1}'
        assert rows("SELECT msgid, xmsg, mdel FROM chat") == [(2, None, 1)]

    @pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 65, "a\n", "<b>"])
    def test_of_another_form_does_not_count(self, bob, key, texts, rows):
        for _ in range(2):
            answer = bob.post("/chat-send", data={"msg": "hello", "k": key})

        assert answer.data == b'{"msgid":2}'
        assert texts() == ["hello", "hello"]
        assert rows("SELECT * FROM fx_chatkey") == []


class TestAnAttachment:
    @pytest.mark.parametrize("size", [1, 511, 65_536, 3_000_000])
    def test_is_stored_byte_for_byte(self, bob, rows, size):
        content = random.Random(size).randbytes(size)

        answer = bob.post("/chat-send", **multipart(file=file(content, "a.bin")))

        assert (answer.status_code, answer.data) == (200, b"")
        assert rows("SELECT xmsg, fname, file FROM chat") == [("", "a.bin", content)]

    def test_of_no_bytes_is_ignored(self, bob, chat_is_empty):
        answer = bob.post("/chat-send", **multipart(file=file(b"")))

        assert (answer.status_code, answer.data) == (200, b"")
        assert chat_is_empty()

    def test_of_no_bytes_leaves_the_text(self, bob, rows):
        bob.post("/chat-send", **multipart(msg="hello", file=file(b"")))

        assert rows("SELECT xmsg, fname, fmime, file FROM chat") == [
            ("hello", None, None, None)
        ]

    def test_goes_with_its_text(self, bob, rows):
        bob.post("/chat-send", **multipart(msg="look", file=file(b"1234", "b.bin")))

        assert rows("SELECT xmsg, fname, length(file) FROM chat") == [
            ("look", "b.bin", 4)
        ]

    def test_as_large_as_allowed_is_stored(self, bob, configure, rows):
        configure("fx-chat-max-file", "0.5")

        bob.post("/chat-send", **multipart(file=file(bytes(MIB // 2))))

        assert rows("SELECT length(file) FROM chat") == [(MIB // 2,)]

    @pytest.mark.parametrize("size", [MIB + 200_000, 3 * MIB])
    def test_too_large_is_refused_with_both_sizes(
        self, bob, configure, chat_is_empty, size
    ):
        configure("fx-chat-max-file", "1")

        answer = bob.post(
            "/chat-send", **multipart(file=file(bytes(size), "trace.log"))
        )

        assert answer.status_code == 413
        assert f"is {size / MIB:.1f} MB; the limit is 1 MB." in answer.json["xmsg"]
        assert answer.json["code"] == "big"
        assert chat_is_empty()

    def test_too_large_is_named(self, bob, configure):
        configure("fx-chat-max-file", "1")

        answer = bob.post(
            "/chat-send", **multipart(file=file(bytes(MIB * 3 // 2), "<b>.log"))
        )

        assert answer.json["xmsg"] == "&lt;b&gt;.log is 1.5 MB; the limit is 1 MB."

    def test_too_large_is_answered_with_200_to_fossil(
        self, bob, configure, chat_is_empty
    ):
        configure("fx-chat-max-file", "1")

        answer = bob.post(
            "/chat-send", **multipart(file=file(bytes(3 * MIB))), headers=FOSSIL
        )

        assert answer.status_code == 200
        assert answer.data.startswith(b'{"isError": true,')
        assert chat_is_empty()

    def test_too_large_is_answered_with_a_page_to_a_form_without_scripts(
        self, bob, configure, chat_is_empty
    ):
        configure("fx-chat-max-file", "1")

        answer = bob.post(
            "/chat-send",
            **multipart(file=file(bytes(3 * MIB)), back="1"),
            headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        )

        assert answer.status_code == 413
        assert answer.mimetype == "text/html"
        assert "the limit is 1 MB." in answer.text
        assert chat_is_empty()

    @pytest.mark.parametrize(
        ("upload", "stored"),
        [
            (file(PNG, "a.png", "image/png"), "image/png"),
            (file(PNG, "a.txt", "text/plain"), "image/png"),
            (file(PNG, "a.svg", "image/svg+xml"), "image/png"),
            (file(b"<script>", "a.png", "image/png"), "text/plain"),
            (file(b"<html>", "a.html", "image/png"), "text/html"),
            (file(b"<svg/>", "a.svg", "image/png"), "image/svg+xml"),
            (file(b"\0\1", "a", "image/png"), "application/octet-stream"),
            (file(b"text", "a", "text/html"), "text/plain"),
            (file(b"text", "a.txt", "text/html; charset=x"), "text/plain"),
        ],
    )
    def test_has_the_type_of_its_content_and_name_not_of_its_claim(
        self, bob, rows, upload, stored
    ):
        bob.post("/chat-send", **multipart(file=upload))

        assert rows("SELECT fmime FROM chat") == [(stored,)]


class TestWithoutABoundary:
    """As `fossil chat send` writes it (FOSSIL.md 7.5)."""

    LINE = b"------------746116267853364586608839942154617162416615080974679422853"
    KIND = "multipart/form-data"

    def body(self, password="pw-bob", content=b"file body\n", line=LINE):
        parts = [
            b'name="lmtime"\r\n\r\n2026-11-20T20:41:18',
            b'name="resid"\r\n\r\n' + obscure("bob").encode(),
            b'name="token"\r\n\r\n' + obscure(password).encode(),
            b'name="msg"\r\n\r\nHi there',
            b'name="file"; filename="up_load.txt"\r\nContent-Type: text/plain\r\n\r\n'
            + content,
        ]
        head = b"\r\nContent-Disposition: form-data; "
        return (
            b"".join(line + head + part + b"\r\n" for part in parts) + line + b"--\r\n"
        )

    def test_the_message_and_the_file_are_stored(self, nobody, rows):
        answer = nobody.post(
            "/chat-send", data=self.body(), content_type=self.KIND, headers=FOSSIL
        )

        assert (answer.status_code, answer.data) == (200, b"")
        assert rows("SELECT lmtime, xfrom, xmsg, fname, fmime, file FROM chat") == [
            (
                "2026-11-20T20:41:18",
                "bob",
                "Hi there",
                "up_load.txt",
                "text/plain",
                b"file body\n",
            )
        ]

    @pytest.mark.parametrize("size", [1, 64 * 1024, 3_000_000])
    def test_a_file_of_any_size_is_stored(self, nobody, rows, size):
        content = random.Random(size).randbytes(size)

        nobody.post(
            "/chat-send", data=self.body(content=content), content_type=self.KIND
        )

        assert rows("SELECT file FROM chat") == [(content,)]

    def test_neither_cookie_nor_origin_is_needed(self, nobody, texts):
        nobody.post(
            "/chat-send",
            data=self.body(),
            content_type=self.KIND,
            headers={"Origin": "https://evil.example"},
        )

        assert texts() == ["Hi there"]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"garbage",
            b"--",
            b"--\r\n",
            b"--\xff\xfe\r\nContent-Disposition: form-data\r\n",
            b"--" + b"x" * 1000,
            b"\r\n\r\n\r\n",
            LINE,
            LINE + b"\r\n",
            LINE + b'\r\nContent-Disposition: form-data; name="msg"\r\n\r\ncut',
        ],
    )
    def test_garbage_is_an_empty_message(self, bob, chat_is_empty, body):
        answer = bob.post("/chat-send", data=body, content_type=self.KIND)

        assert (answer.status_code, answer.data) == (200, b"")
        assert chat_is_empty()


class TestWithoutScripts:
    def test_the_form_leads_back_to_the_page(self, bob, texts):
        answer = bob.post("/chat-send", data={"msg": "hello", "back": "1"})

        assert (answer.status_code, answer.location) == (303, "/chat")
        assert texts() == ["hello"]

    def test_the_form_leads_back_under_the_sites_path(self, bob):
        answer = bob.post(
            "/chat-send",
            data={"msg": "hello", "back": "1"},
            environ_overrides={"SCRIPT_NAME": "/repo"},
        )

        assert answer.location == "/repo/chat"

    def test_the_empty_form_leads_back_too(self, bob, chat_is_empty):
        answer = bob.post("/chat-send", data={"msg": "", "back": "1"})

        assert (answer.status_code, answer.location) == (303, "/chat")
        assert chat_is_empty()

    def test_the_form_of_the_page_can_be_sent_without_an_origin(self, bob, texts):
        page = bob.get("/chat").text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]

        answer = bob.post(
            "/chat-send",
            data={"msg": "hello", "back": "1", "csrf": token},
            headers={"Origin": ""},
        )

        assert answer.status_code == 303
        assert texts() == ["hello"]


def test_the_poster_is_who_is_logged_in_whatever_is_sent(bob, rows):
    bob.post("/chat-send", data={"msg": "hello", "xfrom": "drh", "name": "drh"})

    assert rows("SELECT xfrom FROM chat") == [("bob",)]


def test_nobody_posts_as_nobody_where_all_may_chat(nobody, sql, rows):
    sql("UPDATE user SET cap=cap||'C' WHERE login='nobody'")

    answer = nobody.post("/chat-send", data={"msg": "hello"})

    assert (answer.status_code, answer.data) == (200, b"")
    assert rows("SELECT xfrom, xmsg FROM chat") == [("nobody", "hello")]


class TestALargeBodyOfAStranger:
    """Who shows a login in the body is only known when it was taken apart."""

    @pytest.fixture
    def taken_apart(self, monkeypatch):
        """The bodies of which the parts were looked for."""
        parsed = []
        original = MultiPartParser.parse

        def parse(parser, stream, boundary, length):
            parsed.append(length)
            return original(parser, stream, boundary, length)

        monkeypatch.setattr(MultiPartParser, "parse", parse)
        return parsed

    def send(self, client, size):
        upload = file(b"x" * size, "a.bin")
        return client.post("/chat-send", **multipart(msg="x", file=upload))

    def test_is_not_taken_apart(self, nobody, configure, taken_apart):
        configure("fx-chat-max-file", "1")

        answer = self.send(nobody, 3_000_000)

        assert answer.status_code == 413
        assert "the limit is 1 MB" in answer.json["xmsg"]
        assert taken_apart == []

    def test_is_taken_apart_if_it_might_be_stored(self, nobody, taken_apart):
        answer = self.send(nobody, 3_000_000)

        assert answer.json["code"] == "login"
        assert len(taken_apart) == 1

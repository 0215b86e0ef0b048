"""What an attachment measures is known before a page shows it."""

import io

import pytest
from PIL import Image

from repoweb.chat import attachments, schema
from repoweb.chat.message import Upload

from .forms import file, multipart

PLAIN = "text/plain; charset=utf-8"


def png(width=64, height=48):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def attach(bob, rows):
    """Send an attachment; returns what is written down: width, height, lines."""

    def attach(content, name="a.txt"):
        bob.post("/chat-send", **multipart(file=file(content, name)))
        return rows("SELECT iw, ih, nl FROM fx_chatfile ORDER BY msgid")[-1]

    return attach


@pytest.fixture
def foreign_file(foreign, repository):
    """Store an attachment as fossil does."""
    with repository.writing() as db:
        schema.make_ready(db)

    def store(content, mimetype="text/plain", name="a"):
        return foreign.execute(
            "INSERT INTO chat(mtime, xfrom, fname, fmime, file)"
            " VALUES(julianday('now'), 'bob', ?, ?, ?)",
            (name, mimetype, content),
        ).lastrowid

    return store


class TestWhatIsStored:
    def test_is_the_size_of_a_picture(self, attach):
        assert attach(png(300, 20), "a.png") == (300, 20, None)

    @pytest.mark.parametrize(
        ("content", "lines"),
        [
            (b"one", 1),
            (b"one\n", 1),
            (b"one\ntwo", 2),
            (b"\n\n", 2),
            (b"one\r\ntwo\r\n", 2),
            (b"x\n" * 100_000, 100_000),
            ("ä\n".encode("latin-1"), 1),
        ],
    )
    def test_is_the_number_of_lines_of_a_text(self, attach, content, lines):
        assert attach(content) == (None, None, lines)

    @pytest.mark.parametrize("name", ["a.html", "a.py", "a.json", "a.unknown"])
    def test_is_the_same_for_every_kind_of_text(self, attach, name):
        assert attach(b"one\ntwo\n", name) == (None, None, 2)

    def test_is_nothing_of_other_files(self, attach):
        assert attach(b"text\n" * 50_000 + b"\0", "a.bin") == (None, None, None)

    def test_is_nothing_of_a_picture_that_is_none(self, attach):
        assert attach(b"\x89PNG\r\n\x1a\n" + bytes(20), "a.png") == (None, None, None)

    def test_leaves_the_bytes_alone(self, attach, alice):
        content = bytes(range(1, 256)) * 2000
        attach(content)

        answer = alice.get("/chat-download/1/a.txt", buffered=True)

        assert answer.data == content

    def test_goes_with_the_message(self, attach, bob, rows):
        attach(b"one")

        bob.post("/chat-delete/1")

        assert rows("SELECT * FROM fx_chatfile") == []


class TestWhatOtherProgramsStored:
    def test_is_measured_when_somebody_enters(self, foreign_file, alice, rows):
        foreign_file(png(), "image/png")
        foreign_file(b"one\ntwo")

        alice.get("/chat")

        assert rows("SELECT * FROM fx_chatfile") == [
            (1, 64, 48, None),
            (2, None, None, 2),
        ]

    def test_is_measured_once(self, foreign_file, alice, rows):
        foreign_file(b"\0")
        alice.get("/chat")
        before = rows("PRAGMA data_version")

        alice.get("/chat")

        assert rows("SELECT msgid FROM fx_chatfile") == [(1,)]
        assert rows("PRAGMA data_version") == before

    def test_is_not_counted_if_it_is_long(self, foreign_file, alice, rows):
        foreign_file(b"x\n" * attachments.MOST_COUNTED)

        alice.get("/chat")

        assert rows("SELECT * FROM fx_chatfile") == [(1, None, None, None)]

    def test_is_measured_twenty_at_a_time(self, foreign_file, alice, rows):
        for _ in range(25):
            foreign_file(b"one")

        alice.get("/chat")
        first = rows("SELECT count(*) FROM fx_chatfile")
        alice.get("/chat")

        assert (first, rows("SELECT count(*) FROM fx_chatfile")) == ([(20,)], [(25,)])

    @pytest.mark.parametrize("value", [None, 5, 1.5, "text", b""])
    def test_may_be_of_any_type(self, foreign_file, alice, value):
        foreign_file(value)

        assert alice.get("/chat").status_code == 200


class TestThePage:
    def test_reserves_room_for_a_picture(self, bob, alice):
        bob.post("/chat-send", **multipart(file=file(png(960, 100), "a.png")))

        (message,) = alice.get("/chat-poll/0?rows=1").json["msgs"]

        assert (message["iw"], message["ih"]) == (960, 100)
        assert ' width="480" height="50"' in message["html"]

    def test_tells_the_lines_of_a_text(self, attach, alice):
        attach(b"a\nb\nc")

        (message,) = alice.get("/chat-poll/0?rows=1").json["msgs"]

        assert message["nl"] == 3
        assert ">Show 3 lines<" in message["html"]

    def test_shows_the_first_lines_of_a_patch_escaped(self, attach, alice):
        attach(b"-<b>\n+c\n", "a.diff")

        answer = alice.get("/chat-download/1/a.diff?head=12&rows=1")

        assert "<del>-&lt;b&gt;\n</del><ins>+c\n</ins>" in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    def test_tells_other_programs_nothing_that_fossil_does_not(self, attach, alice):
        attach(png(), "a.png")

        (message,) = alice.get("/chat-poll/0").json["msgs"]

        assert not {"iw", "ih", "nl", "html"} & set(message)


class TestTheFirstLines:
    def test_come_as_plain_text(self, attach, alice):
        attach("".join(f"<b>{n}</b> ä\n" for n in range(30)).encode(), "a.html")

        answer = alice.get("/chat-download/1/a.html?head=2")

        assert answer.text == "<b>0</b> ä\n<b>1</b> ä"
        assert answer.headers["Content-Type"] == PLAIN
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        ("head", "lines"),
        [("", 12), ("0", 12), ("-1", 12), ("x", 12), ("5", 5), ("9" * 30, 200)],
    )
    def test_are_never_too_many(self, attach, alice, head, lines):
        attach(b"line\n" * 1000)

        answer = alice.get(f"/chat-download/1/a.txt?head={head}")

        assert answer.text.count("line") == lines

    def test_of_one_endless_line_are_cut_between_characters(self, attach, alice):
        attach(b"x" + "ä".encode() * 100_000)

        text = alice.get("/chat-download/1/a.txt?head=3").text

        assert text == "x" + "ä" * ((attachments.MOST_SHOWN - 1) // 2)

    def test_may_be_in_any_encoding(self, attach, alice):
        attach(b"caf\xe9\r\n\xff\xfe x")

        assert (
            alice.get("/chat-download/1/a?head=9").text == "caf\ufffd\n\ufffd\ufffd x"
        )

    def test_of_what_is_no_text_do_not_exist(self, attach, alice):
        attach(b"\0\1\2")

        assert alice.get("/chat-download/1/a?head=9").status_code == 415

    def test_are_for_those_who_may_chat(self, attach, client_of):
        attach(b"secret")

        answer = client_of("carol").get("/chat-download/1/a?head=9")

        assert answer.status_code == 403
        assert "secret" not in answer.text


def test_an_upload_is_read_once(say, rows):
    class Once(io.BytesIO):
        def seek(self, *_):
            raise AssertionError

    say(upload=Upload("a.txt", "text/plain", 4, Once(b"a\nb\n")))

    assert rows("SELECT nl, CAST(file AS TEXT) FROM chat JOIN fx_chatfile") == [
        (2, "a\nb\n")
    ]

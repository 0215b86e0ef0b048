"""Attachments come back byte for byte, and nothing in them runs."""

import pytest

from .forms import file, multipart

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ATTACHMENT, INLINE = "attachment", "inline"
OCTETS = "application/octet-stream"
PLAIN = "text/plain; charset=utf-8"
KINDS = [
    (file(PNG, "a.png"), "image/png", INLINE),
    (file(b"\xff\xd8\xff\xe0", "a.jpg"), "image/jpeg", INLINE),
    (file(b"GIF89a", "a.gif"), "image/gif", INLINE),
    (file(b"RIFF\0\0\0\0WEBPVP8 ", "a.webp"), "image/webp", INLINE),
    (file(b"\0\0\0\x1cftypavif", "a.avif"), "image/avif", INLINE),
    (file(b"plain", "a.txt"), PLAIN, INLINE),
    (file(b"- a\n+ b\n", "a.patch", "text/x-patch"), PLAIN, INLINE),
    (file(b"<script>alert(1)</script>", "a.png", "image/png"), PLAIN, INLINE),
    (file(b"<script>alert(1)</script>", "a.html", "text/html"), OCTETS, ATTACHMENT),
    (file(b"<svg onload='alert(1)'/>", "a.svg", "image/svg+xml"), OCTETS, ATTACHMENT),
    (file(b"<html xmlns=''/>", "a.xhtml", "text/html"), OCTETS, ATTACHMENT),
    (file(b"%PDF-1.7", "a.pdf", "application/pdf"), OCTETS, ATTACHMENT),
    (file(b"\0\1\2", "a", "text/html"), OCTETS, ATTACHMENT),
]


@pytest.fixture
def attach(bob):
    """Send an attachment as message 1."""

    def attach(upload):
        answer = bob.post("/chat-send", **multipart(file=upload))
        assert answer.status_code == 200, answer.text

    return attach


def fetch(client, address):
    """Read and close the answer, as a server does."""
    return client.get(address, buffered=True)


def disposition(answer):
    return answer.headers["Content-Disposition"].partition(";")[0]


@pytest.mark.parametrize(("upload", "kind", "shown"), KINDS)
def test_each_kind_is_served_so_that_nothing_runs(attach, alice, upload, kind, shown):
    attach(upload)

    answer = fetch(alice, f"/chat-download/1/{upload[1]}")

    assert answer.status_code == 200
    assert answer.data == upload[0]
    assert answer.headers["Content-Type"] == kind
    assert disposition(answer) == shown
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Length"] == str(len(upload[0]))


@pytest.mark.parametrize(
    "claim", ["text/html", "image/svg+xml", "text/html;charset=x", "x", "", "a\r\nb: c"]
)
def test_a_type_that_another_program_stored_is_not_believed(attach, alice, sql, claim):
    attach(file(b"<script>", "a.html"))
    sql("UPDATE chat SET fmime=?", claim)

    answer = fetch(alice, "/chat-download/1/a.html")

    assert answer.headers["Content-Type"] in {OCTETS, PLAIN}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("size", [1, 64 * 1024, 1024 * 1024 + 1, 3_000_000])
def test_every_byte_comes_back(attach, alice, size):
    content = bytes(range(251)) * (size // 251 + 1)
    attach(file(content[:size], "a.bin"))

    assert fetch(alice, "/chat-download/1/a.bin").data == content[:size]


class TestTheName:
    @pytest.mark.parametrize(
        ("name", "header"),
        [
            ("a.txt", "inline; filename=a.txt"),
            ("a b.txt", 'inline; filename="a b.txt"'),
            ('a"b.txt', "filename"),
            ("😀.txt", "filename*=UTF-8''%F0%9F%98%80.txt"),
            ("naïve.txt", "filename*=UTF-8''na%C3%AFve.txt"),
            ("a;b.txt", 'inline; filename="a;b.txt"'),
        ],
    )
    def test_stands_in_the_header(self, attach, sql, alice, name, header):
        attach(file(b"text"))
        sql("UPDATE chat SET fname=?", name)

        answer = fetch(alice, "/chat-download/1/whatever")

        assert header in answer.headers["Content-Disposition"]

    @pytest.mark.parametrize(
        "name", ["a\r\nX-Evil: 1", "a\nb", "a\0b", '"; filename="b', "x" * 5000, ""]
    )
    def test_that_another_program_stored_cannot_break_the_header(
        self, attach, sql, alice, name
    ):
        attach(file(b"text"))
        sql("UPDATE chat SET fname=?", name)

        answer = fetch(alice, "/chat-download/1/a")

        header = answer.headers["Content-Disposition"]
        assert answer.status_code == 200
        assert "X-Evil" not in answer.headers
        assert not set(header) & set("\r\n\0")
        assert len(header) < 700

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("a\r\nX: 1.txt", "a%0D%0AX: 1.txt"),
            ("../../etc/passwd", "passwd"),
            ("😀.txt", "😀.txt"),
            ("x" * 5000 + ".txt", "x" * 196 + ".txt"),
        ],
    )
    def test_is_cleaned_when_it_comes(self, attach, rows, sent, stored):
        attach(file(b"text", sent))

        assert rows("SELECT fname FROM chat") == [(stored,)]

    def test_in_the_address_does_not_count(self, attach, alice):
        attach(file(b"text", "a.txt"))

        answer = fetch(alice, "/chat-download/1/evil/b.html?x=1")

        assert answer.headers["Content-Disposition"] == "inline; filename=a.txt"
        assert answer.headers["Content-Type"] == PLAIN

    @pytest.mark.parametrize(
        "address",
        [
            "/chat-download/1",
            "/chat-download/1/",
            "/chat-download?name=1",
            "/chat-download?name=1/a.txt",
            "/chat-download/1a.txt",
        ],
    )
    def test_may_be_missing_in_the_address(self, attach, alice, address):
        attach(file(b"text", "a.txt"))

        assert fetch(alice, address).data == b"text"


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        "number", ["2", "0", "9" * 18, "9223372036854775807", "9" * 40, "-1", "x"]
    )
    def test_is_404(self, attach, alice, number):
        attach(file())

        answer = fetch(alice, f"/chat-download/{number}/a.txt")

        assert answer.status_code == 404
        assert answer.mimetype == "text/html"

    def test_is_404_for_a_message_without_attachment(self, say, alice):
        say("hello")

        assert fetch(alice, "/chat-download/1/a.txt").status_code == 404

    def test_is_404_after_the_message_was_deleted(self, attach, alice, bob):
        attach(file())
        bob.post("/chat-delete/1")

        assert fetch(alice, "/chat-download/1/a.txt").status_code == 404

    def test_is_404_before_the_chat_was_ever_used(self, alice):
        assert fetch(alice, "/chat-download/1/a.txt").status_code == 404


@pytest.mark.parametrize(("login", "status"), [(None, 302), ("carol", 403)])
def test_who_may_not_chat_gets_no_attachment(client_of, attach, login, status):
    attach(file(b"secret"))

    answer = fetch(client_of(login), "/chat-download/1/a.txt")

    assert answer.status_code == status
    assert b"secret" not in answer.data


def test_head_tells_the_size(attach, alice):
    attach(file(b"four"))

    answer = alice.head("/chat-download/1/a.txt", buffered=True)

    assert (answer.headers["Content-Length"], answer.data) == ("4", b"")

"""`fossil chat send`, by which robots speak, against repoweb."""

import random

import pytest
from tables import messages

WRONG = "username and/or password is incorrect"


@pytest.fixture
def send(fossil, template, repoweb):
    """Send as a robot would: `send("bob:pw-bob", "-m", "text")`."""

    def run(who, *arguments, server=repoweb, end="/"):
        url = server.url.rstrip("/").replace("//", f"//{who}@" if who else "//") + end
        options = ("-R", template, "--unsafe", "--remote", url)
        return fossil.run("chat", "send", *options, *arguments)

    return run


def require_sent(done):
    assert (done.status, done.output.strip()) == (0, "")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "Grüße aus 東京 🦊",
        """<b> & "quotes" 'and' \\ % %41 + ; = {"isError": true,""",
        "  two\n\nlines\t ",
        "--------746116267853364586608839942154617162416615080974679422853",
        "x" * 30_000,
    ],
)
def test_a_text_is_stored_as_it_was_sent(send, path, text):
    require_sent(send("bob:pw-bob", "-m", text))

    [(msgid, poster, stored, time, *rest)] = messages(path)
    assert (msgid, poster, stored) == (1, "bob", text)
    assert len(time) == len("2026-11-20T12:00:00")
    assert rest == [None] * 4


def test_the_address_may_end_without_a_slash(send, path):
    require_sent(send("bob:pw-bob", "-m", "hello", end=""))

    assert messages(path)[0][2] == "hello"


def test_the_site_may_lie_below_a_path(send, path, serve_repoweb):
    server = serve_repoweb(path, "--prefix", "/code")

    require_sent(send("bob:pw-bob", "-m", "hello", server=server))

    assert messages(path)[0][2] == "hello"


def test_a_login_and_a_password_in_other_writings(send, fossil, path):
    fossil("user", "new", "Ünï", "", "pä ss@:/", "-R", path)
    fossil("user", "capabilities", "Ünï", "C", "-R", path)

    require_sent(send("%C3%9Cn%C3%AF:p%C3%A4%20ss%40%3A%2F", "-m", "hello"))

    assert messages(path)[0][1:3] == ("Ünï", "hello")


@pytest.mark.parametrize("text", ["", "see the log"])
def test_a_file_is_stored_byte_for_byte(send, path, tmp_path, text):
    content = random.Random(1).randbytes(3_000_000) + b"\r\n--\r\n--------7461\r\n"
    (tmp_path / "log.bin").write_bytes(content)
    words = ("-m", text) if text else ()

    require_sent(send("bob:pw-bob", "--file", tmp_path / "log.bin", *words))

    [(_, poster, stored, _, name, _, file, _)] = messages(path)
    assert (poster, stored, name) == ("bob", text, "log.bin")
    assert file == content


def test_a_file_has_the_name_that_fossil_gives_it(send, path, tmp_path):
    (tmp_path / "up load.txt").write_text("file body\n")

    require_sent(send("bob:pw-bob", "--file", tmp_path / "up load.txt"))
    require_sent(
        send("bob:pw-bob", "--file", tmp_path / "up load.txt", "--as", "../größe.html")
    )

    # fossil itself puts _ in the place of what is not a letter, digit, . or -
    assert [row[4:7] for row in messages(path)] == [
        ("up_load.txt", "text/plain", b"file body\n"),
        ("gr____e.html", "text/html", b"file body\n"),
    ]


def test_nothing_sends_nothing(send, path, visit, repoweb):
    visit(repoweb, "bob").get("chat")

    require_sent(send("bob:pw-bob", "-m", ""))

    assert messages(path) == []


@pytest.mark.parametrize(
    "who", ["bob:wrong", "eve:pw-bob", "bob:", "", "carol:pw-carol", "BOB:pw-bob"]
)
def test_who_may_not_chat_gets_a_clear_error(send, path, visit, repoweb, who):
    visit(repoweb, "bob").get("chat")

    done = send(who, "-m", "hello")

    assert done.status == 1
    assert WRONG in done.output
    assert messages(path) == []


def test_who_may_not_chat_cannot_send_a_file(send, path, visit, repoweb, tmp_path):
    visit(repoweb, "bob").get("chat")
    (tmp_path / "log.txt").write_text("file body\n")

    done = send("bob:wrong", "--file", tmp_path / "log.txt")

    assert done.status == 1
    assert WRONG in done.output
    assert messages(path) == []


def test_who_guesses_passwords_has_to_wait(send, path):
    for _ in range(10):
        assert WRONG in send("bob:wrong", "-m", "hello").output

    done = send("bob:pw-bob", "-m", "hello")

    assert done.status == 1
    assert "Too many failed logins" in done.output


def test_what_is_too_long_is_refused_with_its_reason(send, path, visit, repoweb):
    visit(repoweb, "bob").get("chat")

    done = send("bob:pw-bob", "-m", "x" * 40_001)

    assert done.status == 1
    assert "40,001 characters" in done.output
    assert messages(path) == []


def test_a_file_that_is_too_large_is_refused_with_its_reason(
    send, path, visit, repoweb, tmp_path
):
    visit(repoweb, "bob").get("chat")
    (tmp_path / "big").write_bytes(bytes(12 * 1024 * 1024))

    done = send("bob:pw-bob", "--file", tmp_path / "big")

    assert done.status == 1
    assert "the limit is 10 MB" in done.output
    assert messages(path) == []


def test_both_servers_store_the_same(
    send, path, tmp_path, repoweb, fossil_server, visit
):
    # 2.21 refuses robots until a page has made the table.
    visit(fossil_server, "bob").poll(before=1)
    (tmp_path / "a b.txt").write_bytes(b"one\r\ntwo\n")

    for server in (fossil_server, repoweb):
        require_sent(send("bob:pw-bob", "-m", "Grüße", server=server))
        file = ("--file", tmp_path / "a b.txt")
        require_sent(send("bob:pw-bob", *file, server=server))

    first, second, *ours = [row[1:3] + row[4:] for row in messages(path)]
    assert ours == [first, second]


def test_a_refused_message_makes_the_same_error_at_both(
    send, repoweb, fossil_server
):
    ours, theirs = (
        send("bob:wrong", "-m", "hello", server=s) for s in (repoweb, fossil_server)
    )

    assert (ours.status, ours.output) == (theirs.status, theirs.output)


def test_repowebs_command_speaks_with_fossils_server(
    run_repoweb, path, fossil_server, visit, tmp_path
):
    visit(fossil_server, "bob").poll(before=1)
    (tmp_path / "log.txt").write_text("file body\n")
    url = fossil_server.url.replace("//", "//bob:pw-bob@")

    run_repoweb("chat", "send", url, "-m", "Grüße 🦊", "-f", tmp_path / "log.txt")

    [(_, poster, text, _, name, _, file, _)] = messages(path)
    assert (poster, text) == ("bob", "Grüße 🦊")
    assert (name, file) == ("log.txt", b"file body\n")

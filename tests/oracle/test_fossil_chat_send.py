"""`fossil chat send`, by which robots speak, against repoweb."""

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from .programs import Repoweb
from .tables import change, messages
from .visitor import Visitor

WRONG = "username and/or password is incorrect"


@pytest.fixture(scope="module")
def shared(fossil, template, tmp_path_factory):
    """A file and the repoweb that serves it, for all tests of this module."""
    folder = tmp_path_factory.mktemp("send")
    path = Path(shutil.copy(template, folder))
    with (
        Repoweb(fossil.home, path, folder / "repoweb.log") as repoweb,
        closing(Visitor(repoweb.url)) as bob,
    ):
        assert bob.log_in("bob", "pw-bob")
        assert bob.get("chat").status == 200  # which makes the tables
        yield path, repoweb
    repoweb.require_faultless()


@pytest.fixture
def repoweb(shared):
    """The same for one test, which finds an empty chat."""
    path, repoweb = shared
    yield repoweb
    change(
        path,
        "DELETE FROM chat",
        "INSERT INTO chatfts1(chatfts1) VALUES('delete-all')",
        "DELETE FROM fx_loginfail",
    )


@pytest.fixture
def path(shared):
    return shared[0]


@pytest.fixture
def send(fossil, template, repoweb):
    """Send as a robot would: `send("bob:pw-bob", "-m", "text")`."""

    def run(who, *arguments, server=repoweb, end="/"):
        url = server.url.rstrip("/").replace("//", f"//{who}@" if who else "//") + end
        options = ("-R", template, "--unsafe", "--remote", url)
        return fossil.run("chat", "send", *options, *arguments)

    return run


@pytest.fixture
def servers(fossil_server, repoweb, visit):
    """Fossil's, which in 2.21 refuses robots until a page made the table; ours."""
    visit(fossil_server, "bob").poll(before=1)
    return fossil_server, repoweb


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

    [(_, poster, stored, time, *rest)] = messages(path)
    assert (poster, stored) == ("bob", text)
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


def test_nothing_sends_nothing(send, path):
    require_sent(send("bob:pw-bob", "-m", ""))

    assert messages(path) == []


@pytest.mark.parametrize(
    "who", ["bob:wrong", "eve:pw-bob", "bob:", "", "carol:pw-carol", "BOB:pw-bob"]
)
def test_who_may_not_chat_gets_a_clear_error(send, path, who):
    done = send(who, "-m", "hello")

    assert done.status == 1
    assert WRONG in done.output
    assert messages(path) == []


def test_who_may_not_chat_cannot_send_a_file(send, path, tmp_path):
    (tmp_path / "log.txt").write_text("file body\n")

    done = send("bob:wrong", "--file", tmp_path / "log.txt")

    assert done.status == 1
    assert WRONG in done.output
    assert messages(path) == []


def test_who_guesses_passwords_has_to_wait(send):
    for _ in range(10):
        assert WRONG in send("bob:wrong", "-m", "hello").output

    done = send("bob:pw-bob", "-m", "hello")

    assert done.status == 1
    assert "Too many failed logins" in done.output


def test_what_is_too_long_is_refused_with_its_reason(send, path):
    done = send("bob:pw-bob", "-m", "x" * 40_001)

    assert done.status == 1
    assert "40,001 characters" in done.output
    assert messages(path) == []


def test_a_file_that_is_too_large_is_refused_with_its_reason(send, path, tmp_path):
    (tmp_path / "big").write_bytes(bytes(12 * 1024 * 1024))

    done = send("bob:pw-bob", "--file", tmp_path / "big")

    assert done.status == 1
    assert "the limit is 10 MB" in done.output
    assert messages(path) == []


def test_both_servers_store_the_same(send, path, tmp_path, servers):
    (tmp_path / "a b.txt").write_bytes(b"one\r\ntwo\n")

    for server in servers:
        require_sent(send("bob:pw-bob", "-m", "Grüße", server=server))
        file = ("--file", tmp_path / "a b.txt")
        require_sent(send("bob:pw-bob", *file, server=server))

    first, second, *ours = [row[1:3] + row[4:] for row in messages(path)]
    assert ours == [first, second]


def test_a_refused_message_makes_the_same_error_at_both(send, servers):
    theirs, ours = (send("bob:wrong", "-m", "hello", server=one) for one in servers)

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

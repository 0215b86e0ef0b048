"""`repoweb chat`: what the commands do to the file, and to other servers."""

import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from repoweb.chat.remote import Remote, RemoteError
from repoweb.cli import repoweb
from repoweb.errors import RepowebError
from repoweb.repository.create import create_repository
from repoweb.repository.repository import Repository


@pytest.fixture
def run(monkeypatch):
    """Run a command; returns its output."""
    monkeypatch.setenv("USER", "bob")

    def run(*arguments, fails=False):
        result = CliRunner().invoke(repoweb, ["chat", *map(str, arguments)])
        assert bool(result.exit_code) is fails, result.output
        if fails and isinstance(result.exception, RepowebError):
            return str(result.exception)
        return result.output

    return run


@pytest.fixture
def url(live):
    """The address of the server, with a login."""
    return lambda login: f"http://{login}:pw-{login}@127.0.0.1:{live.port}"


@pytest.fixture
def other(tmp_path):
    """Another repository, in which there is no message."""
    path = tmp_path / "other.fossil"
    create_repository(path, admin="drh")
    return path


@pytest.fixture
def messages_of():
    """Ask a file for its messages."""

    def ask(path, columns="msgid, xfrom, xmsg"):
        repository = Repository(path)
        try:
            with repository.reading() as db:
                found = db.execute(f"SELECT {columns} FROM chat ORDER BY msgid")
                return [tuple(row) for row in found.fetchall()]
        finally:
            repository.close()

    return ask


class TestSendingToAFile:
    def test_stores_a_message(self, run, path, rows, check_index):
        run("send", path, "-m", "hello\n there ")

        assert rows("SELECT xfrom, xmsg, fname FROM chat") == [
            ("bob", "hello\n there ", None)
        ]
        check_index()

    def test_tells_the_time_here(self, run, path, rows):
        run("send", path, "-m", "hello")

        ((time,),) = rows("SELECT lmtime FROM chat")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", time)

    def test_stores_an_attachment(self, run, path, rows, tmp_path):
        file = tmp_path / "a b.bin"
        file.write_bytes(bytes(range(256)) * 1000)

        run("send", path, "-f", file)

        assert rows("SELECT xmsg, fname, fmime, file FROM chat") == [
            ("", "a b.bin", "application/octet-stream", bytes(range(256)) * 1000)
        ]

    def test_is_done_in_the_name_of_whom_one_says(self, run, path, rows):
        run("send", path, "-m", "hello", "--user", "alice")

        assert rows("SELECT xfrom FROM chat") == [("alice",)]

    def test_is_done_in_an_administrators_name_for_strangers(
        self, run, path, rows, monkeypatch
    ):
        monkeypatch.setenv("USER", "stranger")

        run("send", path, "-m", "hello")

        assert rows("SELECT xfrom FROM chat") in ([("dora",)], [("drh",)])

    def test_in_nobodys_name_is_refused(self, run, path, sql, monkeypatch):
        monkeypatch.setenv("USER", "stranger")
        sql("UPDATE user SET cap='C' WHERE login IN ('dora', 'drh')")

        message = run("send", path, "-m", "hello", fails=True)

        assert message == "the repository has no administrator; give --user"

    def test_of_nothing_is_refused(self, run, path, rows):
        output = run("send", path, fails=True)

        assert "nothing to send" in output
        assert rows("SELECT 1 FROM sqlite_schema WHERE name='chat'") == []

    def test_that_is_none_is_one_line(self, run, tmp_path):
        message = run("send", tmp_path / "missing.fossil", "-m", "x", fails=True)

        assert message == f"{tmp_path}/missing.fossil: no such file"


class TestSendingToAServer:
    def test_stores_a_message_there(self, run, url, rows):
        run("send", url("alice"), "-m", "héllo\n😀 ")

        assert rows("SELECT xfrom, xmsg FROM chat") == [("alice", "héllo\n😀 ")]

    def test_stores_an_attachment_there(self, run, url, rows, tmp_path):
        file = tmp_path / 'a "b".bin'
        file.write_bytes(b"\0\1\r\n--\r\n" * 1000)

        run("send", url("alice"), "-m", "look", "-f", file)

        assert rows("SELECT xmsg, fname, file FROM chat") == [
            ("look", "a _b_.bin", b"\0\1\r\n--\r\n" * 1000)
        ]

    def test_with_a_wrong_password_is_refused(self, run, live, rows):
        url = f"http://alice:wrong@127.0.0.1:{live.port}"

        message = run("send", url, "-m", "hello", fails=True)

        assert message.endswith("the user or the password is wrong")
        assert rows("SELECT 1 FROM sqlite_schema WHERE name='chat'") == []

    def test_without_the_capability_is_refused(self, run, url):
        message = run("send", url("carol"), "-m", "hello", fails=True)

        assert message.endswith("the user or the password is wrong")

    def test_of_too_long_a_text_tells_why(self, run, url, configure):
        configure("fx-chat-max-text", "100")

        message = run("send", url("alice"), "-m", "x" * 101, fails=True)

        host = url("").rpartition("@")[2]
        assert message == f"{host}: This message has 101 characters; the limit is 100."

    def test_of_another_sites_page_tells_its_status(self, run, live):
        url = f"http://127.0.0.1:{live.port}/nothing/here"

        message = run("send", url, "-m", "hello", fails=True)

        assert message == f"127.0.0.1:{live.port}: 404 NOT FOUND"

    def test_that_is_not_there_is_one_line(self, run):
        message = run("send", "http://127.0.0.1:1/", "-m", "hello", fails=True)

        assert message.startswith("127.0.0.1:1: ")
        assert "\n" not in message


class TestAServerThatRefuses:
    @pytest.fixture
    def refuse(self):
        """Another server, which answers everything with one body."""
        bodies = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(bodies[0])))
                self.end_headers()
                self.wfile.write(bodies[0])

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()

        def answer(body):
            bodies.append(body)
            return f"http://bob:pw@127.0.0.1:{server.server_port}/repo/"

        yield answer
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b'{"isError": true, "xmsg": "not logged in"}', "the user or the password"),
            (b'{"isError": true, "xmsg": "CSRF &amp; more"}', "CSRF & more"),
            (b'{"isError": true, broken', '{"isError": true, broken'),
        ],
    )
    def test_is_quoted(self, run, refuse, body, reason):
        message = run("send", refuse(body), "-m", "hello", fails=True)

        assert f"/repo: {reason}" in message

    def test_nothing_is_content(self, run, refuse):
        assert run("send", refuse(b""), "-m", "hello") == ""


class TestPulling:
    @pytest.fixture(autouse=True)
    def messages(self, say, sql):
        say("one")
        say("two")
        sql("UPDATE chat SET fname='a', fmime='b', file=x'00ff' WHERE msgid=2")

    def test_copies_what_is_there(self, run, url, other, messages_of):
        output = run("pull", other, url("drh"))

        assert output == "2 messages\n"
        assert messages_of(other, "msgid, xfrom, xmsg, fname, fmime, file") == [
            (1, "bob", "one", None, None, None),
            (2, "bob", "two", "a", "b", b"\0\xff"),
        ]

    def test_copies_only_what_is_new(self, run, url, other, say, messages_of):
        run("pull", other, url("drh"))
        say("three")

        assert run("pull", other, url("drh")) == "1 messages\n"

        assert [row[2] for row in messages_of(other)] == ["one", "two", "three"]

    def test_of_everything_replaces_what_is_there(
        self, run, url, other, sql, messages_of
    ):
        run("pull", other, url("drh"))
        sql("UPDATE chat SET xmsg='edited' WHERE msgid=1")

        assert run("pull", other, url("drh"), "--all") == "2 messages\n"

        assert [row[2] for row in messages_of(other)] == ["edited", "two"]

    def test_leaves_a_sound_index(self, run, url, other):
        run("pull", other, url("drh"))

        repository = Repository(other)
        with repository.writing() as db:
            db.execute(
                "INSERT INTO chatfts1(chatfts1, rank) VALUES('integrity-check', 1)"
            )
        repository.close()

    def test_needs_the_capability_setup(self, run, url, other, messages_of):
        message = run("pull", other, url("bob"), fails=True)

        assert message.endswith("no backup; the login needs the capability Setup")
        assert messages_of(other) == []


class TestPurging:
    @pytest.fixture
    def old(self, say, age, configure):
        """Message 1 is old, and there are two more."""
        configure("chat-keep-count", "1")
        for _ in range(3):
            say()
        age(1, 8)

    @pytest.mark.usefixtures("old")
    def test_deletes_what_is_old(self, run, path, ids, check_index):
        assert run("purge", path) == "1 messages deleted\n"

        assert ids() == [2, 3]
        check_index()

    def test_is_logged(self, run, path, configure, rows):
        configure("admin-log", "1")

        run("purge", path)

        assert rows("SELECT page, what FROM admin_log") == [
            ("repoweb chat purge", "deleted 0 messages")
        ]


def test_reindexing_mends_the_index(run, path, say, foreign, check_index):
    for text in ("one", "two", "three"):
        say(text)
    foreign.execute("DELETE FROM chat WHERE msgid=2")  # seen by no comparison

    run("reindex", path)

    check_index()


class TestTheAddress:
    def test_is_that_of_the_last_sync(self, run, path, configure):
        configure("last-sync-url", "https://alice:secret@example.org/code/")

        assert run("url", path) == "https://example.org/code/chat\n"

    def test_is_not_known_without_a_sync(self, run, path):
        assert "was never synced" in run("url", path, fails=True)


class TestAnUrl:
    @pytest.mark.parametrize(
        ("url", "remote"),
        [
            ("http://host", Remote("http://host", "", "")),
            ("http://host/", Remote("http://host", "", "")),
            ("https://a:b@host:8080/x/", Remote("https://host:8080/x", "a", "b")),
            ("http://a%40b:c%3Ad@host", Remote("http://host", "a@b", "c:d")),
            ("http://host/x?y#z", Remote("http://host/x", "", "")),
            ("http://a@[::1]:80/", Remote("http://[::1]:80", "a", "")),
        ],
    )
    def test_is_taken_apart(self, url, remote):
        assert Remote.parse(url) == remote

    @pytest.mark.parametrize(
        "url", ["file:///etc/passwd", "ssh://host", "host", "http:"]
    )
    def test_of_another_kind_is_refused(self, url):
        with pytest.raises(RemoteError, match="not an http or https address"):
            Remote.parse(url)

"""The command line: what it prints, what it changes, and how it fails."""

import json
import re
import shutil
import signal
import socket
import sqlite3
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from running import run_python, without_privileges
from started import Started, fetch

from repoweb import __version__, cli
from repoweb.repository import connection
from repoweb.repository.obscure import obscure

GROUPS = ["user", "setting", "chat"]


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys):
    """Run a command in this process: `run("user", "list", path)`."""

    def call(*arguments):
        try:
            cli.main([str(argument) for argument in arguments])
            status = 0
        except SystemExit as end:
            status = end.code
        return Done(status, *capsys.readouterr())

    return call


@pytest.fixture
def ask(path):
    """Ask the file itself."""

    def query(text, *values):
        db = sqlite3.connect(path)
        found = db.execute(text, values).fetchall()
        db.close()
        return found

    return query


@pytest.fixture
def can_log_in(client_of):
    def check(login, password):
        answer = client_of().post("/login", data={"u": login, "p": password})
        return answer.status_code == 302

    return check


def commands():
    """List all commands with their names: (("user", "list"), command)."""
    pending = [((), cli.repoweb)]
    while pending:
        names, command = pending.pop()
        yield names, command
        if isinstance(command, click.Group):
            pending += [((*names, n), c) for n, c in command.commands.items()]


COMMANDS = sorted(commands(), key=lambda pair: pair[0])


class TestHelp:
    @pytest.mark.parametrize(("names", "command"), COMMANDS, ids=str)
    @pytest.mark.parametrize("option", ["--help", "-h"])
    def test_every_command_explains_itself(self, run, names, command, option):
        done = run(*names, option)

        assert (done.status, done.err) == (0, "")
        assert done.out.startswith(f"Usage: {' '.join(['repoweb', *names])} ")
        assert command.help.splitlines()[0] in " ".join(done.out.split())

    @pytest.mark.parametrize(("names", "command"), COMMANDS, ids=str)
    def test_every_option_is_explained(self, names, command):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (names, parameter.name)

    def test_all_that_the_issue_names_is_there(self):
        names = {" ".join(names) for names, _ in COMMANDS}

        assert {
            *("init", "serve", "ui"),
            *(
                f"user {n}"
                for n in ["list", "new", "password", "capabilities", "delete"]
            ),
            *(f"setting {name}" for name in ["list", "get", "set", "unset"]),
            *(f"chat {name}" for name in ["send", "pull", "purge", "reindex", "url"]),
        } <= names

    def test_without_a_command_the_commands_are_listed(self, run):
        done = run()

        assert done.status == 2
        assert "serve" in done.err

    def test_the_version_is_told(self, run):
        assert run("--version").out == f"repoweb, version {__version__}\n"

    @pytest.mark.parametrize(
        "arguments", [["nix"], ["user", "nix"], ["serve"], ["init", "--nix", "x"]]
    )
    def test_a_wrong_usage_says_where_help_is(self, run, arguments):
        done = run(*arguments)

        assert (done.status, done.out) == (2, "")
        assert re.search(r"Try 'repoweb.* --help' for help", done.err)

    def test_it_runs_as_a_module(self):
        done = run_python("-m", "repoweb", "--version")

        assert (done.returncode, done.stdout) == (
            0,
            f"repoweb, version {__version__}\n",
        )


class TestInit:
    def test_it_prints_the_administrator_and_his_password(self, run, tmp_path):
        new = tmp_path / "new.fossil"

        done = run("init", new, "--admin", "drh", "--project-name", "Demo")

        assert (done.status, done.err) == (0, "")
        created, administrator = done.out.splitlines()
        assert created == f"created {new}"
        assert re.fullmatch("administrator drh, password [a-z0-9]{12}", administrator)

    def test_the_password_is_good(self, run, tmp_path):
        new = tmp_path / "new.fossil"
        password = run("init", new, "--admin", "drh").out.split()[-1]

        done = run("user", "password", new, "drh", "another")

        assert done.out == "password changed\n"
        assert len(password) == 12

    @pytest.mark.parametrize(
        ("environment", "login"),
        [
            ({"FOSSIL_USER": "fossil", "USER": "user"}, "fossil"),
            ({"FOSSIL_USER": "", "USER": "user"}, "user"),
            ({"FOSSIL_USER": "", "USER": ""}, "root"),
        ],
    )
    def test_the_administrator_is_oneself(
        self, run, tmp_path, monkeypatch, environment, login
    ):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

        done = run("init", tmp_path / "new.fossil")

        assert f"administrator {login}, " in done.out

    @pytest.mark.parametrize("login", ["nobody", "a b", "a/b", "x" * 81, "\udcff"])
    def test_a_login_that_is_not_good_makes_nothing(self, run, tmp_path, login):
        done = run("init", tmp_path / "new.fossil", "--admin", login)

        assert (done.status, done.out) == (1, "")
        assert done.err.startswith("repoweb: ")
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_there_is_left_alone(self, run, path):
        before = path.read_bytes()

        done = run("init", path)

        assert (done.status, done.out) == (1, "")
        assert done.err == f"repoweb: {path}: exists already; nothing was changed\n"
        assert path.read_bytes() == before

    def test_a_missing_folder_is_named(self, run, tmp_path):
        done = run("init", tmp_path / "no" / "new.fossil")

        assert done.err == (
            f"repoweb: {tmp_path}/no/new.fossil: its folder does not exist\n"
        )


class TestUser:
    def test_they_are_listed(self, run, path):
        done = run("user", "list", path)

        assert done.out.splitlines() == [
            "alice           eiop2345C",
            "bob             o23C",
            "carol           o",
            "dora            a",
            "drh             s",
            "anonymous       hz                   Anon",
            "developer       ei                   Dev",
            "nobody          gjorz                Nobody",
            "reader          kptw                 Reader",
        ]

    def test_a_new_one_gets_a_password_that_is_printed(self, run, path, can_log_in):
        done = run("user", "new", path, "eve", "--info", "Eve <eve@x.org>")

        found = re.fullmatch("created eve, password ([a-z0-9]{12})\n", done.out)
        assert can_log_in("eve", found[1])

    def test_a_new_one_has_the_default_privileges(self, run, path, ask):
        run("user", "new", path, "eve")

        assert ask("SELECT cap, info FROM user WHERE login='eve'") == [("u", "")]

    def test_a_new_one_may_get_more(self, run, path, ask):
        run("user", "new", path, "eve", "--capabilities", "Coi", "--info", "Eve")

        assert ask("SELECT cap, info FROM user WHERE login='eve'") == [("ioC", "Eve")]

    def test_a_password_that_was_given_is_not_printed(self, run, path, can_log_in):
        done = run("user", "new", path, "eve", "--password", "my-secret")

        assert done.out == "created eve\n"
        assert can_log_in("eve", "my-secret")

    def test_a_password_can_be_changed(self, run, path, can_log_in):
        done = run("user", "password", path, "bob", "my-secret")

        assert done.out == "password changed\n"
        assert can_log_in("bob", "my-secret")

    def test_a_password_can_be_made_up(self, run, path, can_log_in):
        done = run("user", "password", path, "bob")

        found = re.fullmatch("new password: ([a-z0-9]{12})\n", done.out)
        assert can_log_in("bob", found[1])

    def test_capabilities_are_shown(self, run, path):
        assert run("user", "capabilities", path, "bob").out == "o23C\n"

    @pytest.mark.parametrize(("letters", "stored"), [("Co", "oC"), ("", "")])
    def test_capabilities_are_set(self, run, path, ask, letters, stored):
        done = run("user", "capabilities", path, "bob", letters)

        assert done.status == 0
        assert ask("SELECT cap FROM user WHERE login='bob'") == [(stored,)]

    def test_one_is_deleted(self, run, path, ask):
        done = run("user", "delete", path, "bob")

        assert done.out == "deleted bob\n"
        assert ask("SELECT * FROM user WHERE login='bob'") == []

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["new", "bob"], "there is a user “bob” already"),
            (["new", "a b"], "a login has 1 to 80 characters"),
            (["new", "nobody"], "“nobody” is one of Fossil's own users"),
            (["new", "eve", "--capabilities", "oE?"], "no capabilities “?E”"),
            (["password", "nix"], "there is no user “nix”"),
            (["password", "nobody"], "this user has no password"),
            (["capabilities", "nix"], "there is no user “nix”"),
            (["capabilities", "nix", "o"], "there is no user “nix”"),
            (["capabilities", "bob", "E"], "there are no capabilities “E”"),
            (["delete", "nix"], "there is no user “nix”"),
            (["delete", "nobody"], "“nobody” is one of Fossil's own users"),
        ],
    )
    def test_a_mistake_is_one_line_and_changes_nothing(
        self, run, path, ask, arguments, reason
    ):
        before = ask("SELECT * FROM user")

        done = run("user", arguments[0], path, *arguments[1:])

        assert (done.status, done.out) == (1, "")
        assert done.err.startswith("repoweb: ")
        assert done.err.count("\n") == 1
        assert reason in done.err
        assert ask("SELECT * FROM user") == before


class TestSetting:
    def test_they_are_listed_with_their_values(self, run, path):
        lines = run("setting", "list", path).out.splitlines()

        assert lines == sorted(lines, key=lambda line: line[2:])
        assert "  cookie-expire            8766" in lines
        assert "* project-name             Demo" in lines

    def test_one_of_several_lines_is_listed_in_one(self, run, path):
        run("setting", "set", path, "mainmenu", "A /home * {}\nB /stat o {}")

        lines = run("setting", "list", path).out.splitlines()

        assert "* mainmenu                 A /home * {}\\nB /stat o {}" in lines

    def test_one_is_shown(self, run, path):
        assert run("setting", "get", path, "project-name").out == "Demo\n"
        assert run("setting", "get", path, "http_authentication_ok").out == "0\n"

    @pytest.mark.parametrize(
        ("change", "stored"),
        [
            (("project-name", "New one"), "New one"),
            (("http_authentication_ok", "yes"), "1"),
            (("access-log", "off"), "0"),
            (("cookie-expire", "12.5"), "12.5"),
            (("chat-keep-days", "-1"), "-1"),
            (("chat-keep-count", "0"), "0"),
        ],
    )
    def test_one_is_set(self, run, path, ask, change, stored):
        done = run("setting", "set", path, *change)

        assert done == (0, "", "")
        assert ask("SELECT value FROM config WHERE name=?", change[0]) == [(stored,)]

    def test_setting_one_is_logged(self, run, path, ask):
        run("setting", "set", path, "project-name", "New")
        run("setting", "unset", path, "project-name")

        assert ask("SELECT page, who, what FROM admin_log ORDER BY id") == [
            ("repoweb setting", "", "set project-name to 'New'"),
            ("repoweb setting", "", "unset project-name"),
        ]

    def test_the_default_counts_again_without_it(self, run, path, ask):
        run("setting", "set", path, "cookie-expire", "5")

        done = run("setting", "unset", path, "cookie-expire")

        assert done == (0, "", "")
        assert ask("SELECT * FROM config WHERE name='cookie-expire'") == []

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["get", "nix"], "there is no setting “nix”"),
            (["set", "nix", "1"], "there is no setting “nix”"),
            (["unset", "project-code"], "there is no setting “project-code”"),
            (["set", "access-log", "maybe"], "access-log must be on or off"),
            (["set", "cookie-expire", "x"], "cookie-expire must be a number from"),
        ],
    )
    def test_a_mistake_is_one_line_and_changes_nothing(
        self, run, path, ask, arguments, reason
    ):
        before = ask("SELECT * FROM config")

        done = run("setting", arguments[0], path, *arguments[1:])

        assert (done.status, done.out) == (1, "")
        assert done.err.startswith("repoweb: ")
        assert done.err.count("\n") == 1
        assert reason in done.err
        assert ask("SELECT * FROM config") == before


ON_A_FILE = [
    ["serve", "FILE", "--port", "0"],
    ["ui", "FILE", "--no-browser"],
    ["backup", "FILE", "/nowhere/copy"],
    ["doctor", "FILE"],
    ["user", "list", "FILE"],
    ["user", "new", "FILE", "eve"],
    ["user", "password", "FILE", "bob"],
    ["user", "capabilities", "FILE", "bob"],
    ["user", "delete", "FILE", "bob"],
    ["setting", "list", "FILE"],
    ["setting", "get", "FILE", "project-name"],
    ["setting", "set", "FILE", "project-name", "x"],
    ["setting", "unset", "FILE", "project-name"],
    ["chat", "send", "FILE", "-m", "x"],
    ["chat", "pull", "FILE", "http://drh:x@127.0.0.1:9/"],
    ["chat", "purge", "FILE"],
    ["chat", "reindex", "FILE"],
    ["chat", "url", "FILE"],
    ["rooms", "list", "FILE"],
    ["rooms", "create", "FILE", "lobby"],
    ["rooms", "import", "FILE", "lobby", "."],
]
WRITING = [
    row
    for row in ON_A_FILE
    if row[1]
    in {"new", "password", "delete", "set", "unset", "send", "purge", "create"}
]
ARGUMENTS = pytest.mark.parametrize("arguments", ON_A_FILE, ids=" ".join)


class TestARepositoryThatCannotBeUsed:
    def check(self, run, arguments, file, reason):
        done = run(*[file if word == "FILE" else word for word in arguments])

        assert done == (1, "", f"repoweb: {file}: {reason}\n")

    def test_every_command_on_a_file_is_tried(self):
        with_file = {
            names
            for names, command in COMMANDS
            if any(p.name in {"repository", "site", "target"} for p in command.params)
        }

        tried = {tuple(row[: row.index("FILE")]) for row in ON_A_FILE}
        assert with_file == tried

    @ARGUMENTS
    def test_a_missing_file_is_one_line(self, run, tmp_path, arguments):
        self.check(run, arguments, tmp_path / "no.fossil", "no such file")
        assert list(tmp_path.iterdir()) == []

    @ARGUMENTS
    def test_another_file_is_one_line(self, run, tmp_path, arguments):
        file = tmp_path / "other.txt"
        file.write_text("x" * 20_000)

        self.check(run, arguments, file, "not an SQLite database")
        assert file.read_text() == "x" * 20_000

    @pytest.mark.parametrize("arguments", ON_A_FILE[1:4], ids=" ".join)
    def test_a_folder_is_one_line(self, run, tmp_path, arguments):
        self.check(run, arguments, tmp_path, "is a directory, not a repository file")

    @pytest.mark.parametrize("arguments", ON_A_FILE[:3], ids=" ".join)
    def test_another_database_is_one_line(self, run, tmp_path, arguments):
        file = tmp_path / "other.db"
        db = sqlite3.connect(file)
        db.execute("CREATE TABLE people(name)")
        db.execute("INSERT INTO people VALUES(zeroblob(20000))")
        db.commit()
        db.close()

        reason = "an SQLite database, but not a Fossil repository"
        self.check(run, arguments, file, reason)

    @pytest.mark.parametrize("arguments", ON_A_FILE[:3], ids=" ".join)
    def test_a_newer_schema_is_one_line(self, run, path, arguments):
        db = sqlite3.connect(path)
        db.execute("UPDATE config SET value='2030-01-01' WHERE name='aux-schema'")
        db.commit()
        db.close()

        reason = "made by a newer Fossil (schema 2030-01-01); update repoweb"
        self.check(run, arguments, path, reason)

    @ARGUMENTS
    def test_a_locked_file_is_one_line(self, run, path, monkeypatch, arguments):
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")

        self.check(run, arguments, path, "locked by another program")
        other.close()

    @pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
    def test_a_file_in_use_is_one_line(self, run, path, monkeypatch, arguments):
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        self.check(run, arguments, path, "locked by another program")
        other.close()

    @pytest.mark.parametrize("arguments", ON_A_FILE[2:5], ids=" ".join)
    def test_a_damaged_file_is_one_line(self, run, path, arguments):
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

        self.check(run, arguments, path, "the database file is damaged")


class TestServe:
    @pytest.fixture
    def start(self, path):
        """Start `repoweb serve` on the repository, with options."""
        started = []

        def call(*options, file=path):
            arguments = (
                options if "--unix-socket" in options else ("--port", 0, *options)
            )
            started.append(Started("serve", file, *arguments))
            return started[-1]

        yield call
        for one in started:
            one.clear()

    def test_it_prints_its_address_when_it_listens(self, start, path):
        server = start()

        page = server.get("/home")

        assert re.fullmatch(
            rf"serving {path} at http://127\.0\.0\.1:\d+/\n", server.line
        )
        assert (page.status, "<h1>Demo</h1>" in page.text) == (200, True)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_at_once_and_in_order(self, start, number):
        server = start()

        status, seconds = server.end(number)

        assert status == 0
        assert seconds < 2
        assert "Traceback" not in server.errors()

    def test_a_signal_at_its_first_word_ends_it_in_order_too(self, start):
        for _ in range(3):
            status, seconds = start().end()

            assert (status, seconds < 2) == (0, True)

    def test_who_waits_gets_an_answer_before_the_end(self, start):
        server = start()
        token = f"resid={obscure('alice')}&token={obscure('pw-alice')}"
        answers = []
        waiter = threading.Thread(
            target=lambda: answers.append(server.get(f"/chat-poll?name=1&{token}"))
        )
        waiter.start()
        drh = f"resid={obscure('drh')}&token={obscure('pw-drh')}"
        while "<td>alice</td>" not in server.get(f"/Admin/Chat?{drh}").text:
            assert waiter.is_alive()

        status, seconds = server.end()
        waiter.join()

        assert (status, seconds < 2) == (0, True)
        assert (answers[0].status, json.loads(answers[0].text)["msgs"]) == (200, [])

    def test_it_leaves_nothing_beside_the_file(self, start, path):
        server = start()
        server.get("/login")

        server.end()

        assert [entry.name for entry in path.parent.iterdir()] == [path.name]

    def test_nor_does_it_after_somebody_has_waited(self, start, path):
        server = start()
        token = f"resid={obscure('alice')}&token={obscure('pw-alice')}"
        server.get(f"/chat-poll?name=1&hold=1&{token}")

        server.end()

        assert [entry.name for entry in path.parent.iterdir()] == [path.name]

    def test_a_port_in_use_is_one_clear_line(self, run, path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]

            done = run("serve", path, "--port", port)

        assert done == (
            1,
            "",
            f"repoweb: cannot listen on 127.0.0.1 port {port}:"
            " it is in use by another program\n",
        )

    @pytest.mark.parametrize(
        "options",
        [
            *(["--port", "-1"], ["--port", "65536"], ["--port", "x"]),
            *(["--threads", "0"], ["--threads", "x"], ["--poll-seconds", "0"]),
        ],
        ids=" ".join,
    )
    def test_an_option_out_of_its_limits_is_refused(self, run, path, options):
        done = run("serve", path, *options)

        assert (done.status, done.out) == (2, "")
        assert f"Invalid value for '{options[0]}'" in done.err

    @pytest.mark.parametrize("prefix", ["/code", "code", "/code/", "//code//"])
    def test_it_can_lie_below_a_prefix(self, start, prefix):
        server = start("--prefix", prefix)

        page = server.get("/home")

        assert server.line.endswith("/code/\n")
        assert page.status == 200
        assert 'href="/code/home"' in page.text

    def test_it_can_listen_on_a_unix_socket(self, start, tmp_path):
        place = tmp_path / "s"
        server = start("--unix-socket", place)

        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(place))
            client.sendall(b"GET /robots.txt HTTP/1.0\r\n\r\n")
            answer = client.makefile("rb").read()

        assert server.address == str(place)
        assert answer.startswith(b"HTTP/1.0 200 OK")
        server.end()
        assert not place.exists()

    def test_requests_are_logged_in_the_usual_format(self, start):
        server = start()
        server.get("/home?resid=alice&token=pw-alice")
        server.get("/nix")

        server.end()

        log = "\n".join(sorted(server.errors().splitlines()))
        stamp = r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]"
        assert re.search(
            rf'127\.0\.0\.1 - alice {stamp} "GET /home\S* HTTP/1\.1" 200 \d+', log
        )
        assert re.search(rf'127\.0\.0\.1 - - {stamp} "GET /nix HTTP/1\.1" 404', log)

    def test_quietly_they_are_not(self, start):
        server = start("--quiet")
        server.get("/home")

        server.end()

        assert server.errors() == ""

    def test_a_trusted_proxy_is_believed(self, start):
        believed = start("--trusted-proxy", "127.0.0.1")
        headers = {"X-Forwarded-Proto": "https", "Host": "x.org"}
        form = "u=alice&p=pw-alice"
        headers["Content-Type"] = "application/x-www-form-urlencoded"

        answer = believed.get("/login", method="POST", headers=headers, body=form)

        assert "Secure" in answer.headers["Set-Cookie"]

    def test_nobody_else_is(self, start):
        server = start()
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"

        answer = server.get(
            "/login", method="POST", headers=headers, body="u=alice&p=pw-alice"
        )
        server.end()

        assert "Secure" not in answer.headers["Set-Cookie"]
        assert "192.0.2.1" not in server.errors()

    @pytest.mark.parametrize(("options", "sent"), [(["--hsts"], True), ([], False)])
    def test_browsers_are_told_to_use_https_if_asked_to(self, start, options, sent):
        server = start("--trusted-proxy", "127.0.0.1", *options)

        answer = server.get("/home", headers={"X-Forwarded-Proto": "https"})

        assert ("Strict-Transport-Security" in answer.headers) is sent

    def test_a_fault_is_logged_and_the_server_goes_on(self, start, path):
        server = start()
        server.get("/home")
        path.rename(path.with_name("away"))
        refused = server.get("/home")
        path.with_name("away").rename(path)

        page = server.get("/home")
        server.end()

        assert (refused.status, page.status) == (503, 200)
        assert f"WARNING repoweb.web.errors: {path}: no such file" in server.errors()

    def test_a_read_only_file_is_told_at_the_start(self, path):
        folder = Path(tempfile.mkdtemp(prefix="repoweb-"))
        folder.chmod(0o755)
        file = Path(shutil.copy(path, folder / "shown.fossil"))
        db = sqlite3.connect(file)
        db.execute("PRAGMA journal_mode=DELETE")
        db.close()
        file.chmod(0o444)
        server = Started("serve", file, "--port", 0, before=without_privileges())

        page = server.get("/home")
        server.end()

        assert page.status == 200
        assert server.errors().startswith(f"{file} is read-only: nobody can write\n")
        server.clear()
        shutil.rmtree(folder)

    def test_many_clients_are_served(self, start):
        server = start("--threads", 2)
        statuses = []
        threads = [
            threading.Thread(
                target=lambda: statuses.append(fetch(server.address + "home").status)
            )
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert statuses == [200] * 20

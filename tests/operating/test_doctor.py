"""`repoweb doctor`: what it finds in a file, on the machine, and through the web."""

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from running import run_unprivileged
from started import Started

from repoweb.cli import main
from repoweb.health import token
from repoweb.operating.doctor import file as file_checks


@pytest.fixture
def doctor(path, capsys):
    def call(*options):
        try:
            main(["doctor", str(path), *map(str, options)])
            status = 0
        except SystemExit as end:
            status = end.code
        return status, capsys.readouterr().out

    return call


@pytest.fixture
def change(path):
    def run(statement):
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(statement)

    return run


@pytest.fixture
def start(path):
    running = []

    def begin(*options):
        running.append(Started("serve", path, "--port", "0", "--quiet", *options))
        return running[-1].address.rstrip("/")

    yield begin
    for one in running:
        one.clear()


def tokens(path):
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT count(*) FROM config WHERE name='fx-health-token'"
        return db.execute(query).fetchone()[0]


class TestTheFile:
    def test_a_good_one_is_good(self, doctor, path):
        path.chmod(0o600)

        status, out = doctor()

        assert status == 0
        assert "BAD" not in out
        assert "ok    journal mode WAL" in out

    def test_a_slow_journal_is_a_hint(self, doctor, change):
        change("PRAGMA journal_mode=DELETE")

        status, out = doctor()

        assert status == 0
        assert "hint  journal mode DELETE" in out
        assert "PRAGMA journal_mode=WAL" in out

    def test_a_file_that_all_may_read_is_a_hint(self, doctor, path):
        path.chmod(0o644)

        assert f"chmod o-rwx {path}" in doctor()[1]

    def test_damage_is_bad(self, doctor, path, change):
        change("CREATE TABLE fx_big(x)")
        change("INSERT INTO fx_big VALUES(zeroblob(20000))")
        change("PRAGMA wal_checkpoint(TRUNCATE)")
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(size - 4096)
            file.write(b"\xff" * 8)

        status, out = doctor()

        assert status == 1
        assert "BAD   the file is damaged" in out

    def test_an_event_in_the_future_is_bad(self, doctor, change):
        change(
            "INSERT INTO event(type, mtime, objid)"
            " VALUES('ci', julianday('now')+2, 9999)"
        )

        assert "48 hours in the future" in doctor()[1]

    def test_a_file_that_may_not_be_written_is_bad(self, path, change):
        change("PRAGMA journal_mode=DELETE")
        with tempfile.TemporaryDirectory() as name:  # which others may enter
            folder = Path(name)
            folder.chmod(0o755)
            shown = Path(shutil.copy(path, folder))
            shown.chmod(0o444)

            done = run_unprivileged("-m", "repoweb", "doctor", shown)

        assert done.returncode == 1
        assert f"may not write {shown}: the site is read-only" in done.stdout

    def test_a_network_file_system_is_bad(self, doctor, path, tmp_path, monkeypatch):
        mounts = tmp_path / "mounts"
        mounts.write_text(f"/dev/x / ext4 rw 0 0\nhost:/y {path.parent} nfs4 rw 0 0\n")
        monkeypatch.setattr(file_checks, "_MOUNTS", mounts)

        assert "a network file system (nfs4)" in doctor()[1]


class TestTheMachine:
    def test_too_few_open_files_are_bad(self, doctor):
        status, out = doctor("--waiters", 2**40)

        assert status == 1
        assert "LimitNOFILE=" in out

    @pytest.mark.parametrize(
        ("answer", "line"),
        [
            ("This is fossil version 2.29 [x]", "ok    fossil 2.29 may use"),
            ("This is fossil version 1.37 [x]", "is too old for this file"),
        ],
    )
    def test_the_version_of_fossil_counts(
        self, doctor, tmp_path, monkeypatch, answer, line
    ):
        program = tmp_path / "fossil"
        program.write_text(f"#!/bin/sh\necho '{answer}'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert line in doctor()[1]

    def test_no_fossil_is_no_matter(self, doctor, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")

        assert "fossil is not installed, and not needed" in doctor()[1]


class Pretender(BaseHTTPRequestHandler):
    """A web server that passes on the wrong things, and gives up soon."""

    seen: dict
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/health/hang"):
            self.send_error(504)
            return
        body = json.dumps(self.seen).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def pretend():
    servers = []

    def begin(**seen):
        server = HTTPServer(("127.0.0.1", 0), type("P", (Pretender,), {"seen": seen}))
        thread = Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield begin
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


class TestTheSite:
    def test_a_good_one_is_good(self, doctor, start, path):
        url = start()

        status, out = doctor("--url", url, "--poll-seconds", 1)

        assert status == 0, out
        assert "ok    the site knows that it is seen by http\n" in out
        assert f"ok    the site knows its host, {url.partition('//')[2]}" in out
        assert "ok    a poll may hang for 1 seconds" in out
        assert tokens(path) == 0

    def test_passwords_in_the_clear_are_a_hint(self, doctor, start):
        assert "travel in the clear" in doctor("--url", start(), "--poll-seconds", 1)[1]

    def test_a_site_below_another_path_is_bad(self, doctor, start):
        url = start("--prefix", "/code").removesuffix("/code")

        status, out = doctor("--url", url, "--poll-seconds", 1)

        assert status == 1
        assert "it believes '/code'" in out

    def test_a_site_that_is_not_there_is_bad(self, doctor, path):
        status, out = doctor("--url", "http://127.0.0.1:9")

        assert status == 1
        assert "cannot be reached: [Errno 111] Connection refused" in out
        assert tokens(path) == 0

    def test_another_repository_is_bad(self, doctor, template, tmp_path):
        other = tmp_path / "other.fossil"
        other.write_bytes(template.read_bytes())
        server = Started("serve", other, "--port", "0", "--quiet")

        status, out = doctor("--url", server.address)
        server.clear()

        assert status == 1
        assert "another site, or of another repository (status 403)" in out

    def test_what_is_passed_on_wrongly_is_bad(self, doctor, pretend):
        url = pretend(scheme="https", host="inner:1", root="/x", address="localhost")

        status, out = doctor("--url", url, "--poll-seconds", 9)

        assert status == 1
        assert "visitors come by http, the site believes https" in out
        assert "the site believes inner:1" in out
        assert "it believes '/x'" in out
        assert "all visitors have the address 'localhost'" in out
        assert "removes or changes the Content-Security-Policy" in out
        assert "gave a poll up after 0 seconds (status 504)" in out
        assert "raise its timeout above 9 seconds" in out

    @pytest.mark.parametrize("url", ["ftp://x", "file:///etc/passwd", "x", "http://"])
    def test_what_is_no_address_is_refused(self, path, capsys, url):
        with pytest.raises(SystemExit):
            main(["doctor", str(path), "--url", url])

        assert f"{url}: not an address" in capsys.readouterr().err
        assert tokens(path) == 0


class TestTheToken:
    def test_who_has_none_learns_nothing(self, nobody, drh):
        for page in ("probe", "hang"):
            for query in ("", "?token=", "?token=x"):
                assert nobody.get(f"/health/{page}{query}").status_code == 403
                assert drh.get(f"/health/{page}{query}").status_code == 403

    def test_it_opens_the_probe_until_it_is_forgotten(self, repository, nobody):
        with repository.writing() as db:
            secret = token.make(db)
        assert nobody.get(f"/health/probe?token={secret}").json["scheme"] == "http"

        with repository.writing() as db:
            token.forget(db)

        assert nobody.get(f"/health/probe?token={secret}").status_code == 403

    def test_it_ends_by_itself(self, repository, nobody, configure):
        with repository.writing() as db:
            secret = token.make(db)

        configure("fx-health-token", f"{secret} 1000")

        assert nobody.get(f"/health/probe?token={secret}").status_code == 403

    def test_a_hang_ends_in_time(self, repository, nobody):
        with repository.writing() as db:
            secret = token.make(db)

        answer = nobody.get(f"/health/hang?seconds=0&token={secret}")

        assert answer.text == "done\n"


def test_a_load_balancer_is_told_that_all_is_well(nobody):
    answer = nobody.get("/health")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_load_balancer_is_told_that_the_file_is_gone(nobody, path):
    path.rename(path.with_suffix(".gone"))

    assert nobody.get("/health").status_code == 503

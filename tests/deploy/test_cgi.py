"""CGI scripts under lighttpd and Apache: a control file is the whole installation."""

import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from repoweb.cli import main

from .fronts import DEADLINE, Apache, Lighttpd, documented, until

SCRIPT = "/cgi-bin/code"
DOOR = Path(sys.executable).parent / "repoweb-cgi"


class ApacheWithCgi(Apache):
    more_modules = ("alias", "cgid")

    def whole(self, site):
        return super().whole(site) + f"\nScriptSock {self.folder}/cgisock\n"


FRONTS = {"lighttpd": Lighttpd, "apache": ApacheWithCgi}
DOCUMENTED = {"lighttpd": "lighttpd, CGI", "apache": "Apache, CGI"}


class Installed(NamedTuple):
    """A script, and where it is to be seen."""

    script: Path
    url: str
    front: object

    def residents(self):
        """List the processes that stay for the script."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"--resident" in words and str(self.script).encode() in words:
                found.append(int(entry.name))
        return found


@pytest.fixture
def folder(path, tmp_path):
    """Where everything lies, such that a web server's own user may use it too."""
    if os.geteuid() == 0:
        for one in (tmp_path, *tmp_path.parents[:2]):
            one.chmod(0o755)
        os.chown(path, 65534, 65534)
        os.chown(tmp_path, 65534, 65534)
    return tmp_path


@pytest.fixture
def install(front, folder, path):
    """Write a script by `repoweb cgi --init`, and start a web server for it."""
    installed = []

    def begin(kind, *lines, site=path):
        (programs := folder / "cgi-bin").mkdir(exist_ok=True)
        script = programs / "code"
        main(["cgi", "--init", str(site), str(script)])
        with script.open("a") as file:
            file.writelines(f"{line}\n" for line in lines)
        text = documented(DOCUMENTED[kind], kind, **{"/usr/lib/cgi-bin": programs})
        server = front(FRONTS[kind](folder / kind, text))
        installed.append(Installed(script, server.url + SCRIPT, server))
        return installed[-1]

    yield begin
    for one in installed:
        one.front.stop()
        for pid in one.residents():
            os.kill(pid, signal.SIGTERM)
        until(lambda one=one: not one.residents(), "the end of the residents")


@pytest.fixture(params=FRONTS)
def script(request, install):
    return install(request.param)


def test_somebody_who_waits_gets_what_another_one_says(script, visit):
    alice, bob = visit(script.url, "alice"), visit(script.url, "bob")
    alice.send("first")
    (first,) = bob.poll()
    found = []

    thread = threading.Thread(target=lambda: found.extend(bob.poll(first["msgid"])))
    thread.start()
    alice.send("second")
    thread.join(DEADLINE)

    assert [message["xmsg"] for message in found] == ["second"]
    assert len(script.residents()) == 1


def test_five_megabytes_arrive_as_they_were_sent(script, visit):
    alice, content = visit(script.url, "alice"), secrets.token_bytes(5 << 20)

    alice.send("look", file=("big.bin", "application/octet-stream", content))

    (message,) = alice.poll()
    assert alice.get(f"chat-download/{message['msgid']}").body == content


def test_links_lie_below_the_script(script, visit):
    page = visit(script.url).get("home")

    assert page.status == 200
    assert f'href="{SCRIPT}/login' in page.text


def test_many_first_requests_start_one_resident(install, visit):
    script = install("lighttpd")
    statuses = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(visit(script.url).get("home").status)
        )
        for _ in range(40)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)

    assert statuses == [200] * 40
    assert len(script.residents()) == 1


def test_a_resident_that_was_killed_is_replaced(install, visit):
    script = install("lighttpd")
    guest = visit(script.url)
    guest.get("home")
    (first,) = script.residents()

    os.kill(first, signal.SIGKILL)
    until(lambda: not script.residents(), "its end")

    assert guest.get("home").status == 200
    assert script.residents() != [first]


def test_an_idle_resident_leaves_and_nobody_notices(install, visit):
    script = install("lighttpd", "idle: 1")
    guest = visit(script.url)
    guest.get("home")
    (first,) = script.residents()

    until(lambda: first not in script.residents(), "its leaving")

    assert guest.get("home").status == 200


def test_a_resident_whose_folder_was_removed_leaves(install, visit, folder):
    script = install("lighttpd")
    visit(script.url).get("home")
    (first,) = script.residents()

    script.script.unlink()
    (own,) = folder.rglob(".repoweb-*")
    shutil.rmtree(own)

    until(lambda: first not in script.residents(), "its leaving")


def test_a_changed_control_file_is_a_new_resident(install, visit):
    script = install("lighttpd")
    guest = visit(script.url)
    guest.get("home")
    (first,) = script.residents()

    with script.script.open("a") as file:
        file.write("poll: 5\n")

    assert guest.get("home").status == 200
    until(lambda: first not in script.residents(), "the end of the first")
    assert len(script.residents()) == 1


@pytest.mark.parametrize("kind", FRONTS)
def test_without_a_resident_a_request_is_served_all_the_same(kind, install, visit):
    script = install(kind, "resident: no")
    alice, content = visit(script.url, "alice"), secrets.token_bytes(1 << 20)

    alice.send("look", file=("big.bin", "application/octet-stream", content))

    (message,) = alice.poll()
    assert alice.get(f"chat-download/{message['msgid']}").body == content
    assert f'href="{SCRIPT}/login' in visit(script.url).get("home").text
    assert script.residents() == []


def test_where_a_stranger_owns_the_folder_no_resident_is_started(install, visit):
    script = install("lighttpd")
    run = script.script.parent.parent / f".repoweb-{os.geteuid()}"
    run.mkdir(mode=0o777)
    run.chmod(0o777)

    assert visit(script.url).get("home").status == 200
    assert script.residents() == []


def test_the_sockets_lie_where_nobody_else_may_enter(install, visit):
    script = install("lighttpd")
    visit(script.url).get("home")

    run = script.script.parent.parent / f".repoweb-{os.geteuid()}"

    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert any(stat.S_ISSOCK(file.stat().st_mode) for file in run.iterdir())


def test_a_folder_of_repositories_is_served(install, visit, folder, path):
    (sites := folder / "sites" / "deep").mkdir(parents=True)
    (sites / "one.fossil").write_bytes(path.read_bytes())
    script = install("lighttpd", "repolist", site=folder / "sites")

    page = visit(script.url + "/deep/one").get("home")

    assert page.status == 200
    assert f'href="{SCRIPT}/deep/one/login' in page.text
    assert f'href="{SCRIPT}/deep/one/"' in visit(script.url).get("").text


def run_door(control, cwd=None, **environment):
    """Start the door as a web server does; returns what it writes."""
    variables = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/home",
        "SCRIPT_NAME": "/x",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        **environment,
    }
    done = subprocess.run(
        [DOOR, control],
        env=variables,
        cwd=cwd,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=DEADLINE,
        check=False,
    )
    return done.stdout.decode()


@pytest.mark.parametrize(
    "text", ["", "repository: /no/such/file\n", "repository:\n", "nonsense"]
)
def test_a_control_file_that_serves_nothing_is_an_error_page(tmp_path, text):
    control = tmp_path / "control"
    control.write_text(text)

    assert run_door(control).startswith("Status: 503 ")


def test_no_control_file_is_an_error_page(tmp_path):
    assert run_door(tmp_path / "nothing").startswith("Status: 503 ")


def test_a_header_that_programs_take_for_a_setting_is_dropped(path, tmp_path):
    control = tmp_path / "control"
    control.write_text(f"repository: {path}\nresident: no\n")

    assert run_door(control, HTTP_PROXY="http://evil").startswith("Status: 200 ")


def test_a_cookie_is_secure_by_https(path, tmp_path):
    control = tmp_path / "control"
    control.write_text(f"repository: {path}\nresident: no\n")
    begun = time.monotonic()

    answer = run_door(control, HTTPS="on", PATH_INFO="/login")

    assert answer.startswith("Status: 200 ")
    assert time.monotonic() - begun < DEADLINE


@pytest.mark.parametrize("line", ["resident: yes", "resident: no"])
def test_nothing_is_imported_from_where_the_script_lies(path, tmp_path, line):
    """Web servers start a script in its own folder."""
    control = tmp_path / "control"
    control.write_text(f"repository: {path}\n{line}\nidle: 1\n")
    for name in ("repoweb", "json", "flask"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')\n")

    assert run_door(control, cwd=tmp_path).startswith("Status: 200 ")
    if line == "resident: yes":
        until(lambda: not Installed(control, "", None).residents(), "its leaving")


@pytest.mark.parametrize(("age", "started"), [(5, 0), (120, 1)])
def test_a_start_that_failed_is_not_tried_again_within_a_minute(
    path, tmp_path, age, started
):
    control = tmp_path / "control"
    control.write_text(f"repository: {path}\nidle: 1\n")
    state = control.stat()
    (run := tmp_path / f".repoweb-{os.geteuid()}").mkdir(mode=0o700)
    name = f"{state.st_dev:x}-{state.st_ino:x}-{state.st_mtime_ns:x}"
    (failed := run / f"{name}.failed").touch()
    os.utime(failed, (time.time() - age,) * 2)

    assert run_door(control).startswith("Status: 200 ")

    residents = Installed(control, "", None).residents
    assert len(residents()) == started
    until(lambda: not residents(), "its leaving")


def test_a_web_server_that_has_gone_is_no_error(path, tmp_path):
    control = tmp_path / "control"
    control.write_text(f"repository: {path}\nidle: 1\n")
    assert run_door(control).startswith("Status: 200 ")
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(
        [DOOR, control],
        env={"REQUEST_METHOD": "GET", "PATH_INFO": "/home"},
        stdin=subprocess.DEVNULL,
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=DEADLINE,
        check=False,
    )

    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
    until(lambda: not Installed(control, "", None).residents(), "its leaving")

"""The container of deploy/Dockerfile, as Buildah builds and runs it.

Its base image would come from a registry; here Debian's own Python stands for it, with
what this machine tells pip and TLS. Needs root, buildah and debootstrap.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from started import DEADLINE, fetch

from repoweb.repository.create import create_repository

from .fronts import free_port

ROOT = Path(__file__).parent.parent.parent
BASE = "docker.io/library/python:3.13-slim"
RELEASE = "trixie"  # the Debian with Python 3.13
PACKAGES = "python-is-python3,python3-venv,ca-certificates"
OF_THIS_MACHINE = "/etc/pip.conf", "/etc/ssl/certs"
USER = 900

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not (shutil.which("buildah") and shutil.which("debootstrap")),
    reason="needs root, buildah and debootstrap",
)


class Buildah:
    """Builds and runs containers without a daemon, all in one folder."""

    def __init__(self, folder):
        self.before = ["buildah", "--storage-driver", "vfs"]
        self.before += ["--root", folder / "images", "--runroot", folder / "running"]

    def __call__(self, *words):
        done = subprocess.run(
            [*self.before, *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def make_base(self, folder):
        """Make the image that the Dockerfile begins with."""
        include = ["--variant=minbase", f"--include={PACKAGES}"]
        subprocess.run(
            ["debootstrap", *include, RELEASE, folder], check=True, capture_output=True
        )
        empty = self("from", "scratch")
        self("copy", empty, folder, "/")
        self("commit", "--rm", empty, BASE)

    def build(self):
        """Do what the Dockerfile says; returns the container's name."""
        here = [f"--volume={p}:{p}:ro" for p in OF_THIS_MACHINE if Path(p).exists()]
        how = ["--isolation=chroot", "--pull-never", *here, "--tag", "repoweb"]
        self("build", *how, "--file", ROOT / "deploy" / "Dockerfile", ROOT)
        return self("from", "--pull-never", "repoweb")


@pytest.fixture(scope="module")
def buildah(tmp_path_factory):
    folder = tmp_path_factory.mktemp("buildah")
    yield Buildah(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def image(buildah, tmp_path_factory):
    folder = tmp_path_factory.mktemp("base") / "debian"
    buildah.make_base(folder)
    shutil.rmtree(folder)
    return buildah.build()


@pytest.fixture
def folder(tmp_path):
    """A folder with a repository, both of the container's user."""
    new = create_repository(tmp_path / "project.fossil", admin="ann")
    (tmp_path / "password").write_text(new.password)
    for place in [tmp_path, *tmp_path.iterdir()]:
        os.chown(place, USER, USER)
    return tmp_path


@pytest.fixture
def container(buildah, image, folder):
    """The running container: Buildah's process, and the port of the server."""
    about = json.loads(buildah("inspect", image))["OCIv1"]["config"]
    port = free_port()
    server = ["/srv/fossil/project.fossil", "--host", "127.0.0.1", "--port", str(port)]
    command = [*buildah.before, "run", "--isolation=chroot"]
    command += [f"--volume={folder}:/srv/fossil", image, *about["Entrypoint"], *server]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert "serving" in process.stdout.readline()
        yield process, port
        for pid in [*below(process.pid), process.pid]:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, signal.SIGTERM)
        process.wait(DEADLINE)


def below(pid):
    """List the processes that a process has started, the innermost first."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(word) for file in files for word in file.read_text().split()]
    return [one for child in children for one in [*below(child), child]]


def test_the_container_serves_as_a_user_without_privileges(container):
    process, port = container

    assert fetch(f"http://127.0.0.1:{port}/home").status == 200  # it has started
    server, *_ = below(process.pid)
    assert Path(f"/proc/{server}").stat().st_uid == USER


def test_the_container_writes_to_the_folder_that_is_mounted(container, folder, visit):
    _, port = container
    guest = visit(f"http://127.0.0.1:{port}")

    assert guest.log_in("ann", (folder / "password").read_text())

    with closing(sqlite3.connect(folder / "project.fossil")) as db:
        query = "SELECT cookie FROM user WHERE login='ann'"
        assert db.execute(query).fetchone() != (None,)


def test_the_container_ends_by_its_stop_signal(container):
    process, _ = container
    server, *_ = below(process.pid)

    os.kill(server, signal.SIGTERM)

    assert process.wait(DEADLINE) == 0

"""Real fossil and real repoweb on the same file, each as a program of its own."""

import os
import shutil
import subprocess
import sys
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from .developer import Clone, Developer
from .programs import DEADLINE, PROGRAM, Done, Fossil, FossilServer, Repoweb
from .tables import WRITTEN, ask, change, derived, require_same
from .visitor import Visitor

USERS = {"alice": "eiop2345C", "bob": "o23pC", "carol": "o"}
"""Besides drh, who has s; passwords are pw-LOGIN. Carol may not chat."""


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.oracle)


@pytest.fixture(scope="session")
def fossil(tmp_path_factory):
    """The program: `fossil("info", path)` returns what it writes."""
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"there is no program {PROGRAM}")
    return Fossil(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def run_repoweb(fossil):
    """The command line: `run_repoweb("user", "list", path)` returns what it writes."""

    def run(*arguments):
        environment = {**os.environ, **fossil.environment}
        process = subprocess.run(
            [sys.executable, "-m", "repoweb", *map(str, arguments)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert process.returncode == 0, Done(process)
        return process.stdout

    return run


@pytest.fixture(scope="session")
def template(fossil, tmp_path_factory):
    """A repository that fossil made, with drh and USERS."""
    path = tmp_path_factory.mktemp("template") / "project.fossil"
    fossil("new", path, "--admin-user", "drh", "--project-name", "Demo")
    fossil("user", "password", "drh", "pw-drh", "-R", path)
    for login, cap in USERS.items():
        fossil("user", "new", login, "", f"pw-{login}", "-R", path)
        fossil("user", "capabilities", login, cap, "-R", path)
    return path


@pytest.fixture
def path(template, tmp_path):
    """The file that the programs share."""
    return Path(shutil.copy(template, tmp_path))


@pytest.fixture(scope="session")
def initialised_template(run_repoweb, tmp_path_factory):
    """A repository that repoweb made, with drh and bob."""
    path = tmp_path_factory.mktemp("template") / "initialised.fossil"
    run_repoweb("init", path, "--admin", "drh", "--project-name", "Demo")
    run_repoweb("user", "password", path, "drh", "pw-drh")
    run_repoweb(
        *("user", "new", path, "bob", "--capabilities", "o23pC", "--password", "pw-bob")
    )
    return path


@pytest.fixture
def initialised(initialised_template, tmp_path):
    """The same, for one test."""
    return Path(shutil.copy(initialised_template, tmp_path))


@pytest.fixture
def serve_fossil(fossil, tmp_path):
    """Start fossil's server: `serve_fossil(path).url`."""
    started = []

    def start(path):
        log = tmp_path / f"fossil{len(started)}.log"
        started.append(FossilServer(fossil, path, log))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def serve_repoweb(fossil, tmp_path):
    """Start repoweb: `serve_repoweb(path).url`. No fault of its own may occur."""
    started, numbers = [], count()

    def start(path, *options):
        log = tmp_path / f"repoweb{next(numbers)}.log"
        started.append(Repoweb(fossil.home, path, log, options))
        return started[-1]

    yield start
    for server in started:
        server.stop()
    for server in started:
        server.require_faultless()


@pytest.fixture
def fossil_server(serve_fossil, path):
    return serve_fossil(path)


@pytest.fixture
def repoweb(serve_repoweb, path):
    return serve_repoweb(path)


@pytest.fixture
def visit():
    """Make visitors: `visit(server, "bob")` is logged in, `visit(server)` is nobody."""
    visitors = []

    def make(server, login=None, *, cookies=()):
        visitors.append(Visitor(server.url, cookies))
        if login:
            assert visitors[-1].log_in(login, f"pw-{login}")
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def clone(fossil, folder, tmp_path):
    """Clone what a server has: `clone(url)` is the developer who did."""

    def make(url):
        path = tmp_path / "clone.fossil"
        fossil("clone", "--no-open", url, path)
        fossil("setting", "autosync", "off", "-R", path)
        return Developer(fossil, path, folder)

    return make


@pytest.fixture
def cloned(clone, serve_fossil, visit, path):
    """Clone the repository: `cloned()` is the `Clone`, whose drh has his password."""

    def make():
        url = serve_fossil(path).url.replace("//", "//drh:pw-drh@")
        return Clone(clone(url), url, serve_fossil, visit)

    return make


@pytest.fixture
def rebuilds_the_same(fossil, path):
    """Require that a rebuild changes no row that somebody sees."""

    def require():
        before = derived(path, WRITTEN)
        fossil("rebuild", path)
        require_same(before, derived(path, WRITTEN))
        assert " 0 errors" in fossil("test-integrity", path)

    return require


@pytest.fixture
def folder(tmp_path):
    """An empty folder for a check-out."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    return folder


@pytest.fixture
def rows(path):
    """Ask the file itself: `rows("SELECT …")` gives a list of tuples."""
    return partial(ask, path)


@pytest.fixture
def sql(path):
    """Change the file behind the programs' backs."""
    return partial(change, path)

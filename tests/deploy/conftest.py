"""Real servers: repoweb as its operators run it, and web servers before it."""

import pytest
from started import Started

from .fronts import documented
from .guest import Guest
from .ways import KINDS, WAYS, Site


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "deploy":
            item.add_marker(pytest.mark.live)


@pytest.fixture
def start(path):
    """Start `repoweb serve` on the repository; it has to end without a fault."""
    running = []

    def begin(*arguments, file=path, **options):
        running.append(Started("serve", file, *arguments, **options))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.end()
        errors = one.errors()
        one.clear()
        assert "Traceback" not in errors, errors


@pytest.fixture
def front():
    """Start web servers: `front(Nginx(folder, site))`."""
    running = []

    def begin(server):
        running.append(server)
        return server.start()

    yield begin
    for server in running:
        server.stop()


@pytest.fixture
def visit():
    """Open browsers without scripts: `visit(url, "alice")` is logged in."""
    visitors = []

    def begin(url, login=None, certificate=None):
        visitors.append(Guest(url, certificate))
        if login:
            assert visitors[-1].log_in(login, f"pw-{login}")
        return visitors[-1]

    yield begin
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def open_site(start, front, tmp_path):
    """Start repoweb and a web server as a section of the document says."""

    def begin(name, *more, front_class=None):
        way = WAYS[name]
        if way.socket:
            address = tmp_path / f"{name}.sock"
            repoweb = start("--unix-socket", address, *way.arguments, *more)
        else:
            repoweb = start("--port", "0", *way.arguments, *more)
            address = repoweb.line.split()[-1].removeprefix("http://").partition("/")[0]
        places = {way.socket or way.port: address}
        site = documented(way.section, KINDS[name[:5]], **places)
        server = (front_class or way.front)(tmp_path / name, site)
        return Site(way, repoweb, front(server))

    return begin

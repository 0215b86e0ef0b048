"""What tests share: real repository files, the real application, logged-in clients."""

import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Client, password_of
from flask import Flask
from hypothesis import settings
from queries import forget_first

from repoweb.accounts import store
from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.repository import artifacts
from repoweb.repository.connection import Reader
from repoweb.repository.create import create_repository
from repoweb.repository.repository import Repository

settings.register_profile("dev", deadline=None)  # other programs may be busy
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if "CI" in os.environ else "dev")

USERS = {
    "alice": "eiop2345C",
    "bob": "o23C",
    "carol": "o",  # without the capability Chat
    "dora": "a",  # an administrator, but not a setup user
}
"""Users of the repository under test besides drh, who has s; passwords are pw-LOGIN."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that repoweb made, with drh and USERS; tests get copies of it."""
    path = tmp_path_factory.mktemp("template") / "project.fossil"
    create_repository(path, admin="drh", project_name="Demo")
    repository = Repository(path)
    with repository.writing() as db:
        store.set_password(db, "drh", password_of("drh"))
        for login, cap in USERS.items():
            store.create(db, login, password=password_of(login), cap=cap)
    repository.close()
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    """The file of the repository under test."""
    return Path(shutil.copy(template, tmp_path))


@pytest.fixture
def repository(path: Path) -> Iterator[Repository]:
    repository = Repository(path)
    yield repository
    repository.close()


@pytest.fixture
def app(repository: Repository) -> Iterator[Flask]:
    app = create_app(repository)
    app.testing = False  # errors are answered, as in real life
    yield app
    chat_of(app).hub.close()


@pytest.fixture
def client_of(app: Flask):
    """Make clients: `client_of("alice")` is logged in, `client_of()` is nobody."""
    app.test_client_class = Client

    def make(login: str | None = None) -> Client:
        client = app.test_client()
        return client.login(login) if login else client

    return make


@pytest.fixture
def nobody(client_of) -> Client:
    return client_of()


@pytest.fixture
def alice(client_of) -> Client:
    return client_of("alice")


@pytest.fixture
def bob(client_of) -> Client:
    return client_of("bob")


@pytest.fixture
def drh(client_of) -> Client:
    return client_of("drh")


@pytest.fixture
def rows(repository: Repository):
    """Ask the repository file itself: `rows("SELECT …")` gives a list of tuples."""

    def ask(query: str, *values):
        with repository.reading() as db:
            return [tuple(row) for row in db.execute(query, values).fetchall()]

    return ask


@pytest.fixture
def queries_of(monkeypatch: pytest.MonkeyPatch):
    """Count the queries that readers make meanwhile: `queries_of(lambda: …)`.

    They begin without anything that they could recall.
    """
    execute = Reader.execute
    forget_first(monkeypatch)

    def count(work: Callable[[], object]) -> int:
        made = 0

        def counted(self, sql, values=(), /):
            nonlocal made
            made += 1
            return execute(self, sql, values)

        with monkeypatch.context() as patch:
            patch.setattr(Reader, "execute", counted)
            work()
        return made

    return count


@pytest.fixture
def sql(repository: Repository):
    """Change the repository file behind the application's back."""

    def run(statement: str, *values) -> None:
        with repository.writing() as db:
            db.execute(statement, values)

    return run


@pytest.fixture
def put(repository: Repository):
    """Store an artifact as it is; gives its number and hash."""

    def keep(content: bytes) -> tuple[int, str]:
        with repository.writing() as db:
            return artifacts.store(db, content, artifacts.receive(db, "alice"))

    return keep


@pytest.fixture
def configure(sql):
    """Set a row of `config` as another program would; None removes it."""

    def change(name: str, value: str | None) -> None:
        sql("DELETE FROM config WHERE name=?", name)
        if value is not None:
            sql("INSERT INTO config(name, value, mtime) VALUES(?, ?, 0)", name, value)

    return change


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Whatever a test starts, it ends."""
    before = set(threading.enumerate())
    yield
    if not set(threading.enumerate()) - before:
        return
    gc.collect()
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    for thread in left:
        thread.join(timeout=5)
    assert not [t for t in left if t.is_alive()]

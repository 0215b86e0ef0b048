"""A watch sees every commit, and asks SQLite only when there may be one."""

import sqlite3

import pytest

from repoweb.repository import watch as watch_module
from repoweb.repository.errors import RepositoryMissing
from repoweb.repository.watch import FileReplaced, Watch


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(watch_module, "time", clock)
    return clock


@pytest.fixture(params=["delete", "truncate", "wal"])
def other(path, request):
    """Another program, on a file in one of the journal modes."""
    db = sqlite3.connect(path, isolation_level=None)
    assert db.execute(f"PRAGMA journal_mode={request.param}").fetchone()[0] == (
        request.param
    )
    db.execute("CREATE TABLE fx_other(x)")
    yield db
    db.close()


@pytest.fixture
def watch(other, repository, clock):  # noqa: ARG001 - first the journal mode
    identity = repository.identity()
    with repository.reading() as db:
        watch = Watch(repository, identity, db)
        watch.asked = []
        ask = watch._ask
        watch._ask = lambda: watch.asked.append(1) or ask()
        yield watch


@pytest.fixture
def calm(watch, clock):
    """A watch of a file on which nothing has happened for long."""
    watch.has_changed()
    clock.now += 1.5
    watch.has_changed()
    clock.now += 0.04
    watch.asked.clear()
    return watch


def test_the_first_look_says_yes(watch):
    assert watch.has_changed()


def test_the_second_says_no(watch):
    watch.has_changed()

    assert not watch.has_changed()


def test_every_commit_is_seen_in_the_next_look(watch, other, clock):
    watch.has_changed()

    for _ in range(100):
        clock.now += 0.04
        other.execute("INSERT INTO fx_other VALUES(1)")
        assert watch.has_changed()
        assert not watch.has_changed()


def test_a_commit_after_a_long_calm_is_seen(calm, other):
    other.execute("INSERT INTO fx_other VALUES(1)")

    assert calm.has_changed()


def test_a_commit_of_this_process_is_seen(calm, sql):
    sql("INSERT INTO fx_other VALUES(1)")

    assert calm.has_changed()


def test_a_transaction_is_seen_when_it_is_committed(calm, other):
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO fx_other VALUES(1)")
    assert not calm.has_changed()

    other.execute("COMMIT")

    assert calm.has_changed()


def test_what_was_rolled_back_is_not(calm, other):
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO fx_other VALUES(1)")
    other.execute("ROLLBACK")

    assert not calm.has_changed()


def test_in_a_calm_sqlite_is_asked_once_a_second(calm, clock):
    for _ in range(250):
        clock.now += 0.04
        assert not calm.has_changed()

    assert 9 <= len(calm.asked) <= 11


def test_a_commit_that_left_no_trace_is_seen_within_a_second(calm, other, clock):
    """As where the clock of a network's file server is coarse."""
    traces = calm._traces
    calm._look = lambda: traces
    other.execute("INSERT INTO fx_other VALUES(1)")
    begun = clock.now

    while not calm.has_changed():
        clock.now += 0.04

    assert clock.now - begun < 1.1


def test_what_becomes_visible_after_it_was_written_is_seen(calm, other, clock):
    """In a write-ahead log the frames come first, and the commit later."""
    version = calm._version
    other.execute("INSERT INTO fx_other VALUES(1)")
    ask, calm._ask = calm._ask, lambda: version
    for _ in range(10):
        clock.now += 0.04
        assert not calm.has_changed()

    calm._ask = ask

    assert calm.has_changed()


def test_a_missing_file_is_told(calm, path):
    path.unlink()

    with pytest.raises(RepositoryMissing):
        calm.has_changed()


def test_another_file_is_told(calm, path, template):
    other = path.with_name("other")
    other.write_bytes(template.read_bytes())
    other.replace(path)

    with pytest.raises(FileReplaced):
        calm.has_changed()

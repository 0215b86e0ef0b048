"""What a request has found counts until somebody commits, and never longer."""

import sqlite3
from contextlib import closing

import pytest

from repoweb import settings
from repoweb.repository.connection import recall
from repoweb.repository.recall import Memory
from repoweb.repository.repository import Repository

NAME = "project-name"
CHANGE = "REPLACE INTO config(name, value) VALUES('project-name', ?)"


@pytest.fixture
def other(repository):
    """Another program that has the file open."""
    db = sqlite3.connect(repository.path, isolation_level=None)
    yield db
    db.close()


@pytest.fixture
def reader(repository):
    """A connection as a request has it."""
    with repository.reading() as db:
        db.remember()
        yield db


def count_calls(result=None):
    """Return a list of calls and something that is found, and noted there."""
    calls = []

    def find(db):
        calls.append(db)
        return result

    return calls, find


def test_asks_once(reader):
    calls, find = count_calls("found")

    assert [recall(reader, "key", find) for _ in range(3)] == ["found"] * 3
    assert len(calls) == 1


def test_remembers_that_there_is_nothing(reader):
    calls, find = count_calls(None)

    assert [recall(reader, "key", find) for _ in range(3)] == [None] * 3
    assert len(calls) == 1


def test_keeps_one_thing_apart_from_another(reader):
    assert recall(reader, ("a", 1), lambda _: 1) == 1
    assert recall(reader, ("a", 2), lambda _: 2) == 2


def test_remembers_no_error(reader):
    with pytest.raises(ZeroDivisionError):
        recall(reader, "key", lambda _: 1 / 0)

    assert recall(reader, "key", lambda _: 1) == 1


def test_sees_at_once_what_this_process_commits(repository, reader):
    before = settings.read_text(reader, NAME)
    with repository.writing() as db:
        db.execute(CHANGE, ("Ours",))
        assert settings.read_text(db, NAME) == "Ours"
        assert settings.read_text(reader, NAME) == before

    assert settings.read_text(reader, NAME) == "Ours"


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_sees_with_the_next_request_what_others_commit(repository, other, mode):
    repository.close()
    other.execute(f"PRAGMA journal_mode={mode}")
    with closing(Repository(repository.path)) as again:
        with again.reading() as db:
            db.remember()
            settings.read_text(db, NAME)
        other.execute(CHANGE, ("Theirs",))

        with again.reading() as db:
            db.remember()
            assert settings.read_text(db, NAME) == "Theirs"


def test_recalls_in_the_next_request_if_nobody_has_written(repository):
    calls, find = count_calls(1)
    for _ in range(3):
        with repository.reading() as db:
            db.remember()
            recall(db, "key", find)

    assert len(calls) == 1


def test_who_reads_for_long_asks_each_time(repository, other):
    with repository.reading() as db:
        db.remember()
        settings.read_text(db, NAME)
    with repository.reading() as db:
        settings.read_text(db, NAME)
        other.execute(CHANGE, ("Theirs",))

        assert settings.read_text(db, NAME) == "Theirs"


def test_what_is_found_while_somebody_commits_is_not_kept():
    memory = Memory()
    memory.open(version=1, commits=0)
    memory.recall(None, 0, "key", lambda _: "before")

    assert memory.recall(None, 1, "key", lambda _: "after") == "after"
    memory.open(version=2, commits=1)
    assert memory.recall(None, 1, "key", lambda _: "now") == "now"

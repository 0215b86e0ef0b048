"""What follows from the schema is found once, until somebody changes the schema."""

import sqlite3

import pytest

from repoweb.repository.connection import recall_of_schema

MAKE = "CREATE TABLE fx_other(a)"


@pytest.fixture
def other(repository):
    """Another program that has the file open."""
    db = sqlite3.connect(repository.path, isolation_level=None)
    yield db
    db.close()


@pytest.fixture
def has_table(repository):
    """Look for the table as a writer does, and note that it was looked for."""
    looks = []

    def find(db):
        looks.append(db)
        query = "SELECT count(*) FROM sqlite_schema WHERE name='fx_other'"
        return db.execute(query).fetchone()[0] == 1

    def ask(db=None):
        if db is not None:
            return recall_of_schema(db, "key", find)
        with repository.writing() as own:
            return recall_of_schema(own, "key", find)

    ask.looks = looks
    return ask


def test_is_asked_once(has_table):
    assert [has_table() for _ in range(3)] == [False] * 3
    assert len(has_table.looks) == 1


def test_other_changes_of_its_own_do_not_count(has_table, repository):
    has_table()
    with repository.writing() as db:
        db.execute("INSERT INTO config(name, value) VALUES('test-1', 1)")

    assert has_table() is False
    assert len(has_table.looks) == 1


def test_its_own_table_is_seen_at_once(has_table, repository):
    assert has_table() is False
    with repository.writing() as db:
        db.execute(MAKE)
        assert has_table(db) is True

    assert has_table() is True


def test_a_table_of_another_program_is_seen(has_table, other):
    assert has_table() is False
    other.execute(MAKE)
    assert has_table() is True
    other.execute("DROP TABLE fx_other")
    assert has_table() is False


def test_a_table_that_was_undone_is_not_there(has_table, repository):
    class Undo(Exception):
        """Something failed."""

    def fail(has_table):
        with repository.writing() as db:
            db.execute(MAKE)
            assert has_table(db) is True
            raise Undo

    with pytest.raises(Undo):
        fail(has_table)
    with repository.writing() as db:
        db.execute("CREATE TABLE fx_third(a)")  # the schema gets the same number again
        assert has_table(db) is False

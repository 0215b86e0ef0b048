"""Another file is moved to the path while repoweb has the old one open.

In WAL mode SQLite would read the old file's log over the new file, and write
into it; SERVING.md 4 calls that corruption.
"""

import os
import sqlite3
import threading

import pytest
from folders import names_in

from repoweb.repository.create import create_repository
from repoweb.repository.errors import (
    NotARepository,
    RepositoryBusy,
    RepositoryMissing,
)
from repoweb.repository.repository import Repository

FIRST = "SELECT login, info FROM user WHERE uid=1"
CHANGE = "UPDATE user SET info=? WHERE uid=1"


@pytest.fixture
def old_mode():
    return "wal"


@pytest.fixture
def new_mode():
    return "wal"


@pytest.fixture
def newcomer(path, set_journal_mode, new_mode):
    """The file that takes the place of the other one; its first user is `new`."""
    newcomer = path.with_name("newcomer.fossil")
    create_repository(newcomer, admin="new")
    set_journal_mode(new_mode, newcomer)
    return newcomer


@pytest.fixture
def repository(path, set_journal_mode, old_mode):
    set_journal_mode(old_mode)
    repository = Repository(path)
    yield repository
    repository.close()


@pytest.fixture
def replace(path, newcomer):
    """Move the newcomer to the path; the old file is kept beside it."""

    def move():
        kept = path.with_name("kept.fossil")
        os.link(path, kept)
        newcomer.replace(path)
        return kept

    return move


def write(repository, info):
    with repository.writing() as db:
        db.execute(CHANGE, (info,))
        for number in range(20):
            db.execute(
                "REPLACE INTO config(name, value) VALUES(?, ?)", (number, "x" * 2000)
            )


def read(repository, query=FIRST):
    with repository.reading() as db:
        return tuple(db.execute(query).fetchone())


def read_file(path, query=FIRST):
    """Ask a file without the help of repoweb."""
    db = sqlite3.connect(path)
    row = db.execute(query).fetchone()
    db.close()
    return row


@pytest.mark.parametrize("new_mode", ["wal", "delete"])
@pytest.mark.parametrize("old_mode", ["wal", "delete"])
class TestTheNextUse:
    def test_it_reads_the_new_file(self, repository, replace):
        write(repository, "old")
        replace()

        assert read(repository) == ("new", "")
        assert read(repository, "PRAGMA integrity_check") == ("ok",)

    def test_it_writes_into_the_new_file(self, repository, replace, path):
        write(repository, "old")
        kept = replace()

        write(repository, "written afterwards")

        assert read_file(path) == ("new", "written afterwards")
        assert read_file(path, "PRAGMA integrity_check") == ("ok",)
        assert read_file(kept) == ("drh", "old")

    def test_it_loses_nothing_of_the_old_file(self, repository, replace):
        write(repository, "old")
        kept = replace()

        read(repository)

        assert read_file(kept) == ("drh", "old")
        assert read_file(kept, "PRAGMA integrity_check") == ("ok",)

    def test_it_leaves_the_journal_mode_alone(
        self, repository, replace, path, new_mode
    ):
        write(repository, "old")
        replace()

        write(repository, "new")
        repository.close()

        assert read_file(path, "PRAGMA journal_mode") == (new_mode,)

    def test_it_closes_all_connections_to_the_old_file(self, repository, replace):
        with repository.reading(), repository.reading():
            write(repository, "old")
        assert repository.open_connections == 3
        replace()

        read(repository)

        assert repository.open_connections == 1

    def test_closing_without_another_use_spoils_nothing(
        self, repository, replace, path
    ):
        write(repository, "old")
        kept = replace()

        repository.close()

        assert read_file(path) == ("new", "")
        assert read_file(path, "PRAGMA integrity_check") == ("ok",)
        assert read_file(kept) == ("drh", "old")
        assert repository.open_connections == 0

    def test_replacing_it_again_and_again_is_no_problem(
        self, repository, replace, path, set_journal_mode, new_mode
    ):
        write(repository, "old")
        replace()
        for number in range(5):
            write(repository, f"round {number}")
            another = path.with_name("another.fossil")
            create_repository(another, admin=f"user-{number}")
            set_journal_mode(new_mode, another)
            another.replace(path)

            assert read(repository) == (f"user-{number}", "")


class TestATransactionThatIsUnderWay:
    @pytest.mark.parametrize("old_mode", ["wal", "delete"])
    def test_nothing_of_it_is_written_anywhere(self, repository, replace, path):
        def write_meanwhile():
            with repository.writing() as db:
                db.execute(CHANGE, ("lost",))
                return replace()

        with pytest.raises(RepositoryBusy, match="the file was replaced; try again"):
            write_meanwhile()

        assert read(repository) == ("new", "")
        assert read_file(path) == ("new", "")
        assert read_file(path.with_name("kept.fossil")) == ("drh", "")

    def test_writing_again_works(self, repository, replace):
        with pytest.raises(RepositoryBusy), repository.writing():
            replace()

        write(repository, "at the second try")

        assert read(repository) == ("new", "at the second try")

    def test_who_comes_meanwhile_waits_for_its_end(self, repository, replace):
        seen = []
        reader = threading.Thread(target=lambda: seen.append(read(repository)))

        def write_meanwhile():
            with repository.writing() as db:
                db.execute(CHANGE, ("lost",))
                replace()
                reader.start()
                reader.join(0.2)
                assert seen == []

        with pytest.raises(RepositoryBusy):
            write_meanwhile()
        reader.join()

        assert seen == [("new", "")]

    @pytest.mark.usefixtures("impatient")
    def test_as_long_as_another_program_reads_the_old_file_all_wait(
        self, path, replace, other
    ):
        """Its reader keeps the log from being emptied."""
        repository = Repository(path)
        other.execute("BEGIN")
        other.execute(FIRST).fetchone()
        write(repository, "old")
        replace()
        with pytest.raises(RepositoryBusy, match="the file was replaced; try again"):
            read(repository)

        other.execute("COMMIT")

        assert read(repository) == ("new", "")
        assert read(repository, "PRAGMA integrity_check") == ("ok",)
        repository.close()

    @pytest.mark.usefixtures("impatient")
    def test_nobody_waits_for_ever(self, repository, replace):
        with repository.reading() as db:
            replace()
            with pytest.raises(RepositoryBusy, match="the file was replaced"):
                read(repository)
            assert tuple(db.execute(FIRST).fetchone()) == ("drh", "")

        assert read(repository) == ("new", "")


class TestAFileThatGoesAway:
    def test_it_is_named_as_missing(self, repository, path):
        path.rename(path.with_name("away.fossil"))

        with pytest.raises(RepositoryMissing, match=r"project\.fossil: no such file"):
            read(repository)

    def test_nothing_is_written_into_it(self, repository, path):
        away = path.with_name("away.fossil")

        def write_and_move():
            with repository.writing() as db:
                db.execute(CHANGE, ("lost",))
                path.rename(away)

        with pytest.raises(RepositoryMissing):
            write_and_move()
        away.rename(path)

        assert read(repository) == ("drh", "")

    def test_at_the_end_nothing_of_it_is_lost(self, repository, path):
        away = path.with_name("away.fossil")
        write(repository, "before")
        path.rename(away)

        repository.close()

        assert read_file(away) == ("drh", "before")
        assert read_file(away, "PRAGMA integrity_check") == ("ok",)

    def test_a_file_that_comes_after_the_end_is_not_spoiled(
        self, repository, path, newcomer
    ):
        write(repository, "before")
        path.rename(path.with_name("away.fossil"))
        repository.close()

        newcomer.rename(path)

        assert read_file(path) == ("new", "")
        assert read_file(path, "PRAGMA integrity_check") == ("ok",)

    def test_when_it_comes_back_all_goes_on(self, repository, path):
        write(repository, "before")
        path.rename(path.with_name("away.fossil"))
        with pytest.raises(RepositoryMissing):
            read(repository)
        path.with_name("away.fossil").rename(path)

        write(repository, "after")

        assert read(repository) == ("drh", "after")

    def test_what_is_no_repository_is_not_served(self, repository, path):
        path.rename(path.with_name("away.fossil"))
        path.write_text("something else")

        with pytest.raises(NotARepository, match="not an SQLite database"):
            read(repository)

    def test_after_what_is_no_repository_the_old_one_can_come_back(
        self, repository, path
    ):
        write(repository, "before")
        path.rename(path.with_name("away.fossil"))
        path.write_text("something else")
        with pytest.raises(NotARepository):
            read(repository)
        path.with_name("away.fossil").replace(path)

        write(repository, "after")

        assert read(repository) == ("drh", "after")
        assert repository.open_connections == 2
        repository.close()
        assert names_in(path.parent) == ["project.fossil"]

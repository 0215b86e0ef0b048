"""Which files are taken for a Fossil repository, and why others are not."""

import os
import sqlite3

import pytest
from running import run_unprivileged

from repoweb.repository.errors import NotARepository, RepositoryMissing
from repoweb.repository.recognise import TABLES
from repoweb.repository.repository import Repository

PADDING = "x" * 20_000


def make_database(path, tables=TABLES, *, page_size=4096, padding=PADDING):
    """Make an SQLite database with tables of two columns."""
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA page_size={page_size}")
    for table in tables:
        db.execute(f'CREATE TABLE "{table}"(name TEXT, value)')
    if "config" in map(str.lower, tables):
        db.execute("INSERT INTO config VALUES('aux-schema', '2015-01-24')")
    db.execute("CREATE TABLE padding(value)")
    db.execute("INSERT INTO padding VALUES(?)", (padding,))
    db.commit()
    db.close()


def refusal(path):
    """Return the reason for which a file is refused, without its name."""
    with pytest.raises(NotARepository) as caught:
        Repository(path)
    assert str(caught.value) == f"{path}: {caught.value.reason}"
    assert caught.value.public_message == f"{path.name}: {caught.value.reason}"
    return caught.value.reason


class TestWhatIsNoRepository:
    def test_a_missing_file(self, tmp_path):
        with pytest.raises(RepositoryMissing, match=r"gone\.fossil: no such file"):
            Repository(tmp_path / "gone.fossil")

    def test_a_missing_file_is_not_made(self, tmp_path):
        with pytest.raises(RepositoryMissing):
            Repository(tmp_path / "gone.fossil")

        assert list(tmp_path.iterdir()) == []

    def test_a_dangling_link(self, tmp_path):
        link = tmp_path / "link.fossil"
        link.symlink_to("nowhere")

        with pytest.raises(RepositoryMissing, match="no such file"):
            Repository(link)

    def test_a_path_below_a_file(self, path):
        with pytest.raises(RepositoryMissing, match="Not a directory"):
            Repository(path / "deeper.fossil")

    def test_a_directory(self, tmp_path):
        assert refusal(tmp_path) == "is a directory, not a repository file"

    def test_a_pipe(self, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)

        assert refusal(pipe) == "is not a regular file"

    @pytest.mark.parametrize(
        "content", [b"", b"hello\n", b"SQLite format 2\0" + b"x" * 20_000]
    )
    def test_something_else_than_sqlite(self, tmp_path, content):
        path = tmp_path / "other.txt"
        path.write_bytes(content)

        assert refusal(path) == "not an SQLite database"

    def test_sqlite_of_somebody_else(self, tmp_path):
        path = tmp_path / "contacts.db"
        make_database(path, ["people"])

        assert refusal(path) == "an SQLite database, but not a Fossil repository"

    @pytest.mark.parametrize("missing", TABLES)
    def test_sqlite_that_lacks_one_of_the_seven_tables(self, tmp_path, missing):
        path = tmp_path / "almost.fossil"
        make_database(path, [table for table in TABLES if table != missing])

        assert refusal(path) == "an SQLite database, but not a Fossil repository"

    def test_a_file_that_is_too_small(self, tmp_path):
        path = tmp_path / "small.fossil"
        make_database(path, page_size=512, padding="")

        assert path.stat().st_size < 16_834
        assert refusal(path) == "an SQLite database, but not a Fossil repository"

    def test_a_file_of_a_broken_size(self, path):
        with path.open("ab") as file:
            file.write(b"x")

        assert refusal(path) == "an SQLite database, but not a Fossil repository"

    def test_a_repository_that_was_cut_off(self, path):
        content = path.read_bytes()
        path.write_bytes(content[: 4096 * 5])

        with pytest.raises(Exception, match=r"project\.fossil: the database file is"):
            Repository(path)

    def test_a_file_that_one_may_not_read(self, path, open_folder):
        moved = open_folder / "secret.fossil"
        path.rename(moved)
        moved.chmod(0)

        done = run_unprivileged("-m", "repoweb", "user", "list", moved)

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"repoweb: {moved}: cannot be opened: Permission denied\n"


class TestTheSchemaVersion:
    @pytest.fixture
    def with_schema(self, path):
        """Give the repository a version of the schema; None removes it."""

        def change(version):
            db = sqlite3.connect(path)
            if version is None:
                db.execute("DELETE FROM config WHERE name='aux-schema'")
            else:
                db.execute(
                    "UPDATE config SET value=? WHERE name='aux-schema'", (version,)
                )
            db.commit()
            db.close()
            return path

        return change

    def test_a_newer_one_is_refused(self, with_schema):
        assert refusal(with_schema("2015-01-25")) == (
            "made by a newer Fossil (schema 2015-01-25); update repoweb"
        )

    @pytest.mark.parametrize("version", ["2011-04-25 19:49", "2010-11-24", "", b""])
    def test_an_older_one_is_refused(self, with_schema, version):
        assert refusal(with_schema(version)).endswith("run 'fossil rebuild' first")

    def test_without_one_the_file_is_refused(self, with_schema):
        assert refusal(with_schema(None)).endswith("run 'fossil rebuild' first")

    @pytest.mark.parametrize("version", ["2011-04-25 19:50", "2014-11-24 20:35"])
    def test_those_that_fossil_2_reads_are_accepted(self, with_schema, version):
        Repository(with_schema(version)).close()


class TestWhatIsARepositoryAllTheSame:
    def test_one_without_the_application_id(self, path):
        db = sqlite3.connect(path)
        db.execute("PRAGMA application_id=0")
        db.close()

        Repository(path).close()

    def test_one_with_the_names_of_its_tables_in_capitals(self, tmp_path):
        path = tmp_path / "LOUD.FOSSIL"
        make_database(path, [table.upper() for table in TABLES])

        Repository(path).close()

    @pytest.mark.parametrize("name", ["a b.fossil", "50%41?#&=.fossil", "Ünï✓.fossil"])
    def test_one_with_an_odd_name(self, path, name):
        odd = path.with_name(name)
        path.rename(odd)

        repository = Repository(odd)
        with repository.reading() as db:
            opened = db.execute("PRAGMA database_list").fetchone()["file"]
        repository.close()

        assert opened == str(odd)

    def test_one_behind_a_link(self, path, tmp_path):
        link = tmp_path / "link.fossil"
        link.symlink_to(path)

        repository = Repository(link)
        with repository.reading() as db:
            users = db.execute("SELECT count(*) FROM user").fetchone()[0]
        repository.close()

        assert users == 9

"""`repoweb backup`: a whole copy of a file in use."""

import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from repoweb.cli import main
from repoweb.repository.repository import Repository


@pytest.fixture
def run(capsys):
    def call(*arguments):
        try:
            main(["backup", *map(str, arguments)])
            status = 0
        except SystemExit as end:
            status = end.code
        return status, *capsys.readouterr()

    return call


def ask(path, query):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchone()[0]


def test_the_copy_is_a_whole_repository(run, path, tmp_path):
    status, out, _ = run(path, tmp_path / "copy.fossil")

    assert status == 0
    assert out.startswith(f"copied {path} to {tmp_path / 'copy.fossil'}, ")
    assert ask(tmp_path / "copy.fossil", "PRAGMA integrity_check") == "ok"
    Repository(tmp_path / "copy.fossil").close()


def test_a_folder_gets_a_file_of_the_same_name(run, path, tmp_path):
    (folder := tmp_path / "backups").mkdir()

    run(path, folder)

    assert [file.name for file in folder.iterdir()] == [path.name]


def test_what_is_committed_but_not_yet_in_the_file_is_copied(run, path, tmp_path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("INSERT INTO config(name, value, mtime) VALUES('new', 'x', 0)")
        db.commit()
        assert path.with_name(path.name + "-wal").stat().st_size

        run(path, tmp_path / "copy.fossil")

    query = "SELECT value FROM config WHERE name='new'"
    assert ask(tmp_path / "copy.fossil", query) == "x"


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_copy_that_is_made_while_others_write_is_of_one_moment(
    run, path, tmp_path, mode
):
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode={mode}")
        db.execute("CREATE TABLE fx_pair(a, b)")
        db.execute("INSERT INTO fx_pair VALUES(0, 0)")
        db.commit()
    end = threading.Event()

    def write():
        with closing(sqlite3.connect(path, timeout=20)) as db:
            while not end.wait(0.002):
                db.execute("UPDATE fx_pair SET a=a+1, b=b+1")
                db.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        results = [run(path, tmp_path / f"{n}.fossil")[0] for n in range(5)]
    finally:
        end.set()
        writer.join()

    assert results == [0] * 5
    for number in range(5):
        copy = tmp_path / f"{number}.fossil"
        assert ask(copy, "SELECT a=b FROM fx_pair") == 1
        assert ask(copy, "PRAGMA integrity_check") == "ok"


def test_an_old_copy_is_replaced_and_nothing_else_is_left(run, path, tmp_path):
    (folder := tmp_path / "backups").mkdir()
    (folder / "copy").write_text("old")

    run(path, folder / "copy")

    assert ask(folder / "copy", "PRAGMA integrity_check") == "ok"
    assert [file.name for file in folder.iterdir()] == ["copy"]


def test_nobody_may_read_the_copy_who_may_not_read_the_file(run, path, tmp_path):
    path.chmod(0o600)

    run(path, tmp_path / "copy")

    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600


def test_the_file_is_not_copied_onto_itself(run, path):
    status, _, err = run(path, path)

    assert (status, err) == (1, f"repoweb: {path}: is the repository itself\n")


def test_a_target_that_cannot_be_written_is_one_line(run, path):
    status, _, err = run(path, "/nowhere/at/all")

    assert status == 1
    assert (
        err
        == "repoweb: /nowhere/at/all: cannot be written: No such file or directory\n"
    )

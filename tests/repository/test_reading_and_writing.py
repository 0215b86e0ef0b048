"""Many readers, one writer at a time, and what can go wrong with the file."""

import logging
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from folders import names_in
from running import run_unprivileged

from repoweb.repository import connection
from repoweb.repository.errors import (
    RepositoryBusy,
    RepositoryDamaged,
    RepositoryError,
    RepositoryFull,
)
from repoweb.repository.repository import Repository

MODES = pytest.mark.parametrize("mode", ["wal", "delete"])

ADD = "INSERT INTO config(name, value) VALUES(?, 'x')"
COUNT = "SELECT count(*) FROM config WHERE name GLOB 'test-*'"


def add_and_raise(repository, error):
    with repository.writing() as db:
        db.execute(ADD, ("test-1",))
        raise error


def fill(repository):
    """Write more than fits; a limit for the file's pages stands for a full disk."""
    with repository.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={pages}")
        db.execute(ADD, ("test-1",))
        for number in range(2, 100):
            db.execute(
                "INSERT INTO config(name, value) VALUES(?, zeroblob(9000))",
                (f"test-{number}",),
            )


class TestReading:
    def test_a_reader_cannot_write(self, repository):
        with (
            pytest.raises(RepositoryError, match="read-only"),
            repository.reading() as db,
        ):
            db.execute(ADD, ("test-1",))

    def test_readers_do_not_wait_for_one_another(self, repository):
        with repository.reading() as first, repository.reading() as second:
            assert first is not second
            assert repository.open_connections == 2

    def test_a_reader_is_used_again(self, repository):
        with repository.reading() as first:
            pass

        with repository.reading() as second:
            assert second is first

    def test_a_reader_sees_what_was_written_before(self, repository, rows):
        with repository.writing() as db:
            db.execute(ADD, ("test-1",))

        assert rows(COUNT) == [(1,)]

    def test_a_transaction_that_was_left_open_is_ended_and_told(
        self, repository, other, caplog
    ):
        with repository.reading() as db:
            db.execute("BEGIN")
            db.execute(COUNT).fetchone()

        other.execute(ADD, ("test-1",))
        with repository.reading() as again:
            assert again is db
            assert again.execute(COUNT).fetchone()[0] == 1
        assert caplog.messages == [
            f"{repository.path}: a read transaction was left open"
        ]

    def test_text_that_was_cut_in_the_middle_of_a_letter_is_read(self, other, rows):
        other.execute(
            "INSERT INTO config(name, value) VALUES('test-1', CAST(x'61c3' AS TEXT))"
        )

        assert rows("SELECT value FROM config WHERE name='test-1'") == [("a\ufffd",)]

    def test_programming_errors_keep_their_kind(self, repository):
        with (
            pytest.raises(sqlite3.OperationalError, match="no such table"),
            repository.reading() as db,
        ):
            db.execute("SELECT * FROM nowhere")

    def test_damage_is_named(self, set_journal_mode, path):
        set_journal_mode("delete")
        repository = Repository(path)
        content = bytearray(path.read_bytes())
        content[4096 * 2 :] = b"\xff" * len(content[4096 * 2 :])
        path.write_bytes(content)

        with (
            pytest.raises(RepositoryDamaged, match=r"project\.fossil: the database"),
            repository.reading() as db,
        ):
            db.execute("SELECT * FROM event").fetchall()
        repository.close()


@MODES
class TestWriting:
    @pytest.fixture
    def repository(self, path, set_journal_mode, mode):
        set_journal_mode(mode)
        repository = Repository(path)
        yield repository
        repository.close()

    def test_what_was_written_is_committed(self, repository, other):
        with repository.writing() as db:
            db.execute(ADD, ("test-1",))

        assert other.execute(COUNT).fetchone() == (1,)

    def test_the_journal_mode_is_left_alone(self, repository, other, mode):
        with repository.writing() as db:
            db.execute(ADD, ("test-1",))

        assert other.execute("PRAGMA journal_mode").fetchone() == (mode,)

    def test_a_commit_and_a_snapshot_do_not_wait_for_each_other(
        self, repository, other, monkeypatch
    ):
        monkeypatch.setattr(connection, "COMMIT_SECONDS", 15)

        def write():
            with repository.writing() as db:
                db.execute(ADD, ("test-1",))

        with repository.reading() as reader:
            reader.execute("BEGIN")
            reader.execute(COUNT).fetchone()
            writer = threading.Thread(target=write)
            writer.start()
            while writer.is_alive() and reader.commits.none.is_set():
                time.sleep(0.001)
            assert reader.execute(COUNT).fetchone()[0] == 0
            reader.execute("ROLLBACK")
        writer.join()

        assert other.execute(COUNT).fetchone() == (1,)

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
    def test_an_error_rolls_back(self, repository, other, error):
        with pytest.raises(error):
            add_and_raise(repository, error)

        assert other.execute(COUNT).fetchone() == (0,)

    def test_after_an_error_others_can_write(self, repository, other):
        with pytest.raises(ValueError, match="after adding"):
            add_and_raise(repository, ValueError("after adding"))

        other.execute(ADD, ("test-2",))
        with repository.writing() as db:
            db.execute(ADD, ("test-3",))

        assert other.execute(COUNT).fetchone() == (2,)

    def test_a_broken_rule_of_a_table_rolls_back_and_keeps_its_kind(
        self, repository, other
    ):
        with pytest.raises(sqlite3.IntegrityError), repository.writing() as db:
            db.executemany(ADD, [("test-1",), ("test-1",)])

        assert other.execute(COUNT).fetchone() == (0,)

    def test_writing_within_writing_is_refused(self, repository, other):
        def nest():
            with repository.writing() as db:
                db.execute(ADD, ("test-1",))
                with repository.writing():
                    pass

        with pytest.raises(RuntimeError, match="within"):
            nest()

        assert other.execute(COUNT).fetchone() == (0,)

    def test_writing_once_more_afterwards_is_not(self, repository, other):
        for name in ("test-1", "test-2"):
            with repository.writing() as db:
                db.execute(ADD, (name,))

        assert other.execute(COUNT).fetchone() == (2,)

    def test_a_lock_of_another_program_is_waited_for(self, repository, other):
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.2, other.execute, ["COMMIT"]).start()

        with repository.writing() as db:
            db.execute(ADD, ("test-1",))

        assert other.execute(COUNT).fetchone() == (1,)

    @pytest.mark.usefixtures("impatient")
    def test_a_lock_that_is_kept_too_long_is_named(
        self, path, set_journal_mode, other, mode
    ):
        set_journal_mode(mode)
        hurried = Repository(path)
        other.execute("BEGIN IMMEDIATE")

        with (
            pytest.raises(
                RepositoryBusy, match=r"project\.fossil: locked by another program"
            ),
            hurried.writing(),
        ):
            pass
        hurried.close()

    @pytest.mark.usefixtures("impatient")
    def test_after_the_lock_writing_works_again(
        self, path, set_journal_mode, other, mode
    ):
        set_journal_mode(mode)
        hurried = Repository(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RepositoryBusy), hurried.writing():
            pass
        other.execute("COMMIT")

        with hurried.writing() as db:
            db.execute(ADD, ("test-1",))
        hurried.close()

        assert other.execute(COUNT).fetchone() == (1,)

    def test_a_full_disk_is_named_and_changes_nothing(self, repository, other):
        with pytest.raises(RepositoryFull, match=r"project\.fossil: the disk is full"):
            fill(repository)

        assert other.execute(COUNT).fetchone() == (0,)
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def test_after_the_full_disk_reading_and_writing_go_on(self, repository, rows):
        with pytest.raises(RepositoryFull):
            fill(repository)

        with repository.writing() as db:
            db.execute("PRAGMA max_page_count=1000000")
            db.execute(ADD, ("test-1",))

        assert rows(COUNT) == [(1,)]

    def test_many_writers_lose_nothing(self, repository, other):
        def write(thread):
            for turn in range(20):
                with repository.writing() as db:
                    db.execute(ADD, (f"test-{thread}-{turn}",))

        threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert other.execute(COUNT).fetchone() == (160,)

    def test_a_failing_writer_takes_no_other_with_it(self, repository, other):
        barrier = threading.Barrier(8)

        def write(thread):
            barrier.wait()
            for turn in range(10):
                with suppress(ZeroDivisionError), repository.writing() as db:
                    db.execute(ADD, (f"test-{thread}-{turn}",))
                    1 // (thread % 2)

        threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert other.execute(COUNT).fetchone() == (40,)
        assert other.execute(f"{COUNT} AND name GLOB 'test-[0246]-*'").fetchone() == (
            0,
        )

    def test_two_programs_write_in_turn_and_lose_nothing(self, repository, other):
        def write_elsewhere():
            for turn in range(40):
                other.execute(ADD, (f"test-other-{turn}",))

        thread = threading.Thread(target=write_elsewhere)
        thread.start()
        for turn in range(40):
            with repository.writing() as db:
                db.execute(ADD, (f"test-own-{turn}",))
        thread.join()

        assert other.execute(COUNT).fetchone() == (80,)


class TestTheQueueOfWriters:
    def test_each_comes_when_his_turn_has_come(self, repository):
        order = []

        def write(number):
            with repository.writing():
                order.append(number)

        threads = [threading.Thread(target=write, args=(n,)) for n in range(5)]
        with repository.writing():
            for thread in threads:
                thread.start()
                time.sleep(0.02)
        for thread in threads:
            thread.join()

        assert order == [0, 1, 2, 3, 4]

    @pytest.mark.usefixtures("impatient")
    def test_nobody_waits_longer_than_for_a_lock(self, repository):
        errors = []

        def write():
            try:
                with repository.writing():
                    pass
            except RepositoryBusy as error:
                errors.append(error.reason)

        with repository.writing():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

        assert errors == ["locked by another writer"]

    @pytest.mark.usefixtures("impatient")
    def test_who_gave_up_is_not_called_any_more(self, repository, rows):
        def write():
            with pytest.raises(RepositoryBusy), repository.writing():
                pass

        with repository.writing():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        with repository.writing() as db:
            db.execute(ADD, ("test-1",))

        assert rows(COUNT) == [(1,)]


class TestASharedCommit:
    """Who waits for his turn writes into the transaction of the one before him."""

    @pytest.fixture
    def outcomes(self, repository):
        """Let writers queue up behind one another; how each of them fared."""

        def run(*actions):
            found = {}

            def write(number, action):
                try:
                    with repository.writing() as db:
                        db.execute(ADD, (f"test-{number}",))
                        action(db)
                    found[number] = "written"
                except (RepositoryError, ValueError) as error:
                    found[number] = type(error).__name__

            pairs = enumerate(actions)
            threads = [threading.Thread(target=write, args=pair) for pair in pairs]
            with suppress(RepositoryBusy), repository.writing():
                for thread in threads:
                    thread.start()
                    time.sleep(0.02)
            for thread in threads:
                thread.join()
            return [found[number] for number in range(len(actions))]

        return run

    def nothing(self, _db):
        pass

    def fail(self, _db):
        raise ValueError

    def fill_up(self, db):
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={pages}")
        db.execute("INSERT INTO config(name, value) VALUES('big', zeroblob(999999))")

    def roll_back(self, db):
        """As SQLite does by itself when it cannot go on."""
        db.execute("ROLLBACK")
        raise ValueError

    def test_all_are_written(self, outcomes, rows):
        assert outcomes(*[self.nothing] * 5) == ["written"] * 5
        assert rows(COUNT) == [(5,)]

    def test_who_fails_fails_alone(self, outcomes, rows):
        ended = outcomes(self.nothing, self.fail, self.nothing)

        assert ended == ["written", "ValueError", "written"]
        assert rows(COUNT) == [(2,)]

    def test_who_fails_because_of_what_he_saw_can_show_it(self, repository, rows):
        counts = []

        def write():
            with repository.writing() as db:
                db.execute(ADD, ("test-seen",))

        def look():
            with suppress(ValueError), repository.writing() as db:
                counts.append(db.execute(COUNT).fetchone()[0])
                raise ValueError
            counts.append(rows(COUNT)[0][0])

        def keep_others_waiting():
            with repository.writing():
                time.sleep(0.1)

        acts = (write, look, keep_others_waiting)
        threads = [threading.Thread(target=act) for act in acts]
        with repository.writing():
            for thread in threads:
                thread.start()
                time.sleep(0.02)
        for thread in threads:
            thread.join()
        assert counts == [1, 1]

    def test_when_the_disk_is_full_what_they_are_told_is_true(self, outcomes, rows):
        ended = outcomes(self.nothing, self.fill_up)

        assert ended[1] == "RepositoryFull"
        assert rows(COUNT) == [(ended.count("written"),)]

    def test_if_all_is_rolled_back_all_are_told(self, outcomes, rows):
        ended = outcomes(self.nothing, self.roll_back)

        assert "written" not in ended
        assert rows(COUNT) == [(0,)]

    def test_afterwards_writing_goes_on(self, outcomes, repository, rows):
        outcomes(self.nothing, self.roll_back)

        with repository.writing() as db:
            db.execute(ADD, ("test-again",))

        assert rows(COUNT) == [(1,)]

    def test_if_the_commit_fails_all_are_told(self, outcomes, rows, path, template):
        def replace_file(_db):
            newcomer = path.with_name("newcomer")
            newcomer.write_bytes(template.read_bytes())
            newcomer.replace(path)

        ended = outcomes(self.nothing, self.nothing, replace_file)

        assert ended == ["RepositoryBusy"] * 3
        assert rows(COUNT) == [(0,)]


class TestALockedFile:
    @pytest.fixture
    def locked(self, set_journal_mode, other):
        set_journal_mode("delete")
        other.execute("BEGIN EXCLUSIVE")

    @pytest.mark.usefixtures("impatient", "locked")
    def test_it_cannot_be_opened(self, path):
        with pytest.raises(RepositoryBusy, match="locked by another program"):
            Repository(path)

    @pytest.mark.usefixtures("impatient")
    def test_an_open_one_cannot_be_read(self, path, set_journal_mode, other):
        set_journal_mode("delete")
        repository = Repository(path)
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(RepositoryBusy), repository.reading() as db:
            db.execute(COUNT)

        other.execute("COMMIT")
        with repository.reading() as db:
            assert db.execute(COUNT).fetchone()[0] == 0
        repository.close()


class TestConnections:
    def test_all_are_closed_at_the_end(self, path):
        repository = Repository(path)
        with repository.reading(), repository.reading(), repository.writing():
            assert repository.open_connections == 3

        repository.close()

        assert repository.open_connections == 0

    def test_who_keeps_one_is_told_before(self, path):
        repository = Repository(path)
        reading = repository.reading()
        reading.__enter__()
        repository.before_close(lambda: reading.__exit__(None, None, None))

        repository.close()

        assert repository.open_connections == 0

    def test_those_still_borrowed_are_closed_when_they_come_back(self, path):
        repository = Repository(path)

        with repository.reading() as db, repository.writing():
            repository.close()
            assert db.execute(COUNT).fetchone()[0] == 0

        assert repository.open_connections == 0

    def test_a_file_that_is_refused_leaves_none(self, path, caplog):
        with sqlite3.connect(path) as db:
            db.execute("UPDATE config SET value='9' WHERE name='aux-schema'")
        db.close()
        caplog.set_level(logging.DEBUG)

        with pytest.raises(RepositoryError):
            Repository(path)

        assert names_in(path.parent) == [path.name]

    def test_at_the_end_nothing_lies_beside_the_file(self, path):
        repository = Repository(path)
        with repository.writing() as db:
            db.execute(ADD, ("test-1",))
        assert names_in(path.parent) == [
            "project.fossil",
            "project.fossil-shm",
            "project.fossil-wal",
        ]

        repository.close()

        assert names_in(path.parent) == ["project.fossil"]


KILLED_WRITER = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size=1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE user SET info='half-written'")
for number in range(200):
    db.execute("INSERT INTO config VALUES(?, zeroblob(9000), 0)", (f"test-{number}",))
print("written", flush=True)
os.kill(os.getpid(), 9)
"""


class TestAKilledWriter:
    @pytest.fixture
    def kill_a_writer(self, path):
        def kill():
            command = [sys.executable, "-c", KILLED_WRITER, str(path)]
            done = subprocess.run(command, capture_output=True, check=False)
            assert done.stdout == b"written\n"

        return kill

    def test_his_journal_is_rolled_back_at_the_next_start(
        self, path, set_journal_mode, kill_a_writer
    ):
        set_journal_mode("delete")
        kill_a_writer()
        assert names_in(path.parent) == ["project.fossil", "project.fossil-journal"]

        repository = Repository(path)
        with repository.reading() as db:
            half = db.execute("SELECT count(*) FROM user WHERE info GLOB 'half*'")
            counted = half.fetchone()[0], db.execute(COUNT).fetchone()[0]
            checked = db.execute("PRAGMA integrity_check").fetchone()[0]
        repository.close()

        assert (counted, checked) == ((0, 0), "ok")
        assert names_in(path.parent) == ["project.fossil"]

    @MODES
    def test_who_has_the_file_open_goes_on(
        self, path, set_journal_mode, kill_a_writer, mode
    ):
        set_journal_mode(mode)
        repository = Repository(path)
        kill_a_writer()

        with repository.reading() as db:
            counted = db.execute(COUNT).fetchone()[0]
        with repository.writing() as db:
            db.execute(ADD, ("test-after",))
            checked = db.execute("PRAGMA integrity_check").fetchone()[0]
        repository.close()

        assert (counted, checked) == (0, "ok")


READ_AND_WRITE = """
import sys
from repoweb.repository.errors import RepositoryError
from repoweb.repository.repository import Repository
try:
    repository = Repository(sys.argv[1])
    with repository.reading() as db:
        print(db.execute("SELECT count(*) FROM user").fetchone()[0])
    print(repository.is_writable())
    with repository.writing() as db:
        db.execute("UPDATE user SET info='changed' WHERE uid=1")
except RepositoryError as error:
    print(type(error).__name__, error.reason)
"""


class TestWithoutPermissionToWrite:
    @pytest.fixture
    def shown(self, path, set_journal_mode, open_folder):
        """Say what a user sees who may not write the file, or not its folder."""

        def run(mode, *, file=0o444, folder=0o555):
            set_journal_mode(mode)
            moved = open_folder / "shown.fossil"
            path.rename(moved)
            moved.chmod(file)
            open_folder.chmod(folder)
            done = run_unprivileged("-c", READ_AND_WRITE, moved)
            assert done.stderr == ""
            return done.stdout.splitlines()

        return run

    def test_with_a_rollback_journal_it_is_read(self, shown):
        assert shown("delete") == [
            "9",
            "False",
            "RepositoryReadOnly the file is read-only",
        ]

    def test_a_file_in_a_read_only_folder_is_read(self, shown):
        assert shown("delete", file=0o666) == [
            "9",
            "False",
            "RepositoryReadOnly the file is read-only",
        ]

    def test_a_file_in_an_open_folder_is_read(self, shown):
        assert shown("delete", folder=0o777) == [
            "9",
            "False",
            "RepositoryReadOnly the file is read-only",
        ]

    @pytest.mark.parametrize("file", [0o444, 0o666])
    def test_with_a_write_ahead_log_in_a_read_only_folder_it_is_not(self, shown, file):
        assert shown("wal", file=file) == [
            "RepositoryReadOnly cannot be read, for its folder, where its journal is,"
            " is read-only"
        ]

    def test_with_all_permissions_it_is_read_and_written(self, shown):
        assert shown("wal", file=0o666, folder=0o777) == ["9", "True"]

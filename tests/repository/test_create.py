"""Making a repository: all of it, or nothing at all."""

import sqlite3
import zlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from folders import names_in
from running import run_python, run_unprivileged

from repoweb.repository import create
from repoweb.repository.create import RepositoryExists, create_repository
from repoweb.repository.errors import RepositoryError
from repoweb.repository.password import hash_password
from repoweb.repository.repository import Repository

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

INITIAL_CHECKIN = rb"""C initial\sempty\scheck-in
D 2026-01-02T03:04:05.000
R d41d8cd98f00b204e9800998ecf8427e
T *branch * trunk
T *sym-trunk *
U root
Z d4e0c37491361a4c593bd126d26173d3
"""
INITIAL_HASH = "5ebee71815cb5d6e5be7a88c2751da66f4e9ec54b3beb111fd1380d29eaf79bc"

PERMANENT = {
    *("blob", "delta", "rcvfrom", "user", "config"),
    *("shun", "private", "reportfmt", "concealed"),
}
DERIVED = {
    *("filename", "mlink", "plink", "leaf", "event", "phantom", "orphan"),
    *("unclustered", "unsent", "tag", "tagxref", "backlink", "attachment"),
    *("ticket", "ticketchng", "cherrypick"),
}
TABLE_NAMES = (
    "SELECT name FROM sqlite_schema WHERE type='table' AND name<>'sqlite_sequence'"
)
FIXED_TAGS = [
    *("bgcolor", "comment", "user", "date", "hidden", "private"),
    *("cluster", "branch", "closed", "parent", "note"),
]


@pytest.fixture
def new(tmp_path):
    """Make a repository, and ask it: `new(admin="root")("SELECT …")`."""
    opened = []

    def make(**options):
        path = tmp_path / "new.fossil"
        made = create_repository(path, **{"admin": "root", "now": NOW, **options})
        db = sqlite3.connect(path)
        opened.append(db)
        ask = lambda query: db.execute(query).fetchall()  # noqa: E731
        ask.made, ask.path = made, path
        return ask

    yield make
    for db in opened:
        db.close()


class TestWhatIsMade:
    def test_it_has_all_the_tables_of_fossil(self, new):
        ask = new()

        tables = {name for (name,) in ask(TABLE_NAMES)}

        assert tables == PERMANENT | DERIVED

    def test_fossil_knows_the_file_as_its_own(self, new):
        ask = new()

        assert ask("PRAGMA application_id") == [(252006673,)]
        assert ask("PRAGMA user_version") == [(0,)]

    def test_it_writes_ahead(self, new):
        assert new()("PRAGMA journal_mode") == [("wal",)]

    def test_the_config_is_that_of_fossil_new(self, new):
        config = dict(new(project_name="Demo")("SELECT name, value FROM config"))

        assert {**config, "project-code": 1, "server-code": 1, "rebuilt": 1} == {
            "access-log": "1",
            "admin-log": "1",
            "aux-schema": "2015-01-24",
            "content-schema": "2",
            "hash-policy": "2",
            "project-code": 1,
            "project-name": "Demo",
            "rebuilt": 1,
            "server-code": 1,
        }

    @pytest.mark.parametrize("name", ["project-code", "server-code"])
    def test_its_codes_are_forty_hex_digits(self, new, name):
        ((code,),) = new()(f"SELECT value FROM config WHERE name='{name}'")

        assert len(code) == 40
        assert set(code) <= set("0123456789abcdef")

    def test_no_two_repositories_have_the_same_codes(self, tmp_path):
        codes = set()
        for name in ("one", "two"):
            create_repository(tmp_path / name, admin="root")
            db = sqlite3.connect(tmp_path / name)
            codes |= set(
                db.execute("SELECT value FROM config WHERE name GLOB '*-code'")
            )
            db.close()

        assert len(codes) == 4

    def test_without_a_name_the_project_has_none(self, new):
        assert new()("SELECT * FROM config WHERE name='project-name'") == []

    def test_its_users_are_those_of_fossil_and_the_admin(self, new):
        assert new()("SELECT uid, login, cap, info FROM user ORDER BY uid") == [
            (1, "root", "s", ""),
            (2, "anonymous", "hz", "Anon"),
            (3, "nobody", "gjorz", "Nobody"),
            (4, "developer", "ei", "Dev"),
            (5, "reader", "kptw", "Reader"),
        ]

    def test_the_admin_has_the_password_that_was_printed(self, new):
        ask = new(admin="Ünï")
        ((code,),) = ask("SELECT value FROM config WHERE name='project-code'")

        ((stored,),) = ask("SELECT pw FROM user WHERE uid=1")

        assert stored == hash_password(code, "Ünï", ask.made.password)
        assert ask.made.admin == "Ünï"

    def test_anonymous_has_sixteen_hex_digits_as_fossil_wants_it(self, new):
        ((stored,),) = new()("SELECT pw FROM user WHERE login='anonymous'")

        assert len(stored) == 16
        assert set(stored) <= set("0123456789ABCDEF")

    def test_the_other_groups_have_no_password(self, new):
        assert new()("SELECT DISTINCT pw FROM user WHERE uid>2") == [("",)]

    def test_the_tags_have_their_fixed_numbers(self, new):
        tags = new()("SELECT tagname FROM tag ORDER BY tagid")

        assert [name for (name,) in tags] == [*FIXED_TAGS, "sym-trunk"]

    def test_it_has_one_ticket_report(self, new):
        assert new()("SELECT rn, title FROM reportfmt") == [(1, "All Tickets")]

    @pytest.mark.parametrize("query", ["PRAGMA integrity_check", "PRAGMA quick_check"])
    def test_sqlite_finds_nothing_wrong_with_it(self, new, query):
        assert new()(query) == [("ok",)]

    def test_repoweb_opens_it(self, new):
        repository = Repository(new().path)
        with repository.reading() as db:
            users = db.execute("SELECT count(*) FROM user").fetchone()[0]
        repository.close()

        assert users == 5


class TestTheInitialCheckIn:
    def test_its_name_is_the_one_that_fossil_gives_it(self, new):
        assert new()("SELECT rid, uuid, size FROM blob") == [(1, INITIAL_HASH, 163)]

    def test_its_text_is_the_one_that_fossil_writes(self, new):
        ((content,),) = new()("SELECT content FROM blob")

        assert content[:4] == (163).to_bytes(4, "big")
        assert zlib.decompress(content[4:]) == INITIAL_CHECKIN

    def test_it_is_on_the_timeline(self, new):
        query = "SELECT type, datetime(mtime), objid, user, comment FROM event"

        assert new()(query) == [
            ("ci", "2026-01-02 03:04:05", 1, "root", "initial empty check-in")
        ]

    def test_it_is_the_leaf_of_trunk(self, new):
        ask = new()

        assert ask("SELECT rid FROM leaf") == [(1,)]
        assert ask(
            "SELECT tagname, tagtype, srcid, origid, value, rid"
            " FROM tagxref JOIN tag USING(tagid) ORDER BY tagid"
        ) == [("branch", 2, 1, 1, "trunk", 1), ("sym-trunk", 2, 1, 1, None, 1)]

    def test_it_is_to_be_clustered_but_not_to_be_sent(self, new):
        ask = new()

        assert ask("SELECT rid FROM unclustered") == [(1,)]
        assert ask("SELECT rid FROM unsent") == []

    def test_its_time_is_in_universal_time(self, new):
        elsewhere = timezone(timedelta(hours=5))

        ask = new(now=NOW.astimezone(elsewhere))

        assert ask("SELECT uuid FROM blob") == [(INITIAL_HASH,)]

    def test_a_login_with_odd_letters_is_escaped(self, new):
        ((content,),) = new(admin="a\\b")("SELECT content FROM blob")

        assert b"\nU a\\\\b\n" in zlib.decompress(content[4:])


class TestNothingHalfMade:
    def test_a_file_that_is_there_is_left_alone(self, tmp_path):
        path = tmp_path / "there.fossil"
        path.write_text("precious")

        with pytest.raises(RepositoryExists, match=r"there\.fossil: exists already"):
            create_repository(path, admin="root")

        assert path.read_text() == "precious"
        assert names_in(tmp_path) == ["there.fossil"]

    def test_a_dangling_link_is_left_alone(self, tmp_path):
        path = tmp_path / "link.fossil"
        path.symlink_to("nowhere")

        with pytest.raises(RepositoryExists):
            create_repository(path, admin="root")

        assert names_in(tmp_path) == ["link.fossil"]

    def test_a_file_that_comes_meanwhile_is_not_replaced(self, tmp_path, monkeypatch):
        path = tmp_path / "late.fossil"

        def meanwhile(*arguments):
            path.write_text("precious")
            return text_of(*arguments)

        text_of = create.initial_checkin
        monkeypatch.setattr(create, "initial_checkin", meanwhile)

        with pytest.raises(RepositoryExists):
            create_repository(path, admin="root")

        assert path.read_text() == "precious"
        assert names_in(tmp_path) == ["late.fossil"]

    @pytest.mark.parametrize(
        "place", ["missing/new.fossil", "file/new.fossil", "file/deep/new.fossil"]
    )
    def test_without_a_folder_the_error_says_so(self, tmp_path, place):
        (tmp_path / "file").touch()

        with pytest.raises(RepositoryError, match=r"new\.fossil: its folder does not"):
            create_repository(tmp_path / place, admin="root")

        assert names_in(tmp_path) == ["file"]

    def test_a_name_that_is_too_long_is_one_clear_error(self, tmp_path):
        with pytest.raises(RepositoryError, match="cannot be opened"):
            create_repository(tmp_path / ("x" * 300), admin="root")

        assert names_in(tmp_path) == []

    def test_an_error_in_the_middle_leaves_nothing(self, tmp_path, monkeypatch):
        def fail(*_):
            raise ZeroDivisionError

        monkeypatch.setattr(create, "initial_checkin", fail)

        with pytest.raises(ZeroDivisionError):
            create_repository(tmp_path / "new.fossil", admin="root")

        assert names_in(tmp_path) == []

    def test_a_read_only_folder_is_named_as_the_reason(self, open_folder):
        open_folder.chmod(0o555)

        done = run_unprivileged("-m", "repoweb", "init", open_folder / "new.fossil")

        assert done.returncode == 1
        assert done.stderr == (
            f"repoweb: {open_folder}/new.fossil: its folder is read-only\n"
        )
        assert names_in(open_folder) == []

    @pytest.mark.parametrize("kilobytes", [0, 8, 64, 200])
    def test_a_full_disk_leaves_nothing(self, tmp_path, kilobytes):
        """A limit for the size of files stands for the disk that is full."""
        script = (
            "import resource, sys; from repoweb.cli import main;"
            f" resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2);"
            " main(sys.argv[1:])"
        )

        done = run_python("-c", script, "init", tmp_path / "new.fossil")

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"repoweb: {tmp_path}/new.fossil: the disk ")
        assert done.stderr.count("\n") == 1
        assert names_in(tmp_path) == []

    def test_with_room_enough_the_same_program_succeeds(self, tmp_path):
        done = run_python("-m", "repoweb", "init", tmp_path / "new.fossil")

        assert done.returncode == 0
        assert names_in(tmp_path) == ["new.fossil"]

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from repoweb.chat.rooms import registry
from repoweb.chat.rooms.importing import Entry, parse_line
from repoweb.chat.rooms.room import Rules
from repoweb.chat.rooms.sexpr import write
from repoweb.cli import repoweb

DAY = """("shiro" (1243814400 12) "one\\ntwo" "10.0.0.1")
("né \\"x\\"" (1243814401 999999) "back\\\\slash 日本")
"""
NEXT_DAY = '("shiro" (1243900800 0) "third" "10.0.0.1")\n'
CURRENT = (
    NEXT_DAY + 'nonsense (\n("a" (1 2))\n("eve" (1243900801 7) "now" "10.0.0.2")\n'
)


@pytest.fixture
def folder(tmp_path):
    """A data directory, as Chaton makes it."""
    month = tmp_path / "data" / "2009" / "06"
    month.mkdir(parents=True)
    (month / "01.dat").write_text(DAY)
    (month / "01.cnt").write_text("2")
    (month / "02.dat").write_text(NEXT_DAY)
    (tmp_path / "data" / "current.dat").write_text(CURRENT)
    (month / "03.dat").symlink_to("../../current.dat")
    return tmp_path / "data"


@pytest.fixture
def run(path):
    """Run `repoweb rooms` with the repository."""

    def run(command, *arguments):
        words = ["rooms", command, str(path), *map(str, arguments)]
        return CliRunner().invoke(repoweb, words)

    return run


@pytest.fixture
def archive(run, rows):
    """A room made by the command line; ask for its posts."""
    assert run("create", "old", "--subject", "Old room").output == "made /chat/old\n"

    def posts():
        return rows(
            "SELECT seq, at, addr, xfrom, xmsg FROM fx_chatroompost"
            " JOIN fx_chatroommsg1 USING(msgid) ORDER BY seq"
        )

    return posts


EXPECTED = [
    (1, 1243814400000012, "10.0.0.1", "~shiro", "one\ntwo"),
    (2, 1243814401999999, "", '~né "x"', "back\\slash 日本"),
    (3, 1243900800000000, "10.0.0.1", "~shiro", "third"),
    (4, 1243900801000007, "10.0.0.2", "~eve", "now"),
]


class TestAnImport:
    def test_stores_each_post_once_with_its_time(self, run, archive, folder):
        result = run("import", "old", folder)
        assert result.output == (
            "4 messages imported, 1 were there already, 2 lines could not be read\n"
        )
        assert archive() == EXPECTED

    def test_is_shown_in_the_archive(self, run, archive, folder, nobody):
        run("import", "old", folder)
        page = nobody.get("/chat/old/a/2009/06/01").text
        assert 'id="entry-4a231a00-0c"' in page
        assert "one\ntwo" in page
        assert archive()

    def test_can_be_searched(self, run, archive, folder, nobody):
        run("import", "old", folder)
        assert archive()
        assert "1 message," in nobody.get("/chat/old/search?q=third").text

    def test_can_be_done_again(self, run, archive, folder):
        run("import", "old", folder)
        with (folder / "current.dat").open("a") as file:
            file.write('("eve" (1243900802 0) "later" "10.0.0.2")\n')
        assert run("import", "old", folder).output.startswith("1 messages imported, 5")
        assert [post[4] for post in archive()][4:] == ["later"]

    def test_may_be_longer_than_a_transaction(self, run, archive, folder):
        lines = [f'("x" ({1244000000 + n} 0) "{n}")\n' for n in range(2100)]
        (folder / "2009" / "06" / "03.dat").unlink()
        (folder / "2009" / "06" / "03.dat").write_text("".join(lines))
        (folder / "current.dat").unlink()
        run("import", "old", folder)
        posts = archive()
        assert len(posts) == 2103
        assert [post[0] for post in posts] == list(range(1, 2104))

    def test_into_a_room_with_newer_messages_is_refused(
        self, run, archive, folder, nobody
    ):
        nobody.post("/chat/old/post", data={"nick": "x", "text": "new"})
        result = run("import", "old", folder)
        assert "has newer messages" in str(result.exception)
        assert len(archive()) == 1

    def test_into_a_room_that_does_not_keep_it_is_refused(
        self, run, archive, folder, sql
    ):
        sql("UPDATE fx_chatroom SET keep_days=7")
        result = run("import", "old", folder)
        assert "keeps messages for 7 days only" in str(result.exception)
        assert archive() == []

    def test_of_another_directory_is_refused(self, run, archive, tmp_path):
        (tmp_path / "empty").mkdir()
        result = run("import", "old", tmp_path / "empty")
        assert "has no data of Chaton" in str(result.exception)
        assert archive() == []

    def test_into_no_room_is_refused(self, run, folder):
        assert "no room called nix" in str(run("import", "nix", folder).exception)


class TestTheCommands:
    def test_list_rooms(self, run, repository, nobody):
        assert run("list").output == ""
        nobody.get("/home")
        with repository.writing() as db:
            registry.create(db, Rules("b", "Bee"), "drh")
            registry.create(db, Rules("a", "Ant"), "drh")
        assert run("list").output == "a\t0\tAnt\nb\t0\tBee\n"

    def test_make_no_room_with_a_bad_name(self, run):
        result = run("create", "No/Room")
        assert "no name for a room" in str(result.output) + str(result.exception)

    def test_make_no_room_twice(self, run):
        run("create", "a")
        assert "already a room called a" in str(run("create", "a").exception)


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.integers(0, 4_000_000_000),
    st.integers(0, 999_999),
)
def test_what_chaton_writes_is_read(text, seconds, micros):
    line = write(("nick", (seconds, micros), text, "192.0.2.1"))
    expected = Entry("nick", seconds * 1_000_000 + micros, text, "192.0.2.1")
    assert parse_line(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        *("", "()", '"x"', '("a" (1 2))', '("a" (1 -2) "x")', '("a" (1 1000000) "x")'),
        *('("a" (-1 0) "x")', '(a (1 2) "x")', '("a" (1.5 2) "x")', '("a" (1 2) x)'),
    ],
)
def test_what_is_no_post_is_left_out(line):
    assert parse_line(line) is None

"""What a `[target]` names: FOSSIL.md 8.2, with branches and tags besides."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.targets import resolve
from repoweb.resources import resource

FIRST = "9109215add" + "1" * 54  # a check-in of trunk
SECOND = "9109215bee" + "2" * 54  # its child on a branch, in the end of the same name
SECRET = "5ec4e75ec4" + "3" * 54  # a check-in of a private branch
PAGE = "3a6e000001" + "4" * 54
PAGE_EDITED = "3a6e000002" + "5" * 54
PAGE_DELETED = "3a6e000003" + "6" * 54
PENDING = "3a6e000004" + "7" * 54  # an edit that waits for a moderator
TICKET_CHANGE = "71c4e70001" + "8" * 54
HIDDEN_CHANGE = "71c4e70002" + "9" * 54
POST = "f0404f0404" + "a" * 54
NOTE = "e4e47e4e47" + "b" * 54
FILE = "f11ef11ef1" + "c" * 30  # of the time of SHA1
BARE = "ba4eba4eba" + "d" * 54
PHANTOM = "fa470afa47" + "e" * 54
TICKET = "2301002ccf21468dd39899c502b59acb10c58c97"
HIDDEN_TICKET = "2401002ccf21468dd39899c502b59acb10c58c97"

EVENTS = {
    FIRST: ("ci", "drh", "2026-01-02 10:00", "Add the\n  parser"),
    SECOND: ("ci", "bob", "2026-01-02 11:00", "x" * 200),
    SECRET: ("ci", "drh", "2026-01-02 11:30", "For nobody's eyes"),
    PAGE: ("w", "drh", "2026-01-03 10:00", "+Home Page"),
    PAGE_EDITED: ("w", "alice", "2026-01-04 10:00", ":Home Page"),
    PAGE_DELETED: ("w", "alice", "2026-01-05 10:00", "-Old Page"),
    PENDING: ("w", "mallory", "2026-01-06 10:00", "+Pending Page"),
    TICKET_CHANGE: ("t", "drh", "2026-01-07 10:00", "New ticket [2301002ccf]"),
    HIDDEN_CHANGE: ("t", "mallory", "2026-01-07 11:00", "New ticket [2401002ccf]"),
    POST: ("f", "alice", "2026-01-08 10:00", "Post: Hello"),
    NOTE: ("e", "alice", "2026-01-09 10:00", "A technote"),
}
WITHOUT_EVENT = (FILE, BARE)
PRIVATE = (SECRET, PENDING, HIDDEN_CHANGE)


@pytest.fixture
def db(repository):
    """A connection to a repository with an artifact of each kind."""
    with repository.writing() as db:
        rid_of = dict(enumerate_from(100, (*EVENTS, *WITHOUT_EVENT)))
        for uuid, rid in rid_of.items():
            db.execute(
                "INSERT INTO blob(rid, size, uuid, content) VALUES(?, 9, ?, x'00')",
                (rid, uuid),
            )
        db.execute("INSERT INTO blob(rid, size, uuid) VALUES(99, -1, ?)", (PHANTOM,))
        for uuid, (kind, user, time, comment) in EVENTS.items():
            db.execute(
                "INSERT INTO event(type, mtime, objid, user, comment)"
                " VALUES(?, julianday(?), ?, ?, ?)",
                (kind, time, rid_of[uuid], user, comment),
            )
        for uuid in PRIVATE:
            db.execute("INSERT INTO private VALUES(?)", (rid_of[uuid],))
        for name, kind, value, uuid in (
            ("sym-feature/x", 2, None, FIRST),
            ("sym-rel-1", 1, None, FIRST),
            ("sym-feature/x", 2, None, SECOND),
            ("sym-gone", 0, None, FIRST),
            ("sym-cafe", 2, None, FIRST),
            ("sym-secret", 2, None, SECRET),
            ("wiki-Home Page", 1, "100", PAGE),
            ("wiki-Home Page", 1, "120", PAGE_EDITED),
            ("wiki-Old Page", 1, "0", PAGE_DELETED),
            ("wiki-Pending Page", 1, "50", PENDING),
            (f"tkt-{TICKET}", 1, None, TICKET_CHANGE),
            (f"tkt-{HIDDEN_TICKET}", 1, None, HIDDEN_CHANGE),
        ):
            tag(db, (name, kind, value), rid_of[uuid], EVENTS[uuid][2])
        for number, uuid in enumerate((TICKET, HIDDEN_TICKET)):
            db.execute(
                "INSERT INTO ticket(tkt_id, tkt_uuid, title, status)"
                " VALUES(?, ?, 'It breaks', 'Open')",
                (number, uuid),
            )
        db.execute("INSERT INTO filename VALUES(1, 'src/main.c')")
        db.execute(
            "INSERT INTO mlink(mid, fid, fnid) VALUES(?, ?, 1)",
            (rid_of[FIRST], rid_of[FILE]),
        )
    with repository.reading() as reader:
        yield reader


def enumerate_from(start, values):
    return ((value, start + index) for index, value in enumerate(values))


def tag(db, card, rid, time):
    name, kind, value = card
    db.execute("INSERT OR IGNORE INTO tag(tagname) VALUES(?)", (name,))
    db.execute(
        "INSERT INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
        " SELECT tagid, ?1, ?2, ?2, ?3, julianday(?4), ?2 FROM tag WHERE tagname=?5",
        (kind, rid, value, time, name),
    )


class TestHashes:
    @pytest.mark.parametrize(
        ("target", "url", "needs", "title"),
        [
            (
                "9109215add",
                f"/info/{FIRST[:16]}",
                "o",
                "Check-in by drh, 2026-01-02 10:00 UTC: Add the parser",
            ),
            (
                PAGE,
                f"/info/{PAGE[:16]}",
                "j",
                "Wiki page by drh, 2026-01-03 10:00 UTC: Home Page",
            ),
            (
                "71c4e70001",
                f"/info/{TICKET_CHANGE[:16]}",
                "r",
                "Ticket change by drh, 2026-01-07 10:00 UTC: New ticket [2301002ccf]",
            ),
            (
                "f040",
                f"/info/{POST[:16]}",
                "2",
                "Forum post by alice, 2026-01-08 10:00 UTC: Post: Hello",
            ),
            (
                "e4e4",
                f"/info/{NOTE[:16]}",
                "j",
                "Technote by alice, 2026-01-09 10:00 UTC: A technote",
            ),
            ("f11e", f"/info/{FILE[:16]}", "o", "File src/main.c"),
            ("ba4e", f"/info/{BARE[:16]}", "o", "Artifact ba4eba4eba"),
            ("2301", f"/info/{TICKET[:16]}", "r", "Ticket 2301002ccf: It breaks, Open"),
            (
                TICKET,
                f"/info/{TICKET[:16]}",
                "r",
                "Ticket 2301002ccf: It breaks, Open",
            ),
        ],
    )
    def test_a_prefix_of_four_digits_or_more_names_an_artifact(
        self, db, target, url, needs, title
    ):
        found = resolve(db, target)

        assert (found.url, found.needs, found.title) == (url, needs, title)

    @pytest.mark.parametrize(
        "target",
        [
            pytest.param("910", id="three digits"),
            pytest.param("9109215ADD", id="capitals"),
            pytest.param("9109215", id="two check-ins"),
            pytest.param("deadbeef99", id="nothing"),
            pytest.param(FIRST + "0", id="too long"),
            pytest.param("fa470afa47", id="a phantom"),
            pytest.param(f"[{FIRST}]", id="brackets"),
            pytest.param(FIRST[:10] + " ", id="a blank"),
            pytest.param(FIRST[:10] + "\n", id="a line feed"),
        ],
    )
    def test_nothing_else_does(self, db, target):
        assert resolve(db, target) is None

    @pytest.mark.parametrize("uuid", [SECRET, PENDING, HIDDEN_CHANGE])
    def test_private_artifacts_stay_hidden(self, db, uuid):
        assert resolve(db, uuid) is None

    def test_a_ticket_that_waits_for_a_moderator_stays_hidden(self, db):
        assert resolve(db, HIDDEN_TICKET) is None

    def test_a_long_comment_is_cut(self, db):
        assert resolve(db, SECOND).title.endswith(": " + "x" * 120 + "…")

    def test_an_edited_comment_and_user_count(self, repository, db):
        with repository.writing() as writer:
            writer.execute(
                "UPDATE event SET ecomment='Better', euser='eve' WHERE user='bob'"
            )

        assert resolve(db, SECOND).title == (
            "Check-in by eve, 2026-01-02 11:00 UTC: Better"
        )

    def test_a_ticket_of_which_nothing_is_known_has_a_title_all_the_same(
        self, repository, db
    ):
        with repository.writing() as writer:
            writer.execute("UPDATE ticket SET title=NULL, status=NULL")

        assert resolve(db, TICKET).title == "Ticket 2301002ccf: "

    def test_tickets_of_another_form_are_known_by_their_number(self, repository, db):
        with repository.writing() as writer:
            writer.execute("ALTER TABLE ticket DROP COLUMN title")

        assert resolve(db, TICKET).title == "Ticket 2301002ccf: Open"

    def test_a_ticket_is_preferred_to_an_artifact(self, repository, db):
        with repository.writing() as writer:
            writer.execute(
                "INSERT INTO blob(size, uuid) VALUES(1, ?)", (TICKET[:8] + "f" * 32,)
            )

        assert resolve(db, TICKET[:8]).title.startswith("Ticket ")


class TestBranchesAndTags:
    def test_a_branch_is_its_newest_check_in(self, db):
        found = resolve(db, "feature/x")

        assert found.url == "/info/feature%2Fx"
        assert found.title.startswith(
            "Branch feature/x: check-in by bob, 2026-01-02 11"
        )
        assert found.needs == "o"

    def test_a_tag_is_the_check_in_that_has_it(self, db):
        assert resolve(db, "rel-1").title == (
            "Tag rel-1: check-in by drh, 2026-01-02 10:00 UTC: Add the parser"
        )

    def test_the_branch_of_the_initial_check_in_is_known(self, db):
        assert resolve(db, "trunk").title.startswith("Branch trunk: check-in by drh")

    def test_a_name_that_could_be_a_hash_is_known_too(self, db):
        assert resolve(db, "cafe").title.startswith("Branch cafe: ")

    @pytest.mark.parametrize("target", ["gone", "Trunk", "sym-trunk", "nothing", "tip"])
    def test_others_are_not(self, db, target):
        assert resolve(db, target) is None

    def test_a_private_branch_stays_hidden(self, db):
        assert resolve(db, "secret") is None


class TestWikiPages:
    @pytest.mark.parametrize("target", ["Home Page", "wiki:Home Page"])
    def test_a_page_is_its_newest_version(self, db, target):
        found = resolve(db, target)

        assert found.url == "/wiki?name=Home+Page"
        assert found.title == "Wiki page by alice, 2026-01-04 10:00 UTC: Home Page"
        assert found.needs == "j"

    @pytest.mark.parametrize(
        "target",
        [
            "Old Page",
            "No Such Page",
            "home page",
            "wiki:",
            "wiki:Old Page",
            " Home Page",
        ],
    )
    def test_a_page_that_is_not_there_is_none(self, db, target):
        assert resolve(db, target) is None

    def test_a_page_that_waits_for_a_moderator_stays_hidden(self, db):
        assert resolve(db, "Pending Page") is None

    def test_behind_an_edit_that_waits_is_the_version_before(self, repository, db):
        with repository.writing() as writer:
            writer.execute(
                "INSERT INTO private SELECT rid FROM blob WHERE uuid=?", (PAGE_EDITED,)
            )

        assert "2026-01-03 10:00" in resolve(db, "Home Page").title


class TestAddresses:
    @pytest.mark.parametrize(
        "target",
        [
            "http://x.org",
            "https://x.org/a?b=1&c=[d]#e",
            "ftp://x.org/f",
            "mailto:a@x.org",
        ],
    )
    def test_elsewhere_they_lead_there(self, db, target):
        found = resolve(db, target)

        assert (found.url, found.needs) == (target, "*")

    @pytest.mark.parametrize("target", ["/", "/timeline?n=5", "/info/trunk#x"])
    def test_within_the_site_they_are_paths(self, db, target):
        found = resolve(db, target)

        assert (found.url, found.title) == (target, f"Page {target} of this site")

    @pytest.mark.parametrize(
        "target",
        [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "HTTP://x.org",
            "http:x.org",
            "http://",
            "https:/x.org",
            "http://x.org/a b",
            'http://x.org/" onmouseover="alert(1)',
            "http://x.org/<b>",
            "http://x.org\\@evil.org",
            "http://x.org/\n",
            "//evil.org",
            "///evil.org",
            "/\\evil.org",
            "\\\\evil.org",
            "/a b",
            '/"onmouseover="alert(1)',
            "/<b>",
            "/\tb",
            "./up",
            "../up",
            "#here",
            "",
            " ",
            "[]",
            "x" * 201,
            "/" + "x" * 200,
            "http://" + "x" * 200,
        ],
    )
    def test_dangerous_and_odd_ones_are_text(self, db, target):
        assert resolve(db, target) is None


@pytest.fixture(scope="module")
def empty():
    """A connection to the tables of a repository, without artifacts in them."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    db.executescript(resource("schema.sql").read_text("utf-8"))
    yield db
    db.close()


@given(text=st.text(max_size=250))
def test_no_text_is_an_error(empty, text):
    found = resolve(empty, text)

    assert found is None or text.startswith(
        ("/", "http://", "https://", "ftp://", "mailto:")
    )

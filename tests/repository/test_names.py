"""Names of artifacts: FOSSIL.md 2.4, in its order."""

import history
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository import names
from repoweb.repository.repository import Repository
from repoweb.repository.times import compact_date, round_up


@pytest.fixture
def made(repository):
    return history.make(repository)


@pytest.fixture
def db(repository, made):  # noqa: ARG001 - what it reads
    with repository.reading() as connection:
        yield connection


@pytest.fixture
def find(db, made):
    """Find a name; returns what the history calls the check-in."""
    by_rid = {rid: name for name, rid in made.rids.items()}

    def look(name, kind="*"):
        rid = names.find(db, name, kind)
        return by_rid.get(rid, rid)

    return look


class TestWords:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            *(("tip", "six"), ("trunk", "six"), ("feature", "five"), ("rel-1", "two")),
            *(("tag:rel-1", "two"), ("tag:feature", "five"), ("root:feature", "two")),
            *(("start:feature", "three"), ("merge-in:feature", "two")),
            *(("start:root:feature", 1), ("tip.", None), ("rel-1?!", "two")),
            *(("feature.", "five"), ("feature...", None)),
        ],
    )
    def test_a_name_is_that_of_a_check_in(self, find, name, found):
        assert find(name) == found

    @pytest.mark.parametrize(
        "name",
        [
            *("", "current", "prev", "next", "nix", "tag:nix", "root:nix", "tag:"),
            *("sym-trunk", "a\0b", "merge-in:nix", "start:", "TIP", "x" * 5000),
        ],
    )
    def test_others_name_nothing(self, find, name):
        assert find(name) is None

    def test_a_branch_of_the_initial_check_in_starts_there(self, find):
        assert find("start:trunk") == 1


class TestDates:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            *(("2026-05-01 12:00", "three"), ("2026-05-01 12:59:59", "three")),
            *(("2026-05-01T13:00:00", "four"), ("2026-05-01", "six")),
            *(("date:2026-05-01 11:30", "two"), ("202605011130", "two")),
            *(("20260501113000", "two"), ("20260501113000Z", "two")),
            *(("utc:2026-05-01 11:30", "two"), ("trunk:2026-05-01 12:30", "two")),
            *(
                ("feature:202605011230", "three"),
                ("feature:2026-05-01 12:30utc", "three"),
            ),
            *(("feature:2026-05-01 11:00", None), ("date:nonsense", None)),
            *(("2026-05-01 99:00", None), ("2026-99-99", None), ("date:", None)),
            *(("1969-01-01", None), ("19690101", None), ("20261301", None)),
        ],
    )
    def test_a_date_is_the_newest_event_until_then(self, find, name, found):
        assert find(name) == found

    @pytest.mark.parametrize(
        ("date", "rounded"),
        [
            ("2026-05-01", "2026-05-01 23:59:59.999"),
            ("2026-05-01 10:11", "2026-05-01 10:11:59.999"),
            ("2026-05-01 10:11:12", "2026-05-01 10:11:12.999"),
            ("2026-05-01 10:11:12Z", "2026-05-01 10:11:12.999z"),
            ("2026-05-01 10:11:12.1", "2026-05-01 10:11:12.200"),
            ("2026-05-01 10:11:12.999", "2026-05-01 10:11:12.999"),
            ("yesterday", "yesterday"),
        ],
    )
    def test_it_means_the_latest_time_that_it_can_mean(self, date, rounded):
        assert round_up(date) == rounded

    def test_a_compact_one_has_reasonable_numbers(self):
        assert compact_date("20260501") == "2026-05-01"
        assert compact_date("202605011130Z") == "2026-05-01 11:30Z"
        assert compact_date("20260532") is None
        assert compact_date("2026050111") is None


class TestHashes:
    def test_a_beginning_of_four_digits_suffices(self, find, made):
        for name, uuid in made.hashes.items():
            assert find(uuid) == find(uuid[:12]) == find(uuid[:12].upper()) == name
            assert find(f"[{uuid[:12]}]") == find(f"{uuid[:12]}.") == name

    def test_three_do_not(self, find, made):
        assert find(made["one"][:3]) is None

    def test_a_number_of_this_file_names_an_artifact(self, find, made):
        assert find(f"rid:{made.rids['two']}") == "two"
        assert find("rid:99999") is find("rid:x") is find(f"rid:{'9' * 30}") is None

    def test_a_file_is_no_check_in(self, db):
        [(uuid,)] = db.execute(
            "SELECT uuid FROM blob JOIN mlink ON fid=blob.rid LIMIT 1"
        ).fetchall()

        assert names.find(db, uuid) is not None
        assert names.find(db, uuid, "ci") is None

    def test_that_of_two_is_refused_and_both_are_listed(self, repository, db, find):
        with repository.writing() as writer:
            for end in "ab":
                writer.execute(
                    "INSERT INTO blob(size, uuid) VALUES(1, ?)", ("feed" + end * 36,)
                )
            writer.execute(
                "INSERT INTO tag(tagname) VALUES(?)", ("tkt-feedc" + 35 * "0",)
            )

        with pytest.raises(names.AmbiguousName, match="feed"):
            find("feed")
        assert [(c.hash[:5], c.kind) for c in names.candidates(db, "FEED")] == [
            *(("feeda", "blob"), ("feedb", "blob"), ("feedc", "tkt"))
        ]

    def test_a_private_artifact_has_no_name(self, repository, find, made):
        with repository.writing() as writer:
            writer.execute("INSERT INTO private VALUES(?)", (made.rids["six"],))

        assert find("tip") == "five"
        assert find("trunk") == "four"
        assert find(made["six"]) is None
        assert find(f"rid:{made.rids['six']}") is None


@given(name=st.text(max_size=80), kind=st.sampled_from(["*", "ci", "w"]))
def test_no_text_is_an_error(readable, name, kind):
    try:
        found = names.find(readable, name, kind)
    except names.AmbiguousName:
        return
    assert found is None or found > 0


@pytest.fixture(scope="module")
def readable(template):
    repository = Repository(template)
    with repository.reading() as db:
        yield db
    repository.close()
